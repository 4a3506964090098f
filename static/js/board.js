// The week board over its table: drag, stretch, keys, and what others change. Without this file the table does all of it.
import { ask, send } from "./board-wire.js";
import { digits, fill, hoursOf, minutesOf, timeOf, when } from "./board-words.js";

const root = document.getElementById("week-board");
const data = JSON.parse(document.getElementById("board-data").textContent);
const words = JSON.parse(document.getElementById("board-words").textContent);
const part = (id) => document.getElementById(`board-${id}`);
const urls = root.dataset;
const rtl = document.documentElement.dir === "rtl";
const POLL = 5000;
const STEP = 15; // minutes
const FRESH = 5 * 60 * 1000;

const events = new Map(data.events.map((event) => [event.id, event]));
const vehicles = new Map(data.vehicles.map((vehicle) => [vehicle.id, vehicle]));
const days = new Map(data.days.map((day) => [day.date, day]));
const fresh = new Map(); // what others changed, by the stop's key: when it was seen
const acts = []; // what can be taken back, last one last
let version = data.version;
let calendar = null;
let zoomed = ""; // the day whose hours are shown
let moving = null; // a stop on its way by keys
let waiting = 0; // acts that have not been answered
let dragging = false;
let dropped = -Infinity;

// -- saying ---------------------------------------------------------------------------------------------------------------

const say = (text) => { part("status").textContent = text; };

const nameOf = (event, slot = event) => [
  event.place, vehicles.get(slot.vehicle)?.code ?? "", days.get(slot.day)?.full ?? slot.day, hoursOf(slot, words), event.word,
].filter(Boolean).join(words.comma);

let toastTimer = 0;
// The first sentence; the list below the board keeps all of them.
const toast = ([sentence], link = null) => {
  const box = document.createElement("div");
  box.className = "board-toast note stop";
  box.appendChild(document.createElement("p")).textContent = sentence;
  if (link) box.append(link);
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  close.setAttribute("aria-label", words.close);
  close.addEventListener("click", () => part("alert").replaceChildren());
  box.append(close);
  part("alert").replaceChildren(box);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => part("alert").replaceChildren(), 15000);
};

const keep = (title, sentences, url = "", at = "") => {
  const item = document.createElement("li");
  item.appendChild(document.createElement("strong")).textContent = title;
  sentences.forEach((sentence) => { item.appendChild(document.createElement("p")).textContent = sentence; });
  if (at) item.appendChild(document.createElement("p")).dataset.at = at;
  if (url) item.append(formLink(url));
  part("log").hidden = false;
  part("log").querySelector("ol").prepend(item);
  tellAges();
};

const formLink = (url) => Object.assign(document.createElement("a"), { href: url, textContent: words.openForm });

const refuse = (event, sentences, url = "") => {
  toast(sentences, url ? formLink(url) : null);
  keep(fill(words.refused, { stop: event.place }), sentences, url);
};

const tellAges = () => document.querySelectorAll("#week-board [data-at]").forEach((element) => {
  element.textContent = fill(words.changedBy, { person: element.dataset.by ?? "", when: when(element.dataset.at, words) });
});

// -- taking back ----------------------------------------------------------------------------------------------------------

const offerUndo = () => {
  const last = acts.at(-1);
  const form = part("undo");
  form.hidden = !last;
  if (!last) return;
  form.elements.act.value = last.act;
  form.querySelector("[data-told]").textContent = last.told;
};

const remember = (answer) => {
  say(answer.message);
  if (answer.act === null) return;
  acts.push({ act: answer.act, told: answer.message });
  offerUndo();
};

const undo = async () => {
  const act = Number(part("undo").elements.act.value);
  if (part("undo").hidden || !act) return;
  const answer = await post(urls.undo, { act });
  if (!answer) return;
  if (!answer.ok) {
    refuse({ place: words.undo }, answer.sentences);
    return;
  }
  acts.splice(0, acts.length, ...acts.filter((one) => one.act !== act));
  part("undo").elements.act.value = "";
  offerUndo();
  take(answer);
  say(answer.message);
};

