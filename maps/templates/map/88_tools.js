// -------------------------------------------------------------------- measuring, printing, links

const ruled = { on: false, view: null, at: [], line: null, told: null };

function setMeasuring(on) {
  ruled.line?.remove();
  ruled.told?.remove();
  Object.assign(ruled, { on, view: null, at: [], line: null, told: null });
  for (const view of views) view.map.getContainer().classList.toggle("measuring", on);
  drawTools();
}

/** Take a click as the next point of the line that is measured, if one is. */
function measuring(view, event) {
  if (!ruled.on) return false;
  if (ruled.view !== view) {
    setMeasuring(true);
    ruled.view = view;
  }
  ruled.at.push(event.latlng);
  ruled.line = ruled.line || L.polyline([], { pane: "circles", renderer: view.circleSvg, interactive: false, color: style.paper.ink, weight: 2.4, dashArray: "6 4" }).addTo(view.map);
  ruled.line.setLatLngs(ruled.at);
  const length = ruled.at.reduce((sum, here, i) => sum + (i ? view.map.distance(ruled.at[i - 1], here) : 0), 0);
  ruled.told = ruled.told || L.tooltip({ permanent: true, direction: "right", offset: [8, 0], opacity: 1 });
  ruled.told.setLatLng(event.latlng).setContent(make("b", { id: "measured" }, word("measured", { n: metres(length) }))).addTo(view.map);
  return true;
}

function drawTools() {
  byId("measure-toggle").setAttribute("aria-pressed", String(ruled.on));
  byId("measure-toggle").textContent = word(ruled.on ? "measure_end" : "measure_begin");
}

// -------------------------------------------------------------------- the state as a link

let remembering = false;

/** Write what is shown into the address, so that it can be sent on. */
function remember() {
  if (!remembering) return;
  const { lat, lng } = main.map.getCenter();
  const parts = {
    lang: state.language, plan: planOf(main).name, beside: state.beside === null ? "" : data.scenarios[state.beside].name,
    stage: state.stage, year: state.year, areas: state.theme, schools: state.measure,
    layers: Object.keys(state.layers).filter((layer) => state.layers[layer]).join("."),
    at: `${lat.toFixed(5)},${lng.toFixed(5)},${main.map.getZoom()}`, open: state.open ?? "",
  };
  const kept = Object.entries(parts).filter(([, value]) => value !== "");
  window.history.replaceState(null, "", `#${new URLSearchParams(kept)}`);
}

/** Take over what an address says; what it says of things that are not there is passed over. */
function recall() {
  const asked = new URLSearchParams(window.location.hash.slice(1));
  const plans = data.scenarios.map((plan) => plan.name);
  const among = (name, known) => (known.includes(asked.get(name)) ? asked.get(name) : null);
  state.language = among("lang", ["zh", "en"]) ?? state.language;
  state.stage = among("stage", data.stages.map((item) => item.stage)) ?? state.stage;
  state.theme = among("areas", THEMES) ?? state.theme;
  state.measure = among("schools", MEASURES) ?? state.measure;
  if (plans.includes(asked.get("plan"))) state.scenario = plans.indexOf(asked.get("plan"));
  if (plans.includes(asked.get("beside"))) state.beside = plans.indexOf(asked.get("beside"));
  if (data.scenarios[state.scenario].years.includes(Number(asked.get("year")))) state.year = Number(asked.get("year"));
  if (asked.has("layers")) {
    const layers = asked.get("layers").split(".");
    for (const layer of Object.keys(state.layers)) state.layers[layer] = layers.includes(layer);
  }
  const at = (asked.get("at") || "").split(",").map(Number);
  return { at: at.length === 3 && at.every(Number.isFinite) ? at : null, open: asked.get("open") };
}
