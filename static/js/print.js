// Shows the print buttons and makes them work. Without this file the browser's own menu prints.
"use strict";
document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
