// Draws the map above the list of places, from that list: the longer a place has waited, the larger and fuller its mark. Without
// this file, or without Leaflet, the list is the page.
"use strict";
(() => {
  const box = document.querySelector(".map");
  const rows = [...document.querySelectorAll(".of-place[data-latitude]")];
  if (!box || !window.L || !rows.length) return;
  box.classList.add("shown");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    inertia: !calm,
    maxZoom: box.dataset.tiles ? 18 : 13,
  });
  map.addControl(
    L.control.zoom({ position: "bottomleft", zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }),
  );
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles).addTo(map);
  const radius = { never: 11, long_ago: 9, a_while_ago: 7, recently: 5 };
  const pointOf = ({ dataset }) => [Number(dataset.latitude), Number(dataset.longitude)];
  map.fitBounds(L.latLngBounds(rows.map(pointOf)).pad(0.15), { maxZoom: 11, animate: false });
  // The neediest are drawn last, above the others.
  rows.reverse().forEach((row) => {
    const { reach, look, name, word } = row.dataset;
    const mark = L.circleMarker(pointOf(row), { radius: radius[reach], className: `reach ${look}` }).addTo(map);
    const told = document.createElement("span");
    told.textContent = `${name} – ${word}`;
    mark.bindTooltip(told, { direction: "top" });
    mark.on("click", () => {
      row.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      row.querySelector("button, a")?.focus({ preventScroll: true });
    });
  });
  // The list below says the same in words, so the marks need not be reached one by one with the keyboard.
  if (box.dataset.backdrop) {
    fetch(box.dataset.backdrop)
      .then((response) => response.json())
      .then((shapes) => L.geoJSON(shapes, {
        interactive: false,
        style: (shape) => ({ className: shape.properties.kind, fill: shape.properties.kind === "outline" }),
      }).addTo(map).bringToBack())
      .catch(() => {});
  }
})();
