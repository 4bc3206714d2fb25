/* Own script of Manifestkompas. Everything works without it; it adds feedback and focus (autosave: work.js).
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
  var STORE = "concept:";
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
    if (!isQuiet(event)) { event.detail.target.setAttribute("aria-busy", "true"); hideFailure(); }
  });
  document.addEventListener(EVENTS.after, function (event) {
    event.detail.target.removeAttribute("aria-busy");
    var form = event.detail.elt.closest("form");
    if (form) { release(form); }
    if (form && !isAutosave(event) && !event.detail.elsewhere) { leaving = false; }
  });
  Object.keys(EVENTS.failures).forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!isQuiet(event)) { showFailure(document.body.dataset[EVENTS.failures[name]]); }
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
    reachScrollers();
    var target = event.detail.target;
    var summary = document.querySelector(".error-summary");
    if (summary && target.contains(summary)) { summary.focus(); return; }
    var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!asked || asked.tagName !== "A" || document.contains(asked)) { return; }
    var heading = target.querySelector("[data-results-heading]") || target.querySelector("[tabindex='-1']");
    if (heading) { heading.focus({ preventScroll: true }); heading.scrollIntoView({ block: "start" }); }
  });

  /* What scrolls must be reachable with the keyboard. */
  function reachScrollers() {
    all(".prose table, .prose pre, .sticky").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) { box.tabIndex = 0; }
    });
  }

  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  function isAutosave(event) {
    var elt = event.detail && event.detail.elt;
    return Boolean(elt && elt.matches && elt.matches("form[data-autosave]"));
  }

  /* What the page asks by itself (data-quiet) shows no bar and dims nothing: the next time may do. */
  function isQuiet(event) {
    return isAutosave(event) || event.detail.elt.hasAttribute("data-quiet");
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

  window.manifestkompas = {
    events: EVENTS, store: STORE, all: all, isAutosave: isAutosave, inStorage: inStorage,
    isLeaving: function () { return leaving; }
  };

  /* Suggestions while typing: their script comes when somebody goes to a search field, or to the link that opens one. */
  function suggesting(use, without) {
    var kompas = window.manifestkompas;
    var bar = document.getElementById("zoekbalk");
    if (kompas.suggest) { use(kompas.suggest); return; }
    var script = document.createElement("script");
    script.src = bar.dataset.script;
    script.onload = function () { use(kompas.suggest); };
    script.onerror = without || null;
    document.head.append(script);
  }
  function enrich(field) {
    if (field && field.matches("input[data-suggest]")) { suggesting(function (suggest) { suggest.field(field); }); }
  }
  document.addEventListener("focusin", function (event) { enrich(event.target); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-search]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    suggesting(function (suggest) { suggest.open(link); }, function () { window.location.assign(link.href); });
  });

  document.addEventListener(EVENTS.answered, function (event) {
    /* A session that ended sends us to the sign-in page; the stored values wait for the way back. */
    if (!event.defaultPrevented && event.detail.xhr && event.detail.xhr.getResponseHeader("HX-Redirect")) { leaving = true; event.detail.elsewhere = true; }
  });

  document.addEventListener("DOMContentLoaded", function () {
    reachScrollers();
    var summary = document.querySelector(".error-summary");
    if (summary) { summary.focus(); }
    enrich(document.activeElement);
  });
}());
