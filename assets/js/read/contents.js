/* The list of contents follows the reading: the section in view is the current one (aria-current). Only colours change
   by it, so nothing jumps; without this script the list is a list of links. */
(function () {
  "use strict";

  var list = document.querySelector("[data-follows]");
  if (!list) { return; }
  var links = Array.prototype.slice.call(list.querySelectorAll("a[href^='#']"));
  var headings = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  var waiting = false;
  var current = null;

  /* The section in view is the last one whose heading passed the upper quarter of the window. */
  function found() {
    var line = window.innerHeight / 4;
    var last = links[0];
    headings.forEach(function (heading, place) {
      if (heading && heading.getBoundingClientRect().top <= line) { last = links[place]; }
    });
    var root = document.documentElement;
    var atEnd = window.innerHeight + window.scrollY >= root.scrollHeight - 2;
    var asked = window.location.hash && links[headings.indexOf(document.getElementById(decodeURIComponent(window.location.hash.slice(1))))];
    /* Short last sections never reach that line: at the end of the page the one that was asked for counts. */
    return atEnd && asked ? asked : last;
  }

  function follow() {
    waiting = false;
    var link = found();
    if (link === current || !link) { return; }
    if (current) { current.removeAttribute("aria-current"); }
    link.setAttribute("aria-current", "true");
    current = link;
    var box = link.closest(".contents");
    if (box && box.scrollHeight > box.clientHeight) {
      var place = link.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (place < 40 || place > box.clientHeight - 60) { box.scrollTop += place - box.clientHeight / 2; }
    }
  }

  function soon() {
    if (!waiting) { waiting = true; window.requestAnimationFrame(follow); }
  }

  window.addEventListener("scroll", soon, { passive: true });
  window.addEventListener("resize", soon);
  window.addEventListener("hashchange", soon);
  follow();
}());