part("undo").addEventListener("submit", (submit) => { submit.preventDefault(); undo(); });

// -- the plan -------------------------------------------------------------------------------------------------------------

const show = (event) => {
  if (calendar) {
    const drawn = toCalendar(event);
    if (calendar.getEventById(String(event.id))) calendar.updateEvent(drawn);
    else calendar.addEvent(drawn);
  }
};

const hide = (id) => { calendar?.removeEventById(String(id)); };

const inView = (event) => days.has(event.day) && vehicles.has(event.vehicle);

// What an act of this person has left.
const take = (answer) => {
  answer.removed.forEach((id) => { events.delete(id); hide(id); });
  answer.events.forEach((event) => {
    events.set(event.id, event);
    fresh.delete(event.id);
    if (inView(event)) show(event); else hide(event.id);
  });
  if (!calendar) refreshTable();
};

const post = async (url, body) => {
  waiting += 1;
  try {
    const answer = await send(url, body, root.querySelector("[name=csrfmiddlewaretoken]").value, words);
    if (answer.lost) {
      toast([answer.lost]);
      return null;
    }
    return answer;
  } finally {
    waiting -= 1;
  }
};

const slotOf = ({ vehicle, day, from, to }) => ({ vehicle, date: day, starts_at: from, ends_at: to });

const put = async (event, slot, { copies = false } = {}) => {
  const body = { stop: event.id, ...slotOf(slot), board: data.board };
  const answer = await post(copies ? urls.copy : urls.move, copies ? body : { ...body, seen: event.seen });
  if (answer?.ok) {
    take(answer);
    remember(answer);
    return;
  }
  if (answer?.event) events.set(event.id, answer.event);
  if (answer?.code === "stop_gone" || answer?.code === "not_found") {
    events.delete(event.id);
    hide(event.id);
  } else if (!copies) {
    show(events.get(event.id)); // It jumps back to where it is stored.
  }
  if (!answer) return;
  refuse(event, answer.sentences, answer.form_url);
  if (answer.compare) {
    await compare(answer, () => put(events.get(event.id), slot));
  }
};

const discard = async (event) => {
  const answer = await post(urls.discard, { stop: event.id, seen: event.seen });
  if (!answer) return;
  if (answer.ok) {
    take(answer);
    remember(answer);
  } else {
    refuse(event, answer.sentences);
    poll();
  }
};

// Both versions side by side; what is stored stays unless the person says otherwise.
const compare = (answer, again) => new Promise((resolve) => {
  const dialog = part("stale");
  part("stale-told").textContent = answer.sentences.join(" ");
  dialog.querySelector("tbody").replaceChildren(...answer.compare.map((fact) => {
    const row = document.createElement("tr");
    const head = row.appendChild(document.createElement("th"));
    head.scope = "row";
    head.textContent = fact.label;
    row.appendChild(document.createElement("td")).textContent = fact.theirs;
    row.appendChild(document.createElement("td")).appendChild(document.createElement("strong")).textContent = fact.yours;
    return row;
  }));
  dialog.returnValue = "keep";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "again") resolve(again());
    else { say(words.kept); resolve(); }
  }, { once: true });
  dialog.showModal();
});

// -- what others change ---------------------------------------------------------------------------------------------------

const state = ({ mine, ...rest }) => JSON.stringify(rest);

