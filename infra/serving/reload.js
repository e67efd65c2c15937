"use strict";
/* The page of `petaplan serve` asks for the version of its plan, and loads itself again when there is another one. */
(function () {
  const EVERY_MILLISECONDS = 1000;
  let shown = null;
  async function look() {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      const version = answer.ok ? await answer.text() : shown;
      if (shown !== null && version !== shown) {
        location.reload();
        return;
      }
      shown = version;
    } catch {
      document.documentElement.setAttribute("data-served", "no");
      return;
    }
    setTimeout(look, EVERY_MILLISECONDS);
  }
  look();
})();
