// Looks again, while the page is in view, whether what goes on in the background is finished.
(() => {
  "use strict";
  const waiting = document.querySelector("[data-reload]");
  if (!waiting) return;
  const again = () => {
    if (document.visibilityState === "visible") location.reload();
    else document.addEventListener("visibilitychange", again, { once: true });
  };
  setTimeout(again, Number(waiting.dataset.reload));
})();