const merge = (list) => {
  const now = new Set(list.map((event) => event.id));
  const told = [];
  [...events.values()].filter((event) => !now.has(event.id)).forEach((event) => {
    events.delete(event.id);
    hide(event.id);
    told.push([event, words.gone, ""]);
  });
  list.forEach((event) => {
    const before = events.get(event.id);
    if (before && state(before) === state(event)) return;
    events.set(event.id, event);
    if (!before || before.seen !== event.seen) {
      if (!event.mine) {
        fresh.set(event.id, Date.now());
        told.push([event, before ? words.changed : words.added, event.seen]);
      }
    } else {
      fresh.set(event.id, Date.now());
      told.push([event, event.word, ""]);
    }
    show(event);
  });
  told.forEach(([event, what, at]) => {
    keep(event.place, [fill(words.news, { what, stop: nameOf(event) })], "", at);
    if (at) part("log").querySelector("[data-at]").dataset.by = event.by;
  });
  tellAges();
  if (told.length) say(told.length === 1 ? fill(words.news, { what: told[0][1], stop: nameOf(told[0][0]) }) : words.several);
  // A vehicle that came to these units since the page was made.
  if (calendar && list.some((event) => !vehicles.has(event.vehicle))) keep(words.reload, [], location.href);
  return told;
};

const refreshTable = async () => {
  const page = await ask(location.href, {});
  if (!page) return;
  const table = new DOMParser().parseFromString(page, "text/html").getElementById("board-table");
  if (!table) return;
  const scroller = root.querySelector(".board-scroll");
  const [left, top] = scroller ? [scroller.scrollLeft, scroller.scrollTop] : [0, 0];
  const focused = document.activeElement?.getAttribute("href");
  const opened = [...part("table").querySelectorAll("details[open]")].map((one) => one.closest(".card").id);
  part("table").replaceChildren(...table.childNodes);
  opened.forEach((id) => { part("table").querySelector(`#${id} details`)?.setAttribute("open", ""); });
  root.querySelector(".board-scroll")?.scrollTo(left, top);
  if (focused) part("table").querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  fresh.forEach((_seen, id) => document.getElementById(`s${id}`)?.classList.add("fresh"));
};

const isBusy = () => document.hidden || dragging || moving !== null || waiting > 0;

const poll = async () => {
  if (isBusy()) return;
  const answer = await ask(urls.url, { "If-None-Match": version, Accept: "application/json" }, words);
  if (answer === null || isBusy()) return; // Nothing new, no line, or something is under way: asked again soon.
  if (answer.lost) { toast([answer.lost]); return; }
  version = answer.version;
  const told = merge(answer.events);
  if (!calendar && told.length) await refreshTable();
};

const tick = async () => {
  fresh.forEach((seen, id) => {
    if (Date.now() - seen < FRESH) return;
    fresh.delete(id);
    if (events.has(id)) show(events.get(id));
  });
  tellAges();
  await poll();
  setTimeout(tick, POLL);
};

document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
setTimeout(tick, POLL);

// -- the board ------------------------------------------------------------------------------------------------------------

const editUrl = (event) => `${urls.stop.replace("/0/", `/${event.id}/`)}?board=${data.board}`;
const slotUrl = (event, act) => `${urls.slot.replace("/0/", `/${event.id}/`).replace("/move/", `/${act}/`)}?board=${data.board}`;

const toCalendar = (event, slot = event, look = "") => ({
  id: String(event.id),
  resourceId: String(slot.vehicle),
  start: `${slot.day}T${slot.from}:00`,
  end: `${slot.day}T${slot.to}:00`,
  startEditable: event.moves,
  durationEditable: event.moves ? undefined : false,
  classNames: ["look", event.look, fresh.has(event.id) ? "fresh" : "", look].filter(Boolean),
});

const dayOf = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((number) => String(number).padStart(2, "0")).join("-");
const clockOf = (date) => timeOf(60 * date.getHours() + date.getMinutes());
const drawnSlot = (drawn) => ({
  vehicle: Number(drawn.resourceIds[0]), day: dayOf(drawn.start), from: clockOf(drawn.start), to: dayOf(drawn.end) === dayOf(drawn.start) ? clockOf(drawn.end) : "23:59",
});

const element = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

