// The next visits of the mobile technology centres on any page of yours:
// <script defer src="…/widget.js" data-place="…"></script> or data-district="…"; data-lang="en", data-count="5" if you like.
// It asks for one small file, sets no cookie, and touches nothing of your page but the place where it stands.
"use strict";
(() => {
  const script = document.currentScript;
  const words = {{ words|safe }};
  const options = script.dataset;
  const near = script.closest("[lang]");
  const language = (options.lang || (near && near.lang) || "ar").slice(0, 2) === "en" ? "en" : "ar";
  const say = words[language];
  const count = Number(options.count) || 3;
  const name = options.place || options.district;
  if (!name) {
    console.error("widget.js: data-place or data-district is missing");
    return;
  }
  const home = `${new URL(script.src).origin}${language === "en" ? "/en" : ""}`;
  const page = `${home}/${options.place ? "places" : "districts"}/${encodeURIComponent(name)}/`;

  const box = document.createElement("div");
  box.lang = language;
  box.dir = language === "en" ? "ltr" : "rtl";
  script.after(box);
  const root = box.attachShadow({ mode: "open" });
  // A style element would need leave from the page's own policy; a sheet made here does not.
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      :host { display: block; color: var(--visits-color, inherit); background: var(--visits-background, transparent);
        font: var(--visits-font, inherit); line-height: 1.6; border: 1px solid var(--visits-line, currentColor);
        border-radius: var(--visits-radius, .5rem); padding: var(--visits-padding, .75rem 1rem); overflow-wrap: break-word; }
      p, ul { margin: 0; padding: 0; list-style: none; }
      a { color: var(--visits-accent, inherit); display: inline-block; padding-block: .6em; }
      li { padding-block: .5rem; border-block-start: 1px solid var(--visits-line, currentColor); }
      b, .when { font-weight: 700; }
      s { opacity: .8; }`);
    root.adoptedStyleSheets = [sheet];
  }

  const part = (tag, text, inside) => {
    const element = document.createElement(tag);
    element.textContent = text;
    inside.append(element);
    return element;
  };
  const link = (text, address, inside) => {
    const element = part("a", text, inside);
    element.href = address;
    return element;
  };
  const show = (data) => {
    root.replaceChildren();
    part("b", data.title, part("p", "", root));
    const visits = data.visits.filter((visit) => visit.ends * 1000 > Date.now()).slice(0, count);
    const list = visits.length ? part("ul", "", root) : part("p", data.empty, root);
    visits.forEach((visit) => {
      const item = part("li", "", list);
      if (visit.place !== data.title) link(visit.place, visit.url, part("p", "", item));
      part(visit.holds ? "span" : "s", `${visit.day}${say.comma}${visit.hours}`, part("p", "", item)).className = "when";
      if (visit.state) part("b", visit.state, part("p", "", item));
      if (visit.holds && visit.landmark) part("p", visit.landmark, item);
    });
    link(data.more, data.url, part("p", "", root));
  };
  const fail = () => {
    root.replaceChildren();
    part("p", say.failed, root);
    link(say.open, page, part("p", "", root));
  };

  let shown = null;
  let timer = 0;
  const load = async () => {
    clearTimeout(timer);
    try {
      const answer = await fetch(`${page}visits.json`, { credentials: "omit" });
      if (!answer.ok) throw new Error(answer.status);
      shown = await answer.json();
    } catch {
      // What was read before is better than nothing, less the visits that have ended since.
      if (!shown) fail();
    }
    if (shown) show(shown);
    // When the page would read differently, and not sooner than in a minute nor later than in an hour.
    const left = shown ? shown.until * 1000 - Date.now() : 0;
    timer = setTimeout(load, Math.min(Math.max(left, 60000), 3600000));
  };
  addEventListener("online", load);
  load();
})();
