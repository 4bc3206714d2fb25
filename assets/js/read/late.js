/* A guide is read without htmx. It is fetched when the reader comes near what uses it: a fifth of the first visit less.
   The address stands at this script (data-htmx) where the page did not load htmx itself; forms work without it too. */
(function () {
  "use strict";

  var address = document.currentScript && document.currentScript.dataset.htmx;
  var users = address ? document.querySelectorAll("main [hx-get], main [hx-post]") : [];
  if (!users.length) { return; }

  function fetchIt() {
    if (!address) { return; }
    var script = document.createElement("script");
    script.src = address;
    address = "";
    document.head.appendChild(script);
  }

  document.addEventListener("focusin", function (event) {
    if (event.target.closest("[hx-get], [hx-post]")) { fetchIt(); }
  });
  if (!window.IntersectionObserver) { fetchIt(); return; }
  var watch = new IntersectionObserver(function (seen) {
    if (seen.some(function (one) { return one.isIntersecting; })) { watch.disconnect(); fetchIt(); }
  }, { rootMargin: "600px" });
  Array.prototype.forEach.call(users, function (user) { watch.observe(user); });
}());
