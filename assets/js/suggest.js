/* Names while somebody types in a search field (data-suggest: the address that knows them), as a combobox.
   app.js fetches this script when such a field gets the focus, or when the link to the search page is pressed.
   Without it a search field is a search field. Texts come from data-* of the search bar in the header. */
(function () {
  "use strict";

  var PAUSE = 120;
  var QUIET = 700;
  var REST = 10000;
  var FEWEST = 2;
  var bar = document.getElementById("zoekbalk");
  var known = new Map();
  var restUntil = 0;

  function say(text) {
    var line = document.getElementById("melding");
    if (line) { line.textContent = text; }
  }

  function option(id, item) {
    var row = document.createElement("li");
    row.id = id;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.className = "suggestion";
    row.dataset.path = item.path;
    var name = document.createElement("span");
    name.textContent = item.name;
    var kind = document.createElement("span");
    kind.className = "suggestion__kind";
    kind.textContent = item.kind;
    row.append(name, " ", kind);
    return row;
  }

  function field(input) {
    if (input.getAttribute("role") === "combobox") { return; }
    var list = document.createElement("ul");
    var place = -1;
    var last = 0;
    var timer = 0;
    var speaking = 0;
    var asking = null;

    list.id = input.id + "-suggesties";
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", bar.dataset.label);
    input.insertAdjacentElement("afterend", list);
    /* A field of type search may not be a combobox (ARIA in HTML); the keyboard of a phone still says "search". */
    input.type = "text";
    input.enterKeyHint = "search";
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function rows() { return Array.prototype.slice.call(list.children); }

    function choose(next) {
      rows().forEach(function (row, number) { row.setAttribute("aria-selected", String(number === next)); });
      place = next;
      if (next < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", list.children[next].id);
      list.children[next].scrollIntoView({ block: "nearest" });
    }

    function close() {
      window.clearTimeout(timer);
      window.clearTimeout(speaking);
      last += 1;
      if (asking) { asking.abort(); asking = null; }
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function show(found) {
      list.replaceChildren.apply(list, found.map(function (item, number) { return option(list.id + "-" + number, item); }));
      choose(-1);
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(Boolean(found.length)));
      window.clearTimeout(speaking);
      speaking = window.setTimeout(function () {
        say(found.length === 1 ? bar.dataset.one : found.length ? bar.dataset.many.replace("#", found.length) : bar.dataset.none);
      }, QUIET);
    }

    function ask() {
      var typed = input.value.trim();
      var mine = last += 1;
      if (asking) { asking.abort(); asking = null; }
      if (typed.length < FEWEST || Date.now() < restUntil) { close(); return; }
      if (known.has(typed)) { show(known.get(typed)); return; }
      asking = new AbortController();
      window.fetch(input.dataset.suggest + "?q=" + encodeURIComponent(typed), {
        signal: asking.signal, headers: { Accept: "application/json" }, credentials: "same-origin"
      }).then(function (answer) {
        if (answer.status === 429) { restUntil = Date.now() + REST; }
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      }).then(function (said) {
        known.set(typed, said.found);
        /* An answer that comes after that to a later letter is dropped. */
        if (mine === last && document.activeElement === input) { show(said.found); }
      }).catch(function () {
        /* Suggestions are a help: who gets none searches by Enter. */
        if (mine === last) { close(); }
      });
    }

    function go(row) {
      close();
      window.location.assign(row.dataset.path);
    }

    input.addEventListener("input", function (event) {
      if (event.isComposing) { return; }
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE);
    });
    input.addEventListener("compositionend", ask);
    input.addEventListener("keydown", function (event) {
      var number = list.children.length;
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) { return; }
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && number) {
        event.preventDefault();
        if (list.hidden) { list.hidden = false; input.setAttribute("aria-expanded", "true"); }
        /* One place more than there are suggestions: the field itself. */
        choose((place + 1 + (event.key === "ArrowDown" ? 1 : number)) % (number + 1) - 1);
      } else if (event.key === "ArrowDown") {
        ask();
      } else if (event.key === "Enter" && place >= 0 && !list.hidden) {
        event.preventDefault();
        go(list.children[place]);
      } else if (event.key === "Enter" || event.key === "Tab") {
        close();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        close();
      } else if (event.key === "ArrowLeft" || event.key === "ArrowRight" || event.key === "Home" || event.key === "End") {
        choose(-1);
      }
    });
    input.addEventListener("blur", close);
    /* A press would take the focus from the field, and close the list before the click comes. */
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var row = event.target.closest("[role=option]");
      if (row) { go(row); }
    });
    if (input.value && document.activeElement === input && input.value !== input.defaultValue) { ask(); }
  }

  function open(link) {
    var own = document.querySelector("main input[data-suggest]");
    if (own) { own.focus(); own.scrollIntoView({ block: "center" }); return; }
    var input = bar.querySelector("input");
    bar.hidden = !bar.hidden;
    link.setAttribute("aria-controls", bar.id);
    link.setAttribute("aria-expanded", String(!bar.hidden));
    bar.dataset.from = link.dataset.search;
    if (!bar.hidden) { input.focus(); }
  }

  bar.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented) { return; }
    var link = document.querySelector("[data-search='" + bar.dataset.from + "']");
    event.stopPropagation();
    bar.hidden = true;
    if (link) { link.setAttribute("aria-expanded", "false"); link.focus(); }
  });

  window.manifestkompas.suggest = { field: field, open: open };
}());
