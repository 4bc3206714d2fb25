/* Autosave of the long forms: say whether the text is saved, try again when it is not, keep what was typed until the
   server took it, and warn where nobody can miss it. A form asks for it with data-autosave (macro autosave() in
   components/forms.html); with data-author it also survives a closed browser. Loaded after app.js. */
(function () {
  "use strict";

  var shared = window.manifestkompas;
  var EVENTS = shared.events;
  var all = shared.all;
  var isAutosave = shared.isAutosave;
  var WAITS = [2, 5, 10, 20, 40, 60];
  var PATIENCE = 6000; /* milliseconds that text may be unsaved before the bar says so */
  var AT_LEAST = 4000; /* who types on without a pause is saved this often */
  var KEPT_FOR = 7 * 24 * 60 * 60 * 1000;
  var NEVER_STORED = /^(csrf_token|version|versie|next|bezig|_pagina|_opsteller)$/;
  var here = Math.random().toString(36).slice(2);
  var drafts = [];

  /* What was typed, in this browser ------------------------------------------------------------------------------ */

  /* A form that names its author is kept for him until the server took it, also when the browser closes. */
  function inStore(form, work) {
    try { return work(form.dataset.author ? window.localStorage : window.sessionStorage); } catch (error) { return null; }
  }

  function prefix(form) {
    return form.dataset.author ? shared.store + form.dataset.author + "#" + form.id + "#"
      : shared.store + window.location.pathname + "#" + (form.id || form.getAttribute("hx-post") || "");
  }

  function storageKey(form) { return prefix(form) + (form.dataset.author ? here : ""); }

  function keptEntries(storage, start) {
    return Object.keys(storage).filter(function (key) { return key.indexOf(start) === 0; }).map(function (key) {
      var entry = JSON.parse(storage.getItem(key)) || {};
      entry.key = key;
      return entry;
    }).filter(function (entry) {
      var old = entry.at && Date.now() - entry.at > KEPT_FOR;
      if (old) { storage.removeItem(entry.key); }
      return entry.values && !old;
    }).sort(function (one, other) { return (other.at || 0) - (one.at || 0); });
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

  function byName(values) {
    var found = {};
    (values || []).forEach(function (pair) { (found[pair[0]] = found[pair[0]] || []).push(pair[1]); });
    return found;
  }

  /* The names of which the values differ: what somebody changed since the page came. */
  function changedNames(values, start) {
    var now = byName(values), then = byName(start);
    return Object.keys(Object.assign({}, now, then)).filter(function (name) {
      return JSON.stringify(now[name] || []) !== JSON.stringify(then[name] || []);
    });
  }

  function fill(form, values, names) {
    var kept = byName(values);
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || names.indexOf(field.name) < 0 || NEVER_STORED.test(field.name)) { return; }
      if (/^(hidden|file|submit|button|password)$/.test(field.type)) { return; }
      var own = kept[field.name] || [];
      if (field.type === "radio" || field.type === "checkbox") { field.checked = own.indexOf(field.value) >= 0; }
      else if (field.multiple) { Array.prototype.forEach.call(field.options, function (o) { o.selected = own.indexOf(o.value) >= 0; }); }
      else if (own.length) { field.value = own.shift(); }
    });
  }

  /* A form that counts the version of each answer ("C1=3,C2=0") goes on from the version that somebody saw when he
     typed: then the server sees where a colleague was first, and shows both texts. */
  function asSeen(now, then, names) {
    function read(text) {
      var found = {};
      text.split(",").forEach(function (pair) { var two = pair.split("="); if (two[1]) { found[two[0]] = two[1]; } });
      return found;
    }
    var versions = read(now), seen = read(then);
    names.forEach(function (name) {
      var key = name.split("__")[0].toUpperCase();
      if (key in versions && key in seen) { versions[key] = seen[key]; }
    });
    return Object.keys(versions).map(function (key) { return key + "=" + versions[key]; }).join(",");
  }

  /* What the screen says ------------------------------------------------------------------------------------------ */

  function say(form, state, time) {
    var place = document.querySelector(form.getAttribute("hx-target") || "[data-save-status]");
    var texts = { unsaved: form.dataset.unsavedText, saving: form.dataset.savingText, retry: form.dataset.retryText,
      saved: (form.dataset.savedText || "").replace("{time}", time || ""), restored: form.dataset.restoredText };
    if (!place || !texts[state]) { return; }
    var line = place.closest("[data-save-state]");
    if (line) { line.dataset.saveState = state; }
    if (place.textContent !== texts[state]) { place.textContent = texts[state]; }
  }

  /* The bar that nobody can miss. It is an alert: a screen reader says it once, for it is filled once for each trouble. */
  function alarm(trouble, address) {
    var bar = document.querySelector("[data-save-alarm]");
    if (!bar || (bar.dataset.trouble || "") === trouble) { return; }
    var words = trouble && document.querySelector("template[data-trouble='" + trouble + "']");
    bar.dataset.trouble = trouble;
    bar.replaceChildren(words ? words.content.cloneNode(true) : "");
    var link = bar.querySelector("a[data-address]");
    if (link && address) { link.href = address; }
  }

  /* One form ------------------------------------------------------------------------------------------------------ */

  function Draft(form) {
    this.form = form;
    this.start = typedValues(form);
    this.edits = 0;
    this.sent = 0;
    this.saved = 0;
    this.tries = 0;
    this.timer = null;
    this.since = 0; /* when the oldest text that is not saved was typed */
    this.trouble = "";
    this.busy = false;
  }

  /* A form that saves itself nowhere (data-autosave="keep") is kept in this browser only, until its button sent it. */
  function keepsOnly(form) { return form.dataset.autosave === "keep"; }

  Draft.prototype.send = function () { if (!keepsOnly(this.form)) { this.form.dispatchEvent(new Event("autosave")); } };

  Draft.prototype.keep = function () {
    var form = this.form, start = this.start;
    inStore(form, function (storage) {
      storage.setItem(storageKey(form), JSON.stringify({ version: versionOf(form), values: typedValues(form), start: start,
        at: Date.now(), address: window.location.pathname + window.location.search, title: form.dataset.title || document.title }));
    });
  };

  Draft.prototype.edited = function () {
    this.edits += 1;
    this.since = this.since || Date.now();
    if (!this.tries) { say(this.form, "unsaved"); }
    this.keep();
  };

  Draft.prototype.look = function () {
    if (this.saved >= this.edits || !this.since || keepsOnly(this.form)) { return; }
    var age = Date.now() - this.since;
    if (age > AT_LEAST && !this.busy && !this.tries && !this.trouble) { this.send(); }
    if (age > PATIENCE && !this.trouble) { this.trouble = this.tries ? "offline" : "slow"; alarm(this.trouble); }
  };

  Draft.prototype.acknowledged = function (noText) {
    window.clearTimeout(this.timer);
    this.tries = 0;
    this.saved = this.sent;
    this.trouble = "";
    alarm("");
    this.since = this.saved < this.edits ? Date.now() : 0;
    var key = storageKey(this.form);
    if (this.saved < this.edits) { say(this.form, "unsaved"); return; }
    this.start = typedValues(this.form);
    inStore(this.form, function (storage) { storage.removeItem(key); });
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

  /* Try again after a while, longer each time. `trouble`: what the bar says from now on. */
  Draft.prototype.failed = function (trouble, address) {
    var draft = this;
    var wait = WAITS[Math.min(this.tries, WAITS.length - 1)];
    this.tries += 1;
    if (trouble) { this.trouble = trouble; alarm(trouble, address); }
    else if (this.trouble !== "offline") { this.trouble = ""; }
    say(this.form, "retry");
    this.keep();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { draft.again(); }, wait * 1000);
  };

  Draft.prototype.again = function () {
    if (this.trouble === "session" || this.trouble === "person") { this.renew(); } else { this.send(); }
  };

  /* The session of this page ended. Once the same person signed in again, in whatever tab, a fresh copy of the page holds
     what the form needs to be taken. */
  Draft.prototype.renew = function () {
    var draft = this, form = this.form;
    window.fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
      return answer.text().then(function (page) {
        var fresh = new DOMParser().parseFromString(page, "text/html").getElementById(form.id);
        if (!fresh) { draft.failed(answer.ok ? "session" : "", answer.url); return; }
        if (fresh.dataset.author !== form.dataset.author) { draft.failed("person"); return; }
        ["csrf_token", "_opsteller"].forEach(function (name) {
          if (fresh.elements[name] && form.elements[name]) { form.elements[name].value = fresh.elements[name].value; }
        });
        draft.trouble = "renewed";
        draft.send();
      });
    }).catch(function () { draft.failed(""); });
  };

  Draft.prototype.answered = function (xhr) {
    var leads = xhr && (xhr.getResponseHeader("HX-Redirect") || (elsewhere(this.form, xhr) ? xhr.responseURL : ""));
    var status = xhr ? xhr.status : 0;
    if (leads && this.form.dataset.author) {
      /* 409: somebody is signed in, and only the page is older than his session. */
      if (status === 409 && this.trouble !== "renewed") { this.renew(); } else { this.failed("session", leads); }
    }
    else if (status >= 200 && status < 300) { this.acknowledged(status === 204); }
    else if (status === 409 || status === 422) { this.unsettled(status); }
    else if (status >= 500 || status === 429) { this.failed("server"); }
    else if (status === 400 && this.form.dataset.author && this.trouble !== "renewed") { this.renew(); }
    else if (status >= 400) { this.failed("refused"); }
    else { this.failed(this.trouble === "server" ? "offline" : ""); }
  };

  /* The server took what it could, and shows what is left to decide. */
  Draft.prototype.unsettled = function (status) {
    window.clearTimeout(this.timer);
    this.tries = 0;
    this.since = 0;
    var two = this.form.querySelector(".conflict [id], [data-left]");
    var locked = document.querySelector("[data-locked]");
    this.trouble = status !== 409 ? "" : locked ? "locked" : "conflict";
    alarm(this.trouble, two ? "#" + two.id : "");
  };

  /* What a tab that is gone left behind. A tab that is open keeps its own text: nobody takes it from there. */
  Draft.prototype.restore = function () {
    var draft = this, form = this.form;
    if (!form.dataset.author) {
      this.takeOver(inStore(form, function (storage) { return keptEntries(storage, prefix(form)); }) || []);
      return;
    }
    openTabs().then(function (open) {
      if (draft.edits || !document.contains(form)) { return; }
      draft.takeOver((inStore(form, function (storage) { return keptEntries(storage, prefix(form)); }) || []).filter(function (entry) {
        return entry.key !== storageKey(form) && open.indexOf(entry.key.slice(prefix(form).length)) < 0;
      }));
    });
  };

  Draft.prototype.takeOver = function (entries) {
    var form = this.form, start = this.start, kept = entries[0];
    function forget(entry) { inStore(form, function (storage) { storage.removeItem(entry.key); }); }
    if (!kept) { return; }
    /* The page shows a text that is saved nowhere yet: nothing comes over it. What is kept of that same text goes with this page. */
    if (holdsUnsaved(form)) {
      var same = entries.filter(function (entry) { return !changedNames(entry.values, start).length; })[0];
      if (same) { this.start = same.start || start; this.keep(); forget(same); }
      return;
    }
    var names = changedNames(kept.values, kept.start || start);
    var other = kept.version !== versionOf(form);
    /* One number for the whole form: a higher one means that the server took something since, and that is newer. */
    if (other && (!form.dataset.author || !(form.elements.version || form.elements.versie || keepsOnly(form)))) { forget(kept); return; }
    fill(form, kept.values, names);
    if (!changedNames(typedValues(form), start).length) { forget(kept); return; }
    /* It was written over an older version: said so, the server merges it with what came since. */
    if (other && !form.elements.version) { if (form.elements.versie) { form.elements.versie.value = kept.version; form.dataset.version = kept.version; } }
    else if (other) { form.elements.version.value = asSeen(versionOf(form), kept.version, names); }
    say(form, "restored");
    this.edits += 1;
    this.since = Date.now();
    this.keep();
    if (kept.key !== storageKey(form)) { forget(kept); }
    this.send();
  };

  /* The answer to a form that was not taken as a whole, or a page with what the server kept apart. */
  function holdsUnsaved(form) {
    var place = document.querySelector(form.getAttribute("hx-target") || "[data-save-status]");
    var line = place && place.closest("[data-save-state]");
    return "answered" in document.body.dataset || Boolean(line && line.dataset.saveState === "unsaved");
  }

  /* Each page holds a lock of its own name as long as it is there; the browser lets go of it, also when it crashes. */
  function lockName(tab) { return shared.store + "tab#" + tab; }

  function openTabs() {
    if (!navigator.locks) { return Promise.resolve([]); }
    return navigator.locks.query().then(function (found) {
      var start = lockName("");
      return found.held.filter(function (lock) { return lock.name.indexOf(start) === 0; }).map(function (lock) { return lock.name.slice(start.length); });
    }).catch(function () { return []; });
  }

  if (navigator.locks) { navigator.locks.request(lockName(here), function () { return new Promise(function () {}); }).catch(function () {}); }

  function elsewhere(form, xhr) {
    var wanted = new URL(form.getAttribute("hx-post"), window.location.href);
    return xhr.responseURL && new URL(xhr.responseURL).pathname !== wanted.pathname;
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
    if (draft) { draft.busy = true; draft.sent = draft.edits; if (!draft.tries) { say(draft.form, "saving"); } }
  });
  document.addEventListener(EVENTS.answered, function (event) {
    /* An answer that is not about saving (a page to sign in, a failure) must not end up in the line of the status. */
    var xhr = event.detail.xhr, draft = isAutosave(event) && draftOf(event.detail.elt);
    /* What the page asks by itself leads nobody away: he may be typing. */
    if (xhr && event.detail.elt.hasAttribute("data-quiet") && xhr.getResponseHeader("HX-Redirect")) { event.preventDefault(); }
    if (!draft || !xhr) { return; }
    var ours = (xhr.status < 300 || xhr.status === 409 || xhr.status === 422) && !elsewhere(draft.form, xhr);
    if (!ours || (draft.form.dataset.author && xhr.getResponseHeader("HX-Redirect"))) { event.preventDefault(); }
  }, true);
  document.addEventListener(EVENTS.after, function (event) {
    var draft = isAutosave(event) && draftOf(event.detail.elt);
    if (!draft) { return; }
    draft.busy = false;
    if (!shared.isLeaving() || draft.form.dataset.author) { draft.answered(event.detail.xhr); }
  });
  document.addEventListener(EVENTS.settled, findDrafts);
  window.setInterval(function () { drafts.forEach(function (draft) { draft.look(); }); }, 1000);

  /* The keyboard -------------------------------------------------------------------------------------------------- */

  var FIELDS = "input:not([type=hidden]), select, textarea";

  function onScreen(field) { return !field.disabled && field.getClientRects().length > 0; }

  /* The first field of the next question: of a choice that was made, the option that was chosen. */
  function nextQuestion(form, from) {
    var blocks = all(".question", form).filter(function (one) { return all(FIELDS, one).some(onScreen); });
    var at = blocks.indexOf(from);
    var fields = at >= 0 && blocks[at + 1] ? all(FIELDS, blocks[at + 1]).filter(onScreen) : [];
    var first = fields[0];
    var chosen = first && first.type === "radio" && fields.filter(function (f) { return f.name === first.name && f.checked; })[0];
    return chosen || first || form.querySelector(".form-end button");
  }

  /* Enter in a field saves and stays; with Ctrl it goes on to the next question. */
  document.addEventListener("keydown", function (event) {
    var field = event.target, form = field.form;
    if (event.key !== "Enter" || !form || form.dataset.enterSaves === undefined) { return; }
    var typing = field.tagName === "INPUT" && !/^(submit|button|file)$/.test(field.type);
    if (event.ctrlKey || event.metaKey) {
      var next = nextQuestion(form, field.closest(".question"));
      if (next) { event.preventDefault(); next.focus(); }
    } else if (typing) {
      event.preventDefault();
      form.dispatchEvent(new Event("autosave"));
    }
  });

  /* The server need not say what is missing where somebody is still typing. */
  document.addEventListener("focusin", function (event) {
    var form = event.target.form, at = event.target.closest && event.target.closest(".question");
    if (form && form.elements.bezig) { form.elements.bezig.value = at ? at.id.replace("vraag-", "") : ""; }
  });

  function tryNow() {
    drafts.forEach(function (draft) { if (draft.tries) { window.clearTimeout(draft.timer); draft.again(); } });
  }
  window.addEventListener("online", tryNow);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { tryNow(); } });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-try-now]")) { tryNow(); }
  });
  /* Each page tells the other tabs that it is there: where one waits for somebody to sign in, that may be now. */
  if (window.BroadcastChannel) {
    var tabs = new BroadcastChannel("manifestkompas");
    tabs.onmessage = tryNow;
    document.addEventListener("DOMContentLoaded", function () { tabs.postMessage("here"); });
  }
  window.addEventListener("beforeunload", function (event) {
    var open = drafts.some(function (draft) { return draft.saved < draft.edits; });
    if (open && !shared.isLeaving()) { event.preventDefault(); event.returnValue = ""; }
  });

  /* A form that goes by its button: what is kept of it may go once the server answered with a page of ours. */
  document.addEventListener("submit", function (event) {
    var draft = draftOf(event.target);
    if (draft) { shared.inStorage(function (storage) { storage.setItem(shared.store + "sent", storageKey(draft.form)); }); }
    if (!event.target.hasAttribute("data-sign-out")) { return; }
    /* Who signs out leaves nothing behind in this browser. */
    inStore({ dataset: { author: "x" } }, function (storage) {
      Object.keys(storage).forEach(function (key) { if (key.indexOf(shared.store) === 0) { storage.removeItem(key); } });
    });
  });

  function forgetSent() {
    var sent = shared.inStorage(function (storage) {
      var key = storage.getItem(shared.store + "sent");
      storage.removeItem(shared.store + "sent");
      return key;
    });
    var way = (window.performance.getEntriesByType("navigation")[0] || {}).type;
    var arrived = way === "navigate" && document.referrer.indexOf(window.location.origin + "/") === 0;
    if (sent && arrived && !document.querySelector(".error-ways")) {
      inStore({ dataset: { author: "x" } }, function (storage) { storage.removeItem(sent); });
    }
  }

  /* On other pages: what this browser still holds and the server does not have. */
  function showKept() {
    all("[data-kept-for]").forEach(function (place) {
      var found = inStore({ dataset: { author: "x" } }, function (storage) {
        return keptEntries(storage, shared.store + place.dataset.keptFor + "#");
      }) || [];
      var list = place.querySelector("ul");
      found.forEach(function (entry) {
        var link = document.createElement("a"), item = document.createElement("li");
        link.href = entry.address;
        link.textContent = entry.title;
        item.append(link);
        list.append(item);
      });
      place.hidden = !found.length;
    });
  }

  /* Not earlier: htmx must know the forms before a restored draft asks to be saved. */
  document.addEventListener("DOMContentLoaded", function () {
    forgetSent();
    findDrafts();
    showKept();
    var two = document.querySelector(".conflict__title[tabindex]");
    if (two) { two.focus(); }
  });
}());
