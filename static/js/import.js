// The page of an import that a worker is at: the bar moves, and the page comes anew once the state has changed.
const box = document.querySelector(".import-progress");
const EVERY = 1000;

async function ask() {
  try {
    const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (found.state !== box.dataset.state) {
      location.reload();
      return;
    }
    const bar = box.querySelector("progress");
    const said = box.querySelector("[role=status]");
    if (found.percent !== null) {
      bar.value = found.percent;
      const text = `${found.percent}%`;
      if (said.textContent !== text) said.textContent = text;
    }
  } catch {
    // The next question may be answered.
  }
  setTimeout(ask, EVERY);
}

if (box) setTimeout(ask, EVERY);
