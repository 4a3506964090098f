// Draws the map above the list of a day's stops, from that list. Without this file, or without Leaflet, the list is the page.
"use strict";
(() => {
  const box = document.querySelector(".map");
  if (!box || !window.L) return;
  box.classList.add("shown");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    inertia: !calm,
    maxZoom: box.dataset.tiles ? 18 : 13,
  });
  const { zoomIn, zoomOut, close } = box.dataset;
  map.addControl(L.control.zoom({ position: "bottomleft", zoomInTitle: zoomIn, zoomOutTitle: zoomOut }));
  // Leaflet itself hears this key only while the map has the focus, not what lies in it.
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles).addTo(map);

  const places = new Map();
  document.querySelectorAll(".on-map[data-point]").forEach((stop) => {
    const key = stop.dataset.point;
    places.set(key, [...(places.get(key) || []), stop]);
  });
  const pointOf = (key) => key.split(",").map(Number);
  map.fitBounds(L.latLngBounds([...places.keys()].map(pointOf)).pad(0.25), { maxZoom: 10, animate: false });
  places.forEach((stops, key) => {
    const [first] = stops;
    const name = stops.map((stop) => `${stop.dataset.name} – ${stop.dataset.word}`).join("; ");
    const face = document.createElement("span");
    const words = document.createElement("span");
    words.textContent = stops.length > 1 ? `${first.dataset.word} +${stops.length - 1}` : first.dataset.word;
    face.className = `state ${first.dataset.look}`;
    face.append(first.querySelector(`.state.${first.dataset.look} svg`).cloneNode(true), words);
    const icon = L.divIcon({ html: face, className: "pin", iconSize: null });
    const marker = L.marker(pointOf(key), { icon }).addTo(map);
    marker.getElement().setAttribute("aria-label", name);
    const told = document.createElement("div");
    stops.forEach((stop) => {
      const link = stop.querySelector("h3 a").cloneNode(true);
      told.append(link, stop.querySelector(".states").cloneNode(true));
    });
    marker.bindPopup(told, { maxWidth: 230, minWidth: 180 });
    marker.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", close);
      told.querySelector("a").focus({ preventScroll: true });
    });
    // Whoever closes it with the keyboard goes on from where they were.
    marker.on("popupclose", () => {
      const now = document.activeElement;
      if (now === document.body || told.contains(now)) marker.getElement().focus({ preventScroll: true });
    });
  });

  if (box.dataset.backdrop) {
    fetch(box.dataset.backdrop)
      .then((response) => response.json())
      .then((shapes) => L.geoJSON(shapes, {
        interactive: false,
        style: (shape) => ({ className: shape.properties.kind, fill: shape.properties.kind === "outline" }),
      }).addTo(map))
      // The points alone still say which is where.
      .catch(() => {});
  }
})();
