// Checks a text while it is edited. Without this file the button "Check and preview again" does the same.
"use strict";
document.querySelectorAll("section[data-check]").forEach((section) => {
  section.querySelectorAll("[data-editing]").forEach((card) => {
    const box = card.querySelector("textarea");
    const kept = card.querySelector("[data-original]");
    const original = kept ? kept.value : box.defaultValue;
    let timer = 0;
    let turn = 0;
    const check = async () => {
      const mine = ++turn;
      const data = new FormData();
      data.set("form", card.dataset.editing);
      data.set("text", box.value);
      data.set("original", original);
      data.set("facts", section.dataset.facts);
      data.set("csrfmiddlewaretoken", document.querySelector("#issue [name=csrfmiddlewaretoken]").value);
      let answer;
      try {
        const response = await fetch(section.dataset.check, { method: "POST", body: data, credentials: "same-origin" });
        if (!response.ok) return;
        answer = await response.json();
      } catch {
        return; // No line: the text is checked again when it is sent.
      }
      if (mine !== turn) return; // An older answer must not replace a newer one.
      const found = card.querySelector(".live-findings");
      if (found.innerHTML !== answer.findings) found.innerHTML = answer.findings;
      card.querySelector(".measure").textContent = answer.measure;
    };
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(check, 400);
    });
  });
});
