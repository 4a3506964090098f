// Shows the copy buttons and makes them work. Without this file the texts can be selected by hand.
"use strict";
document.querySelectorAll("button[data-copy]").forEach((button) => {
  const box = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      // No clipboard without HTTPS: the older way works from a selected box.
      box.select();
      document.execCommand("copy");
    }
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2500);
  });
});
