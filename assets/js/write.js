/* The field in which people write (macro writing_field in components/writing.html): a preview that follows, links by
   typing [[, pictures and files by dropping, pasting or choosing them, a list that goes on after Enter.
   Whatever it changes in the text goes through insertText, so that Ctrl+Z takes it back. Loaded after app.js. */
(function () {
  "use strict";

  var all = window.manifestkompas.all;
  var QUIET = 350; /* milliseconds without typing before the preview follows */
  var AT_MOST = 1500; /* who types on without a pause sees it this often */
  var KINDS = /\.(pdf|odt|ods|docx|xlsx|png|jpe?g|webp)$/i; /* what the server takes */
  var TYPED = /\[\[([^[\]\n]{0,80})$/;
  var ITEM = /^(\s*)([-*+]|(\d{1,4})([.)]))(\s+)(.*)$/;

  function part(box, name) { return box.querySelector("[data-writing-" + name + "]"); }

  function fill(text, values) {
    return (text || "").replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; });
  }

  /* Put text in the place of a piece of the field, as if it was typed. */
  function put(area, from, to, text) {
    area.focus();
    area.setSelectionRange(from, to);
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      area.setRangeText(text, from, to, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /* The preview --------------------------------------------------------------------------------------------------- */

  function Preview(writing) {
    this.writing = writing;
    this.box = part(writing.box, "preview");
    this.shown = null;
    this.under = 0;
    this.timer = null;
    this.waits = 0;
    this.asked = null;
  }

  Preview.prototype.soon = function () {
    var self = this, now = Date.now();
    this.waits = this.waits || now;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { self.ask(); }, Math.max(0, Math.min(QUIET, this.waits + AT_MOST - now)));
  };

  Preview.prototype.ask = function () {
    var self = this, writing = this.writing, text = writing.area.value;
    var title = writing.titleField(), values = new FormData();
    this.waits = 0;
    part(this.box, "title").textContent = title ? title.value : "";
    if (text === this.shown) { return; }
    if (this.asked) { this.asked.abort(); } /* only the newest answer counts */
    var asked = this.asked = new AbortController();
    values.append("csrf_token", writing.token());
    values.append("tekst", text);
    values.append("taal", writing.box.dataset.language);
    fetch(writing.box.dataset.previewUrl, { method: "POST", body: values, signal: asked.signal, redirect: "manual" })
      .then(function (answer) {
        if (answer.type === "opaqueredirect") { self.say(writing.box.dataset.signedOutText); return null; }
        if (answer.status !== 200 && answer.status !== 422) { throw new Error(String(answer.status)); }
        return answer.text().then(function (html) {
          if (self.asked !== asked) { return; }
          if (answer.status === 422) { self.say(html); } else { self.show(html, text); }
        });
      })
      .catch(function (error) {
        if (error.name !== "AbortError" && self.asked === asked) { self.say(writing.box.dataset.failedText); }
      });
  };

  Preview.prototype.say = function (text) {
    var place = part(this.box, "trouble");
    place.hidden = !text;
    place.textContent = text;
  };

  Preview.prototype.show = function (html, text) {
    var place = part(this.box, "shown"), top = this.box.scrollTop;
    this.shown = text;
    this.say("");
    part(this.box, "empty").hidden = Boolean(html.trim());
    part(this.box, "title").hidden = !html.trim();
    place.innerHTML = html; /* made and cleaned by the server, as on the page of a guide */
    all("a[href]", place).forEach(function (link) {
      if (link.getAttribute("href").charAt(0) !== "#") { link.target = "_blank"; link.rel = "noopener"; }
    });
    all("table, pre", place).forEach(function (wide) { if (wide.scrollWidth > wide.clientWidth) { wide.tabIndex = 0; } });
    this.box.scrollTop = top;
    this.follow();
  };

  /* The preview stays where it is while one writes on under a heading, and goes along to the next. */
  Preview.prototype.follow = function () {
    var area = this.writing.area, before = area.value.slice(0, area.selectionStart).split(/^(?:```|~~~)/m);
    var number = before.filter(function (_text, at) { return at % 2 === 0; }).join("").split(/^#{1,4} /m).length - 1;
    var heading = all("h2, h3, h4", part(this.box, "shown"))[number - 1];
    if (number === this.under || document.activeElement !== area) { return; }
    this.under = number;
    if (heading) { this.box.scrollTop += heading.getBoundingClientRect().top - this.box.getBoundingClientRect().top - 16; }
    else if (!number) { this.box.scrollTop = 0; }
  };

  /* Links by typing [[ ---------------------------------------------------------------------------------------------- */

  function Links(writing) {
    this.writing = writing;
    this.box = part(writing.box, "links");
    this.list = this.box.querySelector("ul");
    this.none = this.box.querySelector("p");
    this.found = [];
    this.at = -1;
    this.from = -1;
    this.left = -1; /* where Escape closed the list: it stays closed there */
    this.query = null;
    this.asked = null;
    this.timer = null;
  }

  Links.prototype.look = function () {
    var area = this.writing.area, caret = area.selectionStart;
    var typed = caret === area.selectionEnd && TYPED.exec(area.value.slice(Math.max(0, caret - 90), caret));
    var from = typed ? caret - typed[0].length : -1;
    if (from !== this.left) { this.left = -1; }
    if (from < 0 || from === this.left) { this.close(); return; }
    if (from === this.from && typed[1] === this.query) { return; }
    this.from = from;
    this.query = typed[1];
    this.wanted();
  };

  Links.prototype.wanted = function () {
    var self = this;
    window.clearTimeout(this.timer);
    if (this.asked) { this.asked.abort(); }
    if (!this.query.trim()) { this.show([], this.writing.box.dataset.typeText); return; }
    this.timer = window.setTimeout(function () {
      var asked = self.asked = new AbortController();
      fetch(self.writing.box.dataset.linksUrl + "?q=" + encodeURIComponent(self.query.trim()),
        { signal: asked.signal, redirect: "manual", headers: { Accept: "application/json" } })
        .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.json(); })
        .then(function (found) { if (self.asked === asked && self.from >= 0) { self.show(found.results, self.writing.box.dataset.noneText); } })
        .catch(function (error) { if (error.name !== "AbortError") { self.close(); } });
    }, 120);
  };

  Links.prototype.show = function (found, otherwise) {
    var self = this, area = this.writing.area, texts = this.writing.box.dataset;
    this.found = found;
    this.at = found.length ? 0 : -1;
    this.list.replaceChildren.apply(this.list, found.map(function (item, number) {
      var option = document.createElement("li"), kind = document.createElement("span");
      option.id = self.list.id + "-" + number;
      option.setAttribute("role", "option");
      option.textContent = item.title + " ";
      kind.className = "writing__kind";
      kind.textContent = item.kind;
      option.append(kind);
      option.addEventListener("mousedown", function (event) { event.preventDefault(); });
      option.addEventListener("click", function () { self.choose(number); });
      return option;
    }));
    this.list.hidden = !found.length;
    this.none.hidden = Boolean(found.length);
    this.none.textContent = found.length ? "" : otherwise;
    this.box.hidden = false;
    this.place();
    area.setAttribute("aria-autocomplete", "list");
    if (found.length) { area.setAttribute("aria-controls", this.list.id); } else { area.removeAttribute("aria-controls"); }
    this.mark(found.length ? fill(texts.foundText, { n: found.length }) + " " : otherwise);
  };

  /* Under the line that is typed, or above it where the window has no room for the list; a copy of the field tells where
     that line is. */
  Links.prototype.place = function () {
    var area = this.writing.area, copy = document.createElement("div"), style = window.getComputedStyle(area);
    ["fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing", "paddingTop", "paddingLeft", "paddingRight",
      "borderTopWidth", "borderLeftWidth", "borderRightWidth", "boxSizing", "tabSize"].forEach(function (name) { copy.style[name] = style[name]; });
    copy.className = "writing__copy";
    copy.style.width = area.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth) + "px";
    copy.textContent = area.value.slice(0, this.from);
    var mark = document.createElement("span");
    mark.textContent = "[[";
    copy.append(mark);
    area.parentNode.append(copy);
    var line = mark.offsetHeight, top = mark.offsetTop + line - area.scrollTop, left = mark.offsetLeft;
    copy.remove();
    top = Math.min(Math.max(top, 0), area.offsetHeight) + 4;
    this.box.style.maxHeight = "";
    var under = area.getBoundingClientRect().top + top, room = window.innerHeight - under - 4, above = under - line - 12;
    var height = this.box.offsetHeight, up = height > room && above > room;
    if (up) { top -= line + 8 + Math.min(height, above); }
    if (height > Math.max(room, above)) { this.box.style.maxHeight = Math.max(room, above) + "px"; }
    this.box.style.top = top + "px";
    this.box.style.left = Math.max(0, Math.min(left, area.offsetWidth - this.box.offsetWidth)) + "px";
  };

  Links.prototype.mark = function (before) {
    var self = this, chosen = this.found[this.at], area = this.writing.area;
    all("[role=option]", this.list).forEach(function (option, number) {
      option.setAttribute("aria-selected", String(number === self.at));
      if (number === self.at) { option.scrollIntoView({ block: "nearest" }); area.setAttribute("aria-activedescendant", option.id); }
    });
    this.writing.say((before || "") + (chosen ? fill(this.writing.box.dataset.optionText,
      { title: chosen.title, kind: chosen.kind, i: this.at + 1, n: this.found.length }) : ""));
  };

  Links.prototype.close = function () {
    window.clearTimeout(this.timer);
    if (this.asked) { this.asked.abort(); }
    this.asked = null;
    this.from = -1;
    this.query = null;
    this.found = [];
    if (this.box.hidden) { return; }
    this.box.hidden = true;
    ["aria-autocomplete", "aria-controls", "aria-activedescendant"].forEach(function (name) { this.removeAttribute(name); }, this.writing.area);
    this.writing.say("");
  };

  Links.prototype.choose = function (number) {
    var chosen = this.found[number], area = this.writing.area, from = this.from, to = area.selectionStart;
    if (area.value.slice(to, to + 2) === "]]") { to += 2; }
    this.close();
    put(area, from, to, chosen.markdown);
    this.writing.say(fill(this.writing.box.dataset.putText, { title: chosen.title }));
  };

  /* Says whether the key was for the list. */
  Links.prototype.key = function (event) {
    if (this.box.hidden || event.altKey || event.ctrlKey || event.metaKey) { return false; }
    if (event.key === "Escape") { this.left = this.from; this.close(); return true; }
    if (!this.found.length) { return false; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : this.found.length - 1)) % this.found.length;
      this.mark("");
      return true;
    }
    if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) { this.choose(this.at); return true; }
    return false;
  };

  /* Pictures and files ---------------------------------------------------------------------------------------------- */

  function Files(writing) {
    var self = this, panel = part(writing.box, "panel");
    this.writing = writing;
    this.panel = panel;
    this.queue = [];
    this.file = null;
    this.request = null;
    function of(name) { return panel.querySelector("[data-panel-" + name + "]"); }
    this.name = of("name"); this.picture = of("picture"); this.alt = of("alt"); this.decorative = of("decorative");
    this.error = of("error"); this.progress = of("progress"); this.sendButton = of("send");
    this.sendButton.addEventListener("click", function () { self.send(); });
    of("cancel").addEventListener("click", function () { self.stop(); });
    panel.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { event.preventDefault(); self.stop(); }
      if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); self.send(); }
    });
    /* What is typed here is no part of the form: it must not look like a change of the text. */
    ["input", "change"].forEach(function (name) { panel.addEventListener(name, function (event) { event.stopPropagation(); }); });
  }

  Files.prototype.take = function (files) {
    if (!this.writing.box.dataset.filesFor) { this.writing.tell(this.writing.box.dataset.noFilesText); return; }
    this.queue = this.queue.concat(Array.prototype.slice.call(files));
    if (!this.file) { this.next(); }
  };

  Files.prototype.next = function () {
    this.file = this.queue.shift() || null;
    this.panel.hidden = !this.file;
    if (!this.file) { return; }
    var isPicture = /^image\//.test(this.file.type);
    this.name.textContent = this.file.name;
    this.picture.hidden = !isPicture;
    this.alt.value = "";
    this.decorative.checked = false;
    this.progress.hidden = true;
    this.wrong("");
    if (!KINDS.test(this.file.name || "afbeelding.png")) { this.picture.hidden = true; this.wrong(this.writing.box.dataset.kindText); }
    else if (this.file.size > Number(this.writing.box.dataset.largest)) { this.wrong(this.writing.box.dataset.largeText); }
    else if (!isPicture) { this.send(); }
    (this.picture.hidden ? this.name.parentNode : this.alt).focus();
  };

  Files.prototype.wrong = function (text) {
    this.error.textContent = text;
    if (text && !this.picture.hidden) { this.alt.setAttribute("aria-invalid", "true"); } else { this.alt.removeAttribute("aria-invalid"); }
  };

  Files.prototype.send = function () {
    var self = this, texts = this.writing.box.dataset, values = new FormData(), request = new XMLHttpRequest();
    if (this.request || !KINDS.test(this.file.name || "afbeelding.png")) { return; }
    values.append("csrf_token", this.writing.token());
    values.append("voor", texts.filesFor);
    values.append("alt", this.alt.value);
    if (this.decorative.checked) { values.append("decoratief", "ja"); }
    values.append("bestand", this.file, this.file.name || "afbeelding.png");
    this.wrong("");
    this.progress.value = 0;
    this.progress.hidden = false;
    this.sendButton.setAttribute("aria-disabled", "true");
    this.writing.say(fill(texts.sendingText, { name: this.file.name }));
    request.open("POST", texts.filesUrl);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) { self.progress.value = Math.round(100 * event.loaded / event.total); }
    });
    request.addEventListener("loadend", function () { if (self.request === request) { self.answered(request); } });
    this.request = request;
    request.send(values);
  };

  Files.prototype.answered = function (request) {
    var texts = this.writing.box.dataset, answer = null;
    this.request = null;
    this.progress.hidden = true;
    this.sendButton.removeAttribute("aria-disabled");
    try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
    if (request.status === 201 && answer && answer.markdown) {
      this.insert(answer);
      this.writing.say(fill(texts.sentText, { name: answer.name }));
      this.next();
    } else if (answer && answer.errors) {
      if (answer.is_picture) { this.picture.hidden = false; }
      this.wrong(Object.keys(answer.errors).map(function (name) { return answer.errors[name]; }).join(" "));
      (this.picture.hidden ? this.name.parentNode : this.alt).focus();
    } else {
      this.wrong(request.status === 200 ? texts.sessionText : request.status === 413 ? texts.largeText : texts.unsentText);
    }
  };

  /* A picture stands in a paragraph of its own; a link stands where the caret is. */
  Files.prototype.insert = function (answer) {
    var area = this.writing.area, at = area.selectionEnd, before = area.value.slice(0, at), after = area.value.slice(at), text = answer.markdown;
    if (answer.is_picture) {
      text = (before && !/\n\n$/.test(before) ? (/\n$/.test(before) ? "\n" : "\n\n") : "") + text + (/^\n\n/.test(after) ? "" : /^\n/.test(after) ? "\n" : "\n\n");
    }
    put(area, at, at, text);
  };

  Files.prototype.stop = function () {
    var request = this.request;
    this.request = null;
    if (request) { request.abort(); }
    this.sendButton.removeAttribute("aria-disabled");
    this.next();
    if (!this.file) { this.writing.area.focus(); }
  };

  /* One field --------------------------------------------------------------------------------------------------------- */

  function Writing(box) {
    this.box = box;
    this.area = box.querySelector("textarea");
    this.preview = new Preview(this);
    this.links = new Links(this);
    this.files = new Files(this);
    part(box, "tools").hidden = false;
    this.listen();
    this.preview.ask();
  }

  Writing.prototype.token = function () { return this.area.form.elements.csrf_token.value; };

  Writing.prototype.titleField = function () {
    return this.box.dataset.titleField && this.area.form.elements[this.box.dataset.titleField];
  };

  Writing.prototype.say = function (text) { part(this.box, "said").textContent = text; };

  /* Said and shown: for what stands nowhere else on the screen. */
  Writing.prototype.tell = function (text) {
    this.say("");
    this.preview.say(text);
    this.say(text);
  };

  Writing.prototype.key = function (event) {
    if (event.isComposing) { return; }
    if (this.links.key(event)) { event.preventDefault(); event.stopPropagation(); return; }
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && goOn(this.area)) { event.preventDefault(); }
  };

  /* A list goes on at the next line; Enter in an empty item ends it. */
  function goOn(area) {
    var at = area.selectionStart;
    if (at !== area.selectionEnd) { return false; }
    var start = area.value.lastIndexOf("\n", at - 1) + 1, item = ITEM.exec(area.value.slice(start, at));
    if (!item) { return false; }
    if (!item[6].trim()) {
      if (area.value.slice(at, at + 1) && area.value.charAt(at) !== "\n") { return false; }
      put(area, start, at, "");
      return true;
    }
    put(area, at, at, "\n" + item[1] + (item[3] ? Number(item[3]) + 1 + item[4] : item[2]) + item[5]);
    return true;
  }

  Writing.prototype.listen = function () {
    var self = this, area = this.area, input = part(this.box, "input"), title = this.titleField();
    area.addEventListener("input", function () { self.preview.soon(); self.links.look(); });
    area.addEventListener("keydown", function (event) { self.key(event); });
    area.addEventListener("keyup", function (event) { if (/^(Arrow(Left|Right)|Home|End)$/.test(event.key)) { self.links.look(); } });
    area.addEventListener("click", function () { self.links.look(); self.preview.follow(); });
    area.addEventListener("blur", function () { self.links.close(); });
    if (title) { title.addEventListener("input", function () { self.preview.soon(); }); }
    part(this.box, "link").addEventListener("click", function () {
      put(area, area.selectionStart, area.selectionEnd, "[[" + area.value.slice(area.selectionStart, area.selectionEnd).replace(/[[\]\n]/g, " "));
      self.links.look();
    });
    part(this.box, "file").addEventListener("click", function () {
      if (self.box.dataset.filesFor) { input.click(); } else { self.files.take([]); }
    });
    input.addEventListener("change", function (event) { event.stopPropagation(); self.files.take(input.files); input.value = ""; });
    area.addEventListener("paste", function (event) {
      var given = event.clipboardData;
      if (given && given.files.length && !given.getData("text/plain")) { event.preventDefault(); self.files.take(given.files); }
    });
    ["dragenter", "dragover", "dragleave", "drop"].forEach(function (name) {
      area.addEventListener(name, function (event) {
        if (!event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) { return; }
        event.preventDefault();
        area.classList.toggle("writing--over", name === "dragenter" || name === "dragover");
        if (name === "drop") { self.files.take(event.dataTransfer.files); }
      });
    });
  };

  /* The address of a new page follows its title, as the server would make it, until somebody types one himself. */
  function follow(field) {
    var title = field.form.elements[field.dataset.addressFrom], own = Boolean(field.value);
    field.addEventListener("input", function () { own = Boolean(field.value); });
    title.addEventListener("input", function () {
      if (own) { return; }
      field.value = title.value.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase()
        .replace(/[^a-z0-9]+/g, "-").slice(0, 80).replace(/^-|-$/g, "");
    });
  }

  /* Who writes a text of his own at two texts chooses that one. */
  document.addEventListener("input", function (event) {
    var choice = event.target.dataset && document.getElementById(event.target.dataset.chooses || "");
    if (choice) { choice.checked = true; }
  });

  document.addEventListener("DOMContentLoaded", function () {
    all("input[data-address-from]").forEach(follow);
    all("[data-writing]").forEach(function (box) { new Writing(box); });
  });
}());
