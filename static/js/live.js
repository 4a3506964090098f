// Keeps a part of a page up to date: every few seconds it asks the address in `data-live` for the part as it is now, with the
// entity tag of what it has, and puts another one in its place. Without this file the page is as it was when it was loaded.
"use strict";
document.querySelectorAll("[data-live]").forEach((part) => {
  const EVERY = 7000;
  const LONGEST = 60000;
  const said = document.querySelector("[data-live-said]");
  const lost = document.querySelector("[data-live-lost]");
  let tag = part.dataset.tag || "";
  let isOver = false;
  let pause = EVERY;
  let timer = 0;

  // What the reader has opened, and where the keyboard stands, is there again afterwards.
  const put = (html) => {
    const opened = [...part.querySelectorAll("details[data-keep][open]")].map((each) => each.dataset.keep);
    const at = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.innerHTML = html;
    part.querySelectorAll("details[data-keep]").forEach((each) => { each.open = opened.includes(each.dataset.keep); });
    const link = at && [...part.querySelectorAll("a")].find((each) => each.getAttribute("href") === at);
    if (link) link.focus();
  };
  const ask = async () => {
    try {
      const answer = await fetch(part.dataset.live, {
        headers: tag ? { "If-None-Match": tag } : {},
        cache: "no-store",
        redirect: "manual",
      });
      if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) {
        isOver = true; // Signed out, or no longer entitled: asking again changes nothing.
        if (lost) lost.hidden = false;
        return;
      }
      if (answer.status === 200) {
        put(await answer.text());
        if (said && tag) said.textContent = said.dataset.changed;
        tag = answer.headers.get("ETag") || "";
      }
      pause = answer.ok || answer.status === 304 ? EVERY : Math.min(2 * pause, LONGEST);
    } catch {
      pause = Math.min(2 * pause, LONGEST);
    }
    wait();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? wait() : ask()), pause);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !isOver) { pause = EVERY; wait(); } });
  // A page that has not waited for the part has no tag of it yet.
  if (tag) wait(); else ask();
});
