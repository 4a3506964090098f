// Keeps the last pages of places and weeks on the reader's device. The network is always asked first; what is shown from the device
// says of when it is, and visits that have ended since are marked as over.
"use strict";
const config = {{ config|safe }};
const PAGES = `${config.prefix}pages-${config.format}`;
const ASSETS = `${config.prefix}assets-${config.format}`;
const OFFLINE = `${config.prefix}offline-${config.format}`;
const kept = new RegExp(config.pages);
const asset = new RegExp(config.assets);
const staff = /^\/(admin|api|metrics|healthz|readyz)\b/;

const languageOf = (path) => (path.startsWith("/en/") ? "en" : "ar");
const offlinePages = Object.values(config.words).map((words) => words.offline);

// How an answer was compressed on its way does not matter any more.
const find = (name, key) => caches.match(key, { cacheName: name, ignoreVary: true });
// The newest last, so that the oldest go first.
const put = async (name, key, response, most) => {
  const cache = await caches.open(name);
  await cache.delete(key);
  await cache.put(key, response);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((each) => cache.delete(each)));
};

// The moment of the server and not of the device, whose clock may be wrong.
const momentOf = (response) => {
  const told = Date.parse(response.headers.get("date"));
  return (told || Date.now()) - 1000 * (Number(response.headers.get("age")) || 0);
};

const keepPage = async (path, response) => {
  const headers = new Headers(response.headers);
  ["content-encoding", "content-length", "transfer-encoding"].forEach((name) => headers.delete(name));
  headers.set("x-kept-at", momentOf(response));
  await put(PAGES, path, new Response(await response.blob(), { headers }), config.most);
  await keepOfflinePages();
};
// In every language: who reads one may press the other without a connection.
let tidied = Promise.resolve();
const keepOfflinePages = async () => {
  await tidied;
  const cache = await caches.open(OFFLINE);
  await Promise.all(offlinePages.map(async (page) => {
    if (!(await cache.match(page))) await cache.add(page).catch(() => {});
  }));
};
const remember = async (url, response) => {
  if (url.search || !kept.test(url.pathname)) {
    if (response.ok) await keepOfflinePages();
  } else if (response.ok && !response.redirected) {
    await keepPage(url.pathname, response);
  } else if (response.status === 404 || response.status === 410) {
    await (await caches.open(PAGES)).delete(url.pathname);
  }
};

// «يوم الجمعة 27 نوفمبر الساعة 7:52 مساءً».
const tell = (at, words) => {
  const format = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone: config.zone, ...options });
  const found = {};
  format(words.locale, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", hour12: true })
    .formatToParts(at).forEach(({ type, value }) => { found[type] = value; });
  const clock = format("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  [, found.period] = words.periods.filter(([start]) => start <= clock).pop();
  return words.when.replace(/%\((\w+)\)s/g, (name, part) => found[part]);
};

// Under the heading of the page: of when the copy is. What the clock has overtaken is not shown as valid.
const mark = async (path, copy) => {
  const words = config.words[languageOf(path)];
  const at = Number(copy.headers.get("x-kept-at"));
  const now = Date.now();
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: config.zone });
  let isStale = now < at - 300000 || day.format(at) !== day.format(now);
  const text = (await copy.text()).replace(/<(section|article|li)([^>]*?) data-times="([\d ]+)"([^>]*)>/g, (tag, name, before, times, after) => {
    const moments = times.split(" ").map((second) => second * 1000);
    isStale = isStale || moments.some((moment) => at < moment && moment <= now);
    if (now < moments[moments.length - 1]) return tag;
    return `<${name}${before}${after} data-lapsed><p class="state done">${words.over}</p>`;
  });
  const when = tell(at, words);
  const told = `${words.kept.replace("%(when)s", `<b>${when}</b>`)}${isStale ? ` ${words.stale}` : ""}`;
  const banner = `<p class="note kept" role="status" data-kept${isStale ? " data-stale" : ""}>${told} <a href="${path}">${words.again}</a></p>`;
  return new Response(text.replace(/<main[^>]*>/, (main) => main + banner), { headers: copy.headers });
};

