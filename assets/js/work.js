/* Autosave of the long forms: say whether the text is saved, try again when it is not, keep what was typed until the
   server took it. A form asks for it with data-autosave (macro autosave() in components/forms.html). Loaded after app.js. */
(function () {
  "use strict";

  var shared = window.manifestkompas;
  var EVENTS = shared.events;
  var all = shared.all;
  var inStorage = shared.inStorage;
  var isAutosave = shared.isAutosave;
  var WAITS = [2, 5, 10, 20, 40, 60];
  var NEVER_STORED = /^(csrf_token|version|versie|next)$/;
  var drafts = [];

  function storageKey(form) {
    return shared.store + window.location.pathname + "#" + (form.id || form.getAttribute("hx-post") || "");
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

  Draft.prototype.acknowledged = function (noText) {
    window.clearTimeout(this.timer);
    this.tries = 0;
    this.saved = this.sent;
    var key = storageKey(this.form);
    if (this.saved < this.edits) { say(this.form, "unsaved"); return; }
    inStorage(function (storage) { storage.removeItem(key); });
    /* The server's own line, when it sent one, knows the time better than this clock. */
    var place = document.querySelector(this.form.getAttribute("hx-target") || "[data-save-status]");
    if (noText || !place || !place.textContent.trim()) {
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
  document.addEventListener(EVENTS.after, function (event) {
    var draft = isAutosave(event) && draftOf(event.detail.elt);
    var xhr = event.detail.xhr;
    if (!draft || shared.isLeaving()) { return; }
    if (xhr && xhr.status >= 200 && xhr.status < 300) { draft.acknowledged(xhr.status === 204); }
    else if (xhr && (xhr.status === 409 || xhr.status === 422)) { draft.tries = 0; }
    else { draft.failed(); }
  });
  document.addEventListener(EVENTS.settled, findDrafts);

  window.addEventListener("online", function () {
    drafts.forEach(function (draft) { if (draft.tries) { draft.form.dispatchEvent(new Event("autosave")); } });
  });
  window.addEventListener("beforeunload", function (event) {
    var open = drafts.some(function (draft) { return draft.saved < draft.edits; });
    if (open && !shared.isLeaving()) { event.preventDefault(); event.returnValue = ""; }
  });

  /* Not earlier: htmx must know the forms before a restored draft asks to be saved. */
  document.addEventListener("DOMContentLoaded", findDrafts);
}());
