"use strict";
/* The page of `petaplan serve` asks for the version of its plan, and loads itself again when there is another one. */
(function () {
  const EVERY_MILLISECONDS = 1000;
  let shown = null;
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "served";
  status.hidden = true;
  document.body.prepend(status);
  function tell(name) {
    status.textContent = name ? document.body.getAttribute("data-" + name) : "";
    status.hidden = !name;
  }
  async function look() {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      const version = answer.ok ? await answer.text() : shown;
      if (shown !== null && version !== shown) {
        location.reload();
        return;
      }
      shown = version;
      tell(answer.headers.get("Petaplan-Page") === "in-the-making" ? "making" : "");
    } catch {
      document.documentElement.setAttribute("data-served", "no");
      tell("ended");
      return;
    }
    setTimeout(look, EVERY_MILLISECONDS);
  }
  look();
})();