const drawCard = (info) => {
  const event = events.get(Number(info.event.id)) ?? moving?.event;
  if (!event) return "";
  const slot = drawnSlot(info.event);
  const link = element("a", "card-link", "");
  link.href = editUrl(event);
  link.draggable = false;
  link.dataset.id = info.event.id;
  // Read out with its vehicle and day, which eyes find by row and column.
  const where = [vehicles.get(slot.vehicle)?.code ?? "", days.get(slot.day)?.full ?? slot.day, ""].join(words.comma);
  link.append(element("span", "visually-hidden", where), element("b", "", hoursOf(slot, words)), element("span", "card-place", event.place), element("span", `state ${event.look}`, event.word));
  if (event.told) link.append(element("q", "", event.told));
  if (fresh.has(event.id)) {
    const note = element("small", "card-fresh", "");
    Object.assign(note.dataset, { at: event.seen, by: event.by });
    note.textContent = fill(words.changedBy, { person: event.by, when: when(event.seen, words) });
    link.append(note);
  }
  const more = element("button", "card-more", "⋯");
  more.type = "button";
  more.dataset.menu = info.event.id;
  more.setAttribute("aria-label", fill(words.actsOn, { stop: nameOf(event, slot) }));
  return { domNodes: [link, more] };
};

const drawHeading = (date) => {
  const day = days.get(dayOf(date));
  const button = element("button", `day-head${day?.today ? " today" : ""}`, "");
  button.type = "button";
  if (!day) return { domNodes: [button] };
  button.dataset.day = day.date;
  button.append(element("strong", "", day.weekday), element("span", "", day.label));
  day.marks.forEach((mark) => button.append(element("small", `mark ${mark.look}`, mark.word)));
  return { domNodes: [button] };
};

const drawVehicle = ({ resource }) => {
  const vehicle = vehicles.get(Number(resource.id));
  const code = element("bdi", "", vehicle.code);
  return { domNodes: [code, element("span", "", vehicle.name), element("small", "", vehicle.units)] };
};

const order = data.days.map((day) => day.date);

const drawCell = ({ date, resource }) => {
  const vehicle = vehicles.get(Number(resource?.id));
  const day = dayOf(date);
  const kind = vehicle?.days[order.indexOf(day)];
  if (zoomed || !kind || kind === "-") return "";
  if (kind === "a") return { domNodes: [element("span", "help away", words.away)] };
  const link = element("a", "add", "+");
  link.href = `${urls.add}?vehicle=${vehicle.id}&date=${day}&board=${data.board}`;
  link.tabIndex = -1; // The keyboard has the table; a thousand stops on the way to the next card help nobody.
  link.setAttribute("aria-label", [words.draft, vehicle.code, days.get(day).full].join(words.comma));
  return { domNodes: [link] };
};

// The library draws a grid of rows and cells that is no table: its parts say roles that do not fit together. What is read out
// are the cards, each by itself; the plain table is there for whoever wants rows and columns.
const plain = () => {
  part("calendar").querySelectorAll("[role=table], [role=row], [role=cell], [role=columnheader], [role=rowheader], [role=rowgroup]").forEach((one) => {
    ["role", "aria-colindex", "aria-colspan"].forEach((name) => one.removeAttribute(name));
  });
  part("calendar").querySelectorAll("aside:not([role]), article:not([role])").forEach((one) => one.setAttribute("role", "none"));
  part("calendar").querySelectorAll("time[aria-label]").forEach((one) => one.removeAttribute("aria-label"));
  const scroller = part("calendar").querySelector(".ec-main");
  if (scroller && !scroller.hasAttribute("tabindex")) {
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "group");
    scroller.setAttribute("aria-labelledby", "board-title");
  }
};

const zoom = (day) => {
  const from = zoomed;
  zoomed = day;
  part("zoom").hidden = !day;
  if (day) part("zoom").querySelector("strong").textContent = days.get(day).full;
  calendar.setOption("view", day ? "hours" : "week");
  calendar.setOption("date", day || order[0]);
  say(day ? fill(words.hoursOf, { day: days.get(day).full }) : words.week);
  requestAnimationFrame(() => part("calendar").querySelector(`[data-day="${day || from}"]`)?.focus());
};

