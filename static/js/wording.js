// Shows, while somebody types a wording, how it would read on a real stop. Without this file there is a button for it.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("wording-preview");
  const body = document.getElementById("id_body");
  if (!panel || !body) return;
  const form = body.form;
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const subject = document.getElementById("wording-subject");
  part("button").hidden = true;
  let timer = 0;
  let last = 0;

  const cell = (text, tag) => {
    const td = document.createElement("td");
    const inner = tag ? td.appendChild(document.createElement(tag)) : td;
    text.split("\n").forEach((line, index) => {
      if (index) inner.append(document.createElement("br"));
      inner.append(line);
    });
    return td;
  };
  const show = (preview) => {
    part("text").value = preview.text;
    part("measure").textContent = preview.measure;
    part("problems").replaceChildren(...preview.problems.map((problem) => {
      const item = document.createElement("li");
      item.className = "error";
      item.textContent = problem;
      return item;
    }));
    subject.replaceChildren(...preview.subjects.map(([key, label]) => new Option(label, key, false, key === preview.subject)));
    part("placeholders").replaceChildren(...preview.placeholders.map(([name, meaning, example]) => {
      const row = document.createElement("tr");
      row.append(cell(`{${name}}`, "code"), cell(meaning), cell(example || "—"));
      return row;
    }));
  };
  const ask = async () => {
    const turn = ++last;
    try {
      const answer = await fetch(panel.dataset.url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
      // An older answer that comes late is not what stands in the form.
      if (answer.ok && turn === last) show(await answer.json());
    } catch {
      part("button").hidden = false;
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 350); };
  body.addEventListener("input", later);
  ["id_slot", "id_form", "id_district", "wording-subject"].forEach((id) => document.getElementById(id)?.addEventListener("change", ask));
});
