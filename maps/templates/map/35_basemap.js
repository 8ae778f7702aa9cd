// -------------------------------------------------------------------- the base map
// Nothing is fetched until somebody ticks the box; no link and no other page can tick it.

const basemap = { on: false };

function setBasemap(on) {
  basemap.on = on;
  document.body.classList.toggle("with-basemap", on);
  views.forEach(drawBasemap);
}

/** Lay pictures under a view, with whose they are, or take them away. */
function drawBasemap(view) {
  view.pictures?.forEach((layer) => layer.remove());
  view.pictures = null;
  if (!basemap.on) return;
  const { addresses, servers, deepest, attribution } = data.basemap;
  const layers = addresses.map((address) => L.tileLayer(address, {
    subdomains: servers, maxNativeZoom: deepest, maxZoom: 22, attribution: "", referrerPolicy: "strict-origin-when-cross-origin",
  }));
  const credit = L.control({ position: "bottomright" });
  credit.onAdd = () => make("div", { class: "credit" }, attribution[state.language]);
  view.pictures = [...layers, credit].map((layer) => layer.addTo(view.map));
}

/** The box that lays the base map under, and says before it is ticked that this asks the network. */
function basemapBox() {
  if (!data.basemap) return [];
  const box = make("input", { type: "checkbox", "data-layer": "basemap" });
  box.checked = basemap.on;
  box.addEventListener("change", () => setBasemap(box.checked));
  const name = data.basemap.names[state.language];
  return [make("label", { class: "basemap" }, null, [
    box, document.createTextNode(word("layer_basemap", { name })), make("small", {}, word("basemap_fetches", { name })),
  ])];
}

/** What must be known of a map that is shifted. */
function basemapKeys() {
  if (!data.basemap?.shiftMetres) return [];
  const gaps = { name: data.basemap.names[state.language], n: metres(data.basemap.shiftMetres) };
  return [make("p", { class: "shifted" }, word("basemap_shifted", gaps))];
}
