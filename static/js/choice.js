// Gives the search-as-you-type choices of the admin the name of their field: the library puts a box of its own in place of the
// list, which is called after what is chosen alone, and after nothing while nothing is.
"use strict";
django.jQuery(() => {
  document.querySelectorAll("select.admin-autocomplete").forEach((list) => {
    const [label] = list.labels || [];
    const box = list.nextElementSibling && list.nextElementSibling.querySelector(".select2-selection");
    if (!label || !box) return;
    label.id = label.id || `${list.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") || ""}`.trim());
    const chosen = box.querySelector("[role=textbox]");
    if (chosen) chosen.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  });
});
