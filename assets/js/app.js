/* Own script of Manifestkompas. Everything works without it; it adds feedback, focus and autosave.
   All event names of htmx stand in EVENTS, so that a next major version is one edit here.
   Texts on screen come from data-* attributes of <body> or of the form, where the template translated them. */
(function () {
  "use strict";

  var EVENTS = {
    before: "htmx:beforeRequest",
    after: "htmx:afterRequest",
    settled: "htmx:afterSettle",
    answered: "htmx:beforeOnLoad",
    failures: { "htmx:responseError": "failedText", "htmx:sendError": "offlineText", "htmx:timeout": "slowText" }
  };
  var WAITS = [2, 5, 10, 20, 40, 60];
  var STORE = "concept:";
  var NEVER_STORED = /^(csrf_token|version|versie|next)$/;
  var drafts = [];
  var leaving = false;

  document.documentElement.classList.add("js");

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  /* Busy and failure ------------------------------------------------------------------------------------------ */

  function hideFailure() {
    var bar = document.getElementById("storing");
    if (bar) { bar.replaceChildren(); }
  }

  function showFailure(text) {
    var bar = document.getElementById("storing");
    if (!bar || !text) { return; }
    var line = document.createElement("p");
    line.textContent = text;
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = document.body.dataset.closeText || "";
    close.addEventListener("click", hideFailure);
    bar.replaceChildren(line, close);
  }

  document.addEventListener(EVENTS.before, function (event) {
    if (!isAutosave(event)) { event.detail.target.setAttribute("aria-busy", "true"); hideFailure(); }
  });
  document.addEventListener(EVENTS.after, function (event) {
    event.detail.target.removeAttribute("aria-busy");
    var form = event.detail.elt.closest("form");
    if (form) { release(form); }
    if (form && !isAutosave(event) && !event.detail.elsewhere) { leaving = false; }
  });
  Object.keys(EVENTS.failures).forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!isAutosave(event)) { showFailure(document.body.dataset[EVENTS.failures[name]]); }
    });
  });

  /* A second click sends nothing ------------------------------------------------------------------------------- */

  function release(form) {
    delete form.dataset.sending;
    all("button[aria-disabled]", form).forEach(function (button) { button.removeAttribute("aria-disabled"); });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sending = "yes";
    if (event.submitter) { event.submitter.setAttribute("aria-disabled", "true"); }
    window.setTimeout(function () { release(form); }, 12000);
    if (form.hasAttribute("data-sign-out")) { forgetEverything(); }
    leaving = true;
    window.setTimeout(function () { leaving = false; }, 12000);
  }, true);
  window.addEventListener("pageshow", function () {
    leaving = false;
    all("form").forEach(release);
  });

  /* Focus ------------------------------------------------------------------------------------------------------- */

  document.addEventListener(EVENTS.settled, function (event) {
    var target = event.detail.target;
    var summary = document.querySelector(".error-summary");
    if (summary && target.contains(summary)) { summary.focus(); return; }
    var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!asked || asked.tagName !== "A" || document.contains(asked)) { return; }
    var heading = target.querySelector("[data-results-heading]") || target.querySelector("[tabindex='-1']");
    if (heading) { heading.focus({ preventScroll: true }); heading.scrollIntoView({ block: "start" }); }
  });

  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* Autosave ---------------------------------------------------------------------------------------------------- */

  function isAutosave(event) {
    var elt = event.detail && event.detail.elt;
    return Boolean(elt && elt.matches && elt.matches("form[data-autosave]"));
  }

  function storageKey(form) {
    return STORE + window.location.pathname + "#" + (form.id || form.getAttribute("hx-post") || "");
  }

  function versionOf(form) {
    var field = form.elements.version;
    return field && field.value !== undefined ? field.value : form.dataset.version || "";
  }

  function typedValues(form) {
    var kept = [];
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string" && !NEVER_STORED.test(name)) { kept.push([name, value]); }
    });
    return kept;
  }

  function inStorage(work) {
    /* The storage may be full or forbidden; typing must go on all the same. */
    try { return work(window.sessionStorage); } catch (error) { return null; }
  }

  function forgetEverything() {
    inStorage(function (storage) {
      Object.keys(storage).forEach(function (key) { if (key.indexOf(STORE) === 0) { storage.removeItem(key); } });
    });
  }

  function say(form, state, time) {
    var place = document.querySelector(form.getAttribute("hx-target") || "[data-save-status]");
    var texts = { unsaved: form.dataset.unsavedText, saving: form.dataset.savingText, retry: form.dataset.retryText,
      saved: (form.dataset.savedText || "").replace("{time}", time || ""), restored: form.dataset.restoredText };
    if (!place || !texts[state]) { return; }
    var line = place.closest("[data-save-state]");
    if (line) { line.dataset.saveState = state; }
    if (place.textContent !== texts[state]) { place.textContent = texts[state]; }
  }

  function Draft(form) {
    this.form = form;
    this.edits = 0;
    this.sent = 0;
    this.saved = 0;
    this.tries = 0;
    this.timer = null;
  }

  Draft.prototype.edited = function () {
    var form = this.form;
    this.edits += 1;
    if (!this.tries) { say(form, "unsaved"); }
    inStorage(function (storage) {
      storage.setItem(storageKey(form), JSON.stringify({ version: versionOf(form), values: typedValues(form) }));
    });
  };

  Draft.prototype.acknowledged = function (answer) {
    window.clearTimeout(this.timer);
    this.tries = 0;
    this.saved = this.sent;
    var key = storageKey(this.form);
    if (this.saved < this.edits) { say(this.form, "unsaved"); return; }
    inStorage(function (storage) { storage.removeItem(key); });
    /* The server's own line, when it sent one, knows the time better than this clock. */
    if (!answer || !answer.trim()) {
      var now = new Date();
      say(this.form, "saved", ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2));
    } else {
      var line = document.querySelector("[data-save-state]");
      if (line) { line.dataset.saveState = "saved"; }
    }
  };

  Draft.prototype.failed = function () {
    var draft = this;
    var wait = WAITS[Math.min(this.tries, WAITS.length - 1)];
    this.tries += 1;
    say(this.form, "retry");
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { draft.form.dispatchEvent(new Event("autosave")); }, wait * 1000);
  };

  Draft.prototype.restore = function () {
    var form = this.form;
    var kept = inStorage(function (storage) { return JSON.parse(storage.getItem(storageKey(form))); });
    if (!kept) { return; }
    /* A higher version means that the server took something since: its text is then the newer one. */
    if (kept.version !== versionOf(form)) { inStorage(function (storage) { storage.removeItem(storageKey(form)); }); return; }
    if (JSON.stringify(kept.values) === JSON.stringify(typedValues(form))) { return; }
    fill(form, kept.values);
    say(form, "restored");
    this.edits += 1;
    form.dispatchEvent(new Event("autosave"));
  };

  function fill(form, values) {
    var byName = {};
    values.forEach(function (pair) { (byName[pair[0]] = byName[pair[0]] || []).push(pair[1]); });
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || NEVER_STORED.test(field.name) || /^(hidden|file|submit|button|password)$/.test(field.type)) { return; }
      var kept = byName[field.name] || [];
      if (field.type === "radio" || field.type === "checkbox") { field.checked = kept.indexOf(field.value) >= 0; }
      else if (field.multiple) { Array.prototype.forEach.call(field.options, function (o) { o.selected = kept.indexOf(o.value) >= 0; }); }
      else if (kept.length) { field.value = kept.shift(); }
    });
  }

  function draftOf(form) {
    return drafts.filter(function (draft) { return draft.form === form; })[0];
  }

  function findDrafts() {
    drafts = drafts.filter(function (draft) { return document.contains(draft.form); });
    all("form[data-autosave]").forEach(function (form) {
      if (draftOf(form)) { return; }
      var draft = new Draft(form);
      drafts.push(draft);
      ["input", "change"].forEach(function (name) {
        form.addEventListener(name, function () { draft.edited(); });
      });
      draft.restore();
    });
  }

  document.addEventListener(EVENTS.before, function (event) {
    var draft = isAutosave(event) && draftOf(event.detail.elt);
    if (draft) { draft.sent = draft.edits; if (!draft.tries) { say(draft.form, "saving"); } }
  });
  document.addEventListener(EVENTS.answered, function (event) {
    /* A session that ended sends us to the sign-in page; the stored values wait for the way back. */
    if (event.detail.xhr && event.detail.xhr.getResponseHeader("HX-Redirect")) { leaving = true; event.detail.elsewhere = true; }
  });
  document.addEventListener(EVENTS.after, function (event) {
    var draft = isAutosave(event) && draftOf(event.detail.elt);
    var xhr = event.detail.xhr;
    if (!draft || leaving) { return; }
    if (xhr && xhr.status >= 200 && xhr.status < 300) { draft.acknowledged(xhr.responseText); }
    else if (xhr && (xhr.status === 409 || xhr.status === 422)) { draft.tries = 0; }
    else { draft.failed(); }
  });
  document.addEventListener(EVENTS.settled, findDrafts);

  window.addEventListener("online", function () {
    drafts.forEach(function (draft) { if (draft.tries) { draft.form.dispatchEvent(new Event("autosave")); } });
  });
  window.addEventListener("beforeunload", function (event) {
    var open = drafts.some(function (draft) { return draft.saved < draft.edits; });
    if (open && !leaving) { event.preventDefault(); event.returnValue = ""; }
  });

  /* Not earlier: htmx must know the forms before a restored draft asks to be saved. */
  document.addEventListener("DOMContentLoaded", function () {
    findDrafts();
    var summary = document.querySelector(".error-summary");
    if (summary) { summary.focus(); }
  });
}());