const start = () => {
  const times = data.events.flatMap((event) => [minutesOf(event.from), minutesOf(event.to)]);
  const first = Math.floor(Math.min(7 * 60, ...times) / 60);
  const last = Math.ceil(Math.max(20 * 60, ...times) / 60);
  const drop = (info) => {
    const event = events.get(Number(info.event.id));
    if (event) put(event, drawnSlot(info.event)); else info.revert();
  };
  const begin = () => { dragging = true; };
  const end = () => { dragging = false; dropped = performance.now(); };
  calendar = window.EventCalendar.create(part("calendar"), {
    view: "week",
    date: order[0],
    firstDay: 6,
    locale: words.locale,
    headerToolbar: { start: "", center: "", end: "" },
    views: {
      week: { type: "resourceTimelineMonth", duration: { weeks: order.length / 7 }, columnWidth: order.length > 7 ? "minmax(9rem, 1fr)" : "minmax(8.25rem, 1fr)", eventDurationEditable: false, dayHeaderFormat: drawHeading },
      hours: {
        type: "resourceTimelineDay", slotMinTime: `${first}:00`, slotMaxTime: `${last}:00`, slotDuration: "00:30", snapDuration: "00:15", slotWidth: 44,
        dayHeaderFormat: drawHeading, slotLabelFormat: (date) => digits(clockOf(date), words),
      },
    },
    resources: data.vehicles.map((vehicle) => ({ id: String(vehicle.id), title: vehicle.code })),
    resourceLabelContent: drawVehicle,
    events: data.events.map((event) => toCalendar(event)),
    eventContent: drawCard,
    dayCellContent: drawCell,
    editable: true,
    eventResizableFromStart: true,
    longPressDelay: 500,
    eventDragStart: begin,
    eventResizeStart: begin,
    eventDragStop: end,
    eventResizeStop: end,
    eventDrop: drop,
    eventResize: drop,
  });
  let planned = false;
  const later = () => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => { planned = false; plain(); });
  };
  new MutationObserver(later).observe(part("calendar"), { childList: true, subtree: true });
  plain();
};

// -- keys and presses -----------------------------------------------------------------------------------------------------

const focusCard = (id) => requestAnimationFrame(() => requestAnimationFrame(() => {
  part("calendar").querySelector(`a.card-link[data-id="${id}"]`)?.focus();
}));

const drawMoving = () => {
  const { event, slot, copies } = moving;
  const id = copies ? "copy" : event.id;
  const drawn = { ...toCalendar(event, slot, "moving"), id: String(id) };
  if (calendar.getEventById(String(id))) calendar.updateEvent(drawn); else calendar.addEvent(drawn);
  focusCard(id);
  say(nameOf(event, slot));
};

const begin = (event, copies) => {
  if (copies ? !data.may_edit : !event.moves) { say(words.cannot); return; }
  moving = { event, copies, slot: { vehicle: event.vehicle, day: event.day, from: event.from, to: event.to } };
  drawMoving();
  say(words.moving);
};

const finish = async (puts) => {
  const { event, slot, copies } = moving;
  moving = null;
  if (copies) hide("copy");
  if (!puts) {
    show(events.get(event.id));
    say(words.left);
  } else {
    await put(event, slot, { copies });
  }
  focusCard(event.id);
};

const step = (key, shift) => {
  const { slot } = moving;
  const ahead = (key === "ArrowLeft") === rtl ? 1 : -1;
  if (key === "ArrowUp" || key === "ArrowDown") {
    const keys = data.vehicles.map((vehicle) => vehicle.id);
    slot.vehicle = keys[keys.indexOf(slot.vehicle) + (key === "ArrowDown" ? 1 : -1)] ?? slot.vehicle;
  } else if (shift || zoomed) {
    const from = minutesOf(slot.from) + (shift ? 0 : ahead * STEP);
    const to = minutesOf(slot.to) + ahead * STEP;
    if (from < 0 || to >= 24 * 60 || to <= from) return;
    Object.assign(slot, { from: timeOf(from), to: timeOf(to) });
  } else {
    slot.day = order[order.indexOf(slot.day) + ahead] ?? slot.day;
  }
  drawMoving();
};

