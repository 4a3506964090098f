// Suggestions under the search box, and «nearest to me». Without this file the form and the list of villages do the same.
"use strict";
document.querySelectorAll("form[data-suggestions]").forEach((form) => {
  // Whoever saves data types the whole name.
  if (navigator.connection && navigator.connection.saveData) return;
  const box = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const known = new Map();
  let options = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  list.id = `${box.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  status.className = "heard";
  status.setAttribute("role", "status");
  box.parentElement.append(list, status);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const choose = (index) => {
    if (options[active]) options[active].setAttribute("aria-selected", "false");
    active = index;
    if (!options[active]) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    options[active].setAttribute("aria-selected", "true");
    options[active].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", options[active].id);
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    box.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  };
  // No older answer may come after this.
  const stop = () => {
    clearTimeout(timer);
    if (asking) asking.abort();
    asking = null;
  };
  const close = () => {
    stop();
    open(false);
    status.textContent = "";
  };
  const show = (answer) => {
    choose(-1);
    options = answer.results.map((result, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.dataset.url = result.url;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(Object.assign(document.createElement("b"), { textContent: result.label }));
      if (result.note) option.append(" ", Object.assign(document.createElement("span"), { textContent: result.note }));
      return option;
    });
    list.replaceChildren(...options);
    open(options.length > 0);
    status.textContent = answer.message;
  };
  const ask = async () => {
    stop();
    const text = box.value.trim().replace(/\s+/g, " ");
    if (text.length < 2) return close();
    if (!known.has(text)) {
      const mine = new AbortController();
      asking = mine;
      try {
        const address = `${form.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
        const response = await fetch(address, { signal: mine.signal, credentials: "omit" });
        if (!response.ok) return close();
        known.set(text, await response.json());
      } catch {
        // No line: the button still searches. A question that was taken back leaves the list to the newer one.
        if (asking === mine) close();
        return undefined;
      }
      if (asking !== mine) return undefined;
      asking = null;
    }
    return show(known.get(text));
  };

  box.addEventListener("input", () => {
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const last = options.length - 1;
    if (list.hidden) {
      if (event.key === "ArrowDown") ask();
      return;
    }
    const moves = { ArrowDown: active < last ? active + 1 : -1, ArrowUp: active < 0 ? last : active - 1 };
    // In the text itself Home and End move the cursor, as everywhere.
    if (active >= 0) Object.assign(moves, { Home: 0, End: last });
    if (event.key in moves) choose(moves[event.key]);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) location.assign(options[active].dataset.url);
    else return;
    event.preventDefault();
  });
  box.addEventListener("blur", close);
  form.addEventListener("submit", stop);
  // The box keeps the focus, so that the list is still there when the finger or the button is lifted.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
});

document.querySelectorAll("button[data-near]").forEach((button) => {
  if (!("geolocation" in navigator) || !window.isSecureContext) return;
  const label = button.textContent;
  const status = Object.assign(document.createElement("span"), { className: "heard" });
  status.setAttribute("role", "status");
  button.after(status);
  const say = (text) => { button.textContent = text; status.textContent = text === label ? "" : text; };
  const go = (where) => location.assign(button.dataset.near + where);
  button.hidden = false;
  document.querySelectorAll("p.near").forEach((words) => { words.hidden = false; });
  button.addEventListener("click", () => {
    if (button.textContent !== label) return;
    say(button.dataset.busy);
    navigator.geolocation.getCurrentPosition(
      // Two decimals are about a kilometre: nothing more exact leaves the browser.
      ({ coords }) => go(`${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}/`),
      (error) => go(error.code === error.PERMISSION_DENIED ? "denied/" : "unavailable/"),
      { timeout: 20000, maximumAge: 600000 },
    );
  });
  // Coming back, the browser may show the page as it was left.
  window.addEventListener("pageshow", () => say(label));
});
