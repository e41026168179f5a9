// On a phone the list of sections is one line to swipe: brings the present one into view.
(() => {
  "use strict";
  for (const nav of document.querySelectorAll("nav.admin-nav, nav.sections")) {
    const here = nav.querySelector("[aria-current]");
    if (here) nav.scrollLeft += here.getBoundingClientRect().right - nav.getBoundingClientRect().right + 24;
  }
})();