const keyWhileMoving = (press) => {
  if (press.key === "Enter") finish(true);
  else if (press.key === "Escape") finish(false);
  else if (press.key.startsWith("Arrow")) step(press.key, press.shiftKey);
  else return;
  press.preventDefault();
};

document.addEventListener("keydown", (press) => {
  if (document.querySelector("dialog[open]")) return;
  if (moving) { keyWhileMoving(press); return; }
  if (press.target.closest("input, select, textarea")) return;
  if ((press.ctrlKey || press.metaKey) && press.code === "KeyZ" && !press.shiftKey) {
    press.preventDefault();
    undo();
    return;
  }
  if (press.key === "Escape" && zoomed) { zoom(""); return; }
  const link = press.target.closest("a.card-link");
  if (!link || press.ctrlKey || press.metaKey || press.altKey) return;
  const event = events.get(Number(link.dataset.id));
  if (!event) return;
  // By the place of the key: an Arabic keyboard has other letters there.
  if (press.code === "KeyM") begin(event, false);
  else if (press.code === "KeyC") begin(event, true);
  else if (press.key === "Delete" && event.discards) discard(event);
  else return;
  press.preventDefault();
});

const openMenu = (event) => {
  const dialog = part("menu");
  part("menu-title").textContent = event.place;
  dialog.querySelector("[data-facts]").textContent = nameOf(event);
  dialog.querySelector("[data-mend]").textContent = event.told;
  dialog.querySelector("[data-changed]").textContent = fill(words.changedBy, { person: event.by, when: when(event.seen, words) });
  const act = (name) => dialog.querySelector(`[data-do=${name}]`);
  act("edit").href = editUrl(event);
  act("move").href = slotUrl(event, "move");
  act("copy").href = slotUrl(event, "copy");
  act("move").hidden = !event.moves;
  act("copy").hidden = !data.may_edit;
  act("discard").hidden = !event.discards;
  act("discard").textContent = event.draft ? words.discardDraft : words.discardChange;
  act("discard").onclick = () => { dialog.close(); discard(events.get(event.id) ?? event); };
  dialog.showModal();
};

part("calendar").addEventListener("click", (press) => {
  // The press that ends a drag is no press on the card.
  if (performance.now() - dropped < 300) {
    press.preventDefault();
    press.stopPropagation();
    return;
  }
  const more = press.target.closest("[data-menu]");
  const day = press.target.closest("[data-day]");
  if (more && events.has(Number(more.dataset.menu))) openMenu(events.get(Number(more.dataset.menu)));
  else if (day) zoom(zoomed ? "" : day.dataset.day);
}, true);

part("zoom").addEventListener("click", (press) => {
  const way = press.target.closest("[data-zoom]")?.dataset.zoom;
  if (way === undefined) return;
  if (way === "0") zoom("");
  else zoom(order[order.indexOf(zoomed) + Number(way)] ?? zoomed);
});

// -- board or table -------------------------------------------------------------------------------------------------------

const stored = () => { try { return localStorage.getItem("week-board-view"); } catch { return null; } };
const store = (view) => { try { localStorage.setItem("week-board-view", view); } catch { /* Then the next page decides anew. */ } };
const hasBoard = typeof window.EventCalendar === "object" && data.vehicles.length > 0;
const view = hasBoard ? data.view || stored() || (matchMedia("(min-width: 60rem)").matches ? "board" : "table") : "table";

if (hasBoard) {
  root.querySelectorAll("a[data-view]").forEach((link) => {
    link.hidden = link.dataset.view === view;
    link.addEventListener("click", () => store(link.dataset.view));
  });
}
if (view === "board") {
  part("area").hidden = false;
  part("table").hidden = true;
  start();
}
root.dataset.ready = view;
