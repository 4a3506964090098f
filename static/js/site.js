// What a reader's device can do beyond reading: speak, send on, keep. Without this file every page says the same. Each block
// stands alone, and does nothing where its part of the page or of the browser is missing.
"use strict";

// --- Listen: the page's answer in the device's own voice, sentence by sentence, because some engines cut long texts off.
(() => {
  const box = document.querySelector(".listen");
  const engine = window.speechSynthesis;
  if (!box || !engine || !window.SpeechSynthesisUtterance) return;
  const copy = document.querySelector("[data-kept]");
  if (copy && "stale" in copy.dataset) return; // «Today» in an old copy is another day.
  const { language, text, pause, goOn, again } = box.dataset;
  const [play, stop] = box.querySelectorAll("button");
  const label = play.querySelector("span");
  const MOST = 160;
  // As few pieces as there can be of at most so many letters; one that is longer by itself stays whole.
  const gather = (pieces) => pieces.reduce((found, piece) => {
    const joined = (found[found.length - 1] || "") + piece;
    return found.length && joined.length <= MOST ? [...found.slice(0, -1), joined] : [...found, piece];
  }, []);
  const cut = (piece, marks) => (piece.length > MOST ? gather(piece.match(marks)) : [piece]);
  // After a sentence (“St.” ends none), a long one after a comma, at worst before the hours: never inside an hour, a date or a name.
  const sentences = (line) => cut(line, /.+?(?:(?:[ap]m|\S{3})[.؟!](?=\s|$)\s*|$)/g)
    .flatMap((each) => cut(each, /.+?(?:[،,؛:](?=\s)\s*|$)/g))
    .flatMap((each) => cut(each, /.+?(?=من الساعة|وحتى الساعة|$)/g));
  // On an English page, what there is in Arabic alone: from the first Arabic letter to the last before a Latin one.
  const voiced = (piece) => (language === "ar" ? [piece] : piece.match(/[؀-ۿ](?:[^A-Za-z]*[؀-ۿ])?|[^؀-ۿ]+/g))
    .filter((each) => /[\wء-ي]/.test(each))
    .map((each) => ({ words: each.replace(/^[\s.,:–]+|[\s–]+$/g, ""), tongue: /[ء-ي]/.test(each) ? "ar" : language }));
  const parts = [...(copy ? [copy.textContent] : []), ...text.split("\n")].flatMap(sentences).flatMap(voiced);
  const voices = {};
  let next = 0;
  let isReading = false;
  let turn = 0; // Engines report late: what belongs to an earlier turn is not listened to.

  // Only voices of the device itself: others send the text to somebody's server.
  const find = () => {
    parts.forEach(({ tongue }) => {
      const able = engine.getVoices().filter((each) => each.localService !== false && each.lang.toLowerCase().split(/[-_]/)[0] === tongue);
      voices[tongue] = able.find((each) => /eg$/i.test(each.lang)) || able[0];
    });
    // A name that no voice can say would be missing without a trace.
    box.hidden = !Object.values(voices).every(Boolean);
  };
  const show = (words, reading) => {
    label.textContent = words;
    isReading = reading;
    stop.hidden = next === 0 && !reading;
  };
  const rest = (words) => {
    turn += 1;
    engine.cancel();
    if (document.activeElement === stop && next === 0) play.focus();
    show(words, false);
  };
  const read = () => {
    const mine = ++turn;
    const speak = () => {
      if (mine !== turn) return;
      if (next >= parts.length) {
        next = 0;
        rest(again);
        return;
      }
      const { words, tongue } = parts[next];
      const said = new SpeechSynthesisUtterance(words);
      said.voice = voices[tongue];
      said.lang = said.voice.lang;
      said.onend = () => {
        if (mine !== turn) return;
        next += 1;
        speak();
      };
      said.onerror = () => { if (mine === turn) rest(goOn); };
      engine.speak(said);
    };
    engine.cancel();
    show(pause, true);
    speak();
  };
  const first = label.textContent;
  // Pausing is left to ourselves: on Android the engine's own pause is an end.
  play.addEventListener("click", () => (isReading ? rest(goOn) : read()));
  stop.addEventListener("click", () => { next = 0; rest(first); });
  addEventListener("pagehide", () => engine.cancel());
  find();
  if (engine.addEventListener) engine.addEventListener("voiceschanged", find);
})();

// --- Send on
document.querySelectorAll("[data-copy]").forEach((button) => {
  const said = button.parentElement.parentElement.querySelector(".said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = button.dataset.done;
    } catch {
      // No clipboard without HTTPS: the words are put where they can be copied by hand.
      said.textContent = `${button.dataset.failed} ${button.dataset.copy}`;
    }
  });
});
document.querySelectorAll("[data-share]").forEach((button) => {
  if (!navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ text: button.dataset.share, url: button.dataset.url }).catch(() => {}); // Changed one's mind: no error.
  });
});
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// --- Keep: the pages of places and weeks, for the time without a connection (templates/offline/worker.js). Not on a first visit,
// which is to cost no more than it shows: readers who come again are known by the style sheet that their browser has kept.
(() => {
  const { worker: address, styles } = document.currentScript.dataset;
  const workers = navigator.serviceWorker;
  if (!address || !workers) return;
  const keep = async () => {
    const loaded = performance.getEntriesByType("resource");
    // Not `controller`: a worker may have taken over a page that came without it.
    const isNew = !performance.getEntriesByType("navigation").some((each) => each.workerStart);
    const cameFrom = document.referrer.split("/").slice(0, 3).join("/") === location.origin ? [document.referrer] : [];
    // In bytes; «not modified» weighs some hundreds.
    const comesAgain = cameFrom.length || loaded.some((each) => each.name.endsWith(styles) && each.transferSize < 1000);
    if (isNew && (!comesAgain || (navigator.connection && navigator.connection.saveData))) return;
    await workers.register(address).catch(() => {});
    if (!isNew) return;
    const { active } = await workers.ready;
    active.postMessage({ keep: [...cameFrom, location.href.split("#")[0], ...loaded.map((each) => each.name)] });
  };
  addEventListener("load", () => (window.requestIdleCallback || setTimeout)(keep));
})();
