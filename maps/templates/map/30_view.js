// -------------------------------------------------------------------- maps and their layers

const mesh = new AreaMesh.Mesh(data.areas.mesh, data.areas.name.length);
const views = [];

/** Rings of whole-number steps to rings of [latitude, longitude]. */
function unfold(parts) {
  return parts.map((rings) => rings.map((steps) => {
    const line = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      line.push([y / 1e5, x / 1e5]);
    }
    return line;
  }));
}
const lines = (parts) => unfold(parts).flat();
const degrees = ([x, y]) => [y / 1e5, x / 1e5];

/** Prepare a Leaflet map as one view of a scenario, with everything that does not change. */
function makeView(map, scenario) {
  const pane = (name, zIndex, touchable) => {
    const element = map.createPane(name);
    element.style.zIndex = zIndex;
    if (!touchable) element.style.pointerEvents = "none";
  };
  pane("land", 350, false);
  pane("fills", 400, false);
  pane("context", 410, false);
  pane("circles", 450, true);
  pane("names", 460, false);
  const group = () => L.layerGroup().addTo(map);
  const view = {
    map, scenario,
    ground: new AreaLayer(mesh, { pane: "fills" }),
    context: group(), circles: group(), works: group(), names: group(),
    circleSvg: L.svg({ pane: "circles", padding: 0.4 }),
    hint: L.tooltip({ direction: "auto", opacity: 1 }),
    pointed: null, // the zone or area under the pointer
    popup: null,
  };
  views.push(view);
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 140 }).addTo(map);
  map.on("popupclose", () => { state.open = null; remember(); });
  map.on("zoomend moveend", () => { if (remembering) { drawNames(view); remember(); } });
  map.on("mousemove", (event) => point(view, event));
  map.on("click", (event) => clicked(view, event));
  map.on("mouseout zoomstart", () => forget(view));
  return view;
}

/** Draw what is the same in every year; the map must know by now where it looks. */
function drawGround(view) {
  L.polygon(unfold(data.context.county), {
    pane: "land", renderer: L.canvas({ pane: "land", padding: 0.4 }), interactive: false,
    color: style.paper.outline, weight: 2, fillColor: style.paper.land, fillOpacity: 1,
  }).addTo(view.map);
  view.ground.addTo(view.map);
  drawContext(view);
  drawBasemap(view);
}

function drawContext(view) {
  const base = { pane: "context", renderer: L.canvas({ pane: "context", padding: 0.4 }), interactive: false };
  L.polyline(lines(data.context.streets), {
    ...base, color: style.context.street, weight: style.context.street_width, opacity: 0.9,
  }).addTo(view.context);
  for (const township of data.context.townships) {
    L.polygon(unfold(township.shape), {
      ...base, fill: false, color: style.paper.township, weight: 1.3, dashArray: "1 5", lineCap: "round",
    }).addTo(view.context);
  }
  for (const barrier of data.context.barriers) drawBarrier(view, barrier, base);
}

function drawBarrier(view, barrier, base) {
  const { lake, railway, trunk_road: trunk } = style.context;
  const stroke = (look) => L.polyline(lines(barrier.shape), { ...base, ...look }).addTo(view.context);
  if (barrier.kind === "lake" || barrier.kind === "river") {
    const rings = lines(barrier.shape);
    const closed = rings.length && rings.every((ring) => String(ring[0]) === String(ring[ring.length - 1]));
    if (!closed) stroke({ color: lake, weight: 3 });
    else L.polygon(unfold(barrier.shape), { ...base, color: lake, weight: 1, fillColor: lake, fillOpacity: 1 }).addTo(view.context);
  } else if (barrier.kind === "railway") {
    // a dark line with white dashes on it, as on printed maps
    stroke({ color: railway, weight: 3.4 });
    stroke({ color: "#ffffff", weight: 1.8, dashArray: "7 7", lineCap: "butt" });
  } else if (barrier.kind === "motorway") {
    // two carriageways in the colour of trunk roads
    stroke({ color: trunk, weight: 5 });
    stroke({ color: "#ffffff", weight: 1.4 });
  } else {
    stroke({ color: trunk, weight: 3 });
  }
}

/** Draw everything that depends on what was chosen. */
function drawView(view) {
  if (state.layers.context) view.context.addTo(view.map);
  else view.context.remove();
  drawFills(view);
  drawSections(view);
  drawWorks(view);
  drawNames(view);
}