// A title holds no markup, and is shown as a text in its own direction; of a page in the other language, with the name of that.
const listed = (path, title, shown) => {
  const language = languageOf(path);
  const text = `<bdi lang="${/[ء-ي]/.test(title) ? "ar" : "en"}">${title.replace(/<[^>]*>?/g, "")}</bdi>`;
  const other = language === shown ? "" : ` <bdi class="muted" lang="${language}">${config.words[language].name}</bdi>`;
  return `<li><a href="${path}" hreflang="${language}"><span>${text}${other}</span></a></li>`;
};

// In the place of a page that is not on the device: what is. Rather in another language than not at all.
const explain = async (path) => {
  const shown = languageOf(path);
  const pages = await Promise.all([config.words[shown].offline, ...offlinePages].map((each) => find(OFFLINE, each)));
  const page = pages.find(Boolean);
  if (!page) return Response.error();
  const cache = await caches.open(PAGES);
  const items = await Promise.all((await cache.keys()).reverse().map(async (request) => {
    const [, title] = /<title>([^]*?)<\/title>/.exec(await (await cache.match(request)).text()) || [];
    return title ? listed(new URL(request.url).pathname, title, shown) : "";
  }));
  const text = (await page.text()).replace(/(<section class="keepsakes") hidden([^]*?<ul[^>]*>)/, (found, before, after) => (
    items.length ? before + after + items.join("") : found
  ));
  return new Response(text, { headers: page.headers });
};

const answerPage = async (event, url) => {
  const copy = url.search ? undefined : await find(PAGES, url.pathname);
  // Not from the browser's own store either, which may be half a minute behind an urgent cancellation.
  const fetched = fetch(event.request, { cache: "no-cache" });
  event.waitUntil(fetched.then((response) => remember(url, response.clone())).catch(() => {}));
  const late = new Promise((resolve) => { setTimeout(resolve, config.limit); });
  const response = await (copy ? Promise.race([fetched, late]) : fetched).catch(() => undefined);
  if (response && response.status < 500) return response;
  if (copy) return mark(url.pathname, copy);
  return response || explain(url.pathname);
};

const answerAsset = async (event) => {
  const copy = await find(ASSETS, event.request);
  const fetched = fetch(event.request);
  event.waitUntil(fetched.then((response) => (response.ok ? put(ASSETS, event.request, response.clone(), config.mostAssets) : undefined)).catch(() => {}));
  if (!copy) return fetched;
  const late = new Promise((resolve) => { setTimeout(resolve, config.limit); });
  const response = await Promise.race([fetched, late]).catch(() => undefined);
  return response && response.ok ? response : copy;
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(config.prefix) && ![PAGES, ASSETS, OFFLINE].includes(name));
    await Promise.all(names.map((name) => caches.delete(name)));
    await self.clients.claim();
    // Another release has other pages for those without a connection; until they have come the old ones serve.
    const cache = await caches.open(OFFLINE);
    await Promise.all(offlinePages.map((page) => cache.add(new Request(page, { cache: "no-cache" })).catch(() => {})));
  };
  event.waitUntil(tidied = tidy());
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname.endsWith("/") && !staff.test(url.pathname)) {
    event.respondWith(answerPage(event, url));
  } else if (asset.test(url.pathname)) {
    event.respondWith(answerAsset(event));
  }
});
// The page that brought the worker was loaded before it: it comes out of the browser's own cache, with what belongs to it.
self.addEventListener("message", (event) => {
  const keep = async (address) => {
    const url = new URL(address, self.location.origin);
    if (url.origin !== self.location.origin) return;
    if (!asset.test(url.pathname) && !kept.test(url.pathname)) return;
    const again = { mode: "same-origin", cache: "only-if-cached" };
    const response = await fetch(url, again).catch(() => undefined) || await fetch(url);
    if (response.ok && asset.test(url.pathname)) await put(ASSETS, url.href, response, config.mostAssets);
    else await remember(url, response);
  };
  event.waitUntil(Promise.all((event.data.keep || []).map((address) => keep(address).catch(() => {}))));
});
