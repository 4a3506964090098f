// Copies on the device have been turned off: this takes them away, and itself.
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const clear = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith({{ prefix|safe }}));
    await Promise.all(names.map((name) => caches.delete(name)));
  };
  const leave = async () => {
    await clear();
    await self.registration.unregister();
    // The worker before this one may still have been writing down its last page.
    await new Promise((resolve) => { setTimeout(resolve, 2000); });
    await clear();
  };
  event.waitUntil(leave());
});
