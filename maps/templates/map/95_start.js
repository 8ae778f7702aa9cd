// -------------------------------------------------------------------- changes of state

/** Take over what was chosen and draw anew; a scenario with other years keeps the nearest. */
function change(chosen) {
  const desk = `${state.scenario}/${state.stage}`;
  Object.assign(state, chosen);
  const years = planOf(main).years;
  if (!years.includes(state.year)) state.year = state.year < years[0] ? years[0] : years[years.length - 1];
  if (desk !== `${state.scenario}/${state.stage}`) trial.chosen.clear();
  if ("beside" in chosen) showBeside();
  drawPanel();
  drawLegend();
  views.forEach(drawView);
  views.forEach(renewPopup);
  remember();
}

function play() {
  if (state.timer) {
    window.clearInterval(state.timer);
    change({ timer: null });
    return;
  }
  const step = () => {
    const years = planOf(main).years, next = years[yearIndex(main) + 1];
    if (next === undefined) play();
    else change({ year: next });
  };
  const years = planOf(main).years;
  if (yearIndex(main) === years.length - 1) state.year = years[0];
  change({ timer: window.setInterval(step, 1200) });
}

function stepYear(by) {
  const next = planOf(main).years[yearIndex(main) + by];
  if (next !== undefined) change({ year: next });
}

// -------------------------------------------------------------------- the second map

let besideView = null;

/** Show a second map beside the first, moving with it, or take it away. */
function showBeside() {
  const on = state.beside !== null;
  document.body.classList.toggle("beside", on);
  leaveRoom();
  if (on && !besideView) {
    const { options } = main.map;
    const map = L.map(byId("map-beside"), {
      zoomControl: false, attributionControl: false, preferCanvas: true, zoomSnap: options.zoomSnap, zoomDelta: options.zoomDelta,
    });
    besideView = makeView(map, () => state.beside ?? 0);
    besideView.title = byId("title-beside");
    map.setView(main.map.getCenter(), main.map.getZoom(), { animate: false });
    map.setMinZoom(main.map.getMinZoom());
    drawGround(besideView);
    link(main.map, map);
  }
  if (!on && besideView) views.splice(views.indexOf(besideView), 1);
  else if (on && !views.includes(besideView)) views.push(besideView);
  views.forEach((view) => view.map.invalidateSize({ animate: false }));
  byId("legend").classList.toggle("folded", on || isPhone());
  fit();
}

/** Let two maps look at the same place, whichever is moved. */
function link(one, other) {
  let following = false;
  const follow = (leader, follower) => leader.on("move zoomend", () => {
    if (following || state.beside === null) return;
    following = true;
    follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
    following = false;
  });
  follow(one, other);
  follow(other, one);
}

// -------------------------------------------------------------------- the beginning

/** How much of the map lies beneath panel and legend. */
function room() {
  if (state.beside !== null) return { paddingTopLeft: [12, 44], paddingBottomRight: [12, 12] };
  return isPhone()
    ? { paddingTopLeft: [12, 44], paddingBottomRight: [12, byId("panel").offsetHeight + 14] }
    : { paddingTopLeft: [376, 24], paddingBottomRight: [byId("legend").offsetWidth + 28, 24] };
}

/** Show the whole county. */
function fit() {
  main.map.fitBounds(L.latLngBounds(lines(data.context.county).flat()), { ...room(), animate: false });
}

/** Let two maps on a phone end where the folded panel begins. */
function leaveRoom() {
  const panel = byId("panel");
  if (!panel.classList.contains("folded")) return;
  document.documentElement.style.setProperty("--foot", `${panel.offsetHeight}px`);
  if (state.beside !== null) views.forEach((view) => view.map.invalidateSize({ animate: false }));
}

function dress() {
  const root = document.documentElement.style;
  root.setProperty("--body", style.fonts.body);
  root.setProperty("--lake-name", style.context.lake_name);
  for (const name of ["background", "ink", "accent"]) root.setProperty(`--${name}`, style.paper[name]);
  if (!isPhone()) return;
  byId("panel").classList.add("folded");
  byId("legend").classList.add("folded");
}

function listen() {
  const on = (id, kind, act) => byId(id).addEventListener(kind, act);
  on("language", "click", () => change({ language: state.language === "zh" ? "en" : "zh" }));
  on("scenario", "change", (event) => change({ scenario: Number(event.target.value) }));
  on("beside", "change", (event) => change({ beside: event.target.value === "" ? null : Number(event.target.value) }));
  on("measure", "change", (event) => change({ measure: event.target.value }));
  on("slider", "input", (event) => change({ year: planOf(main).years[Number(event.target.value)] }));
  on("play", "click", play);
  on("fold", "click", () => { byId("panel").classList.toggle("folded"); foldWords(); });
  on("legend-fold", "click", () => byId("legend").classList.toggle("folded"));
  on("search", "input", (event) => { found = search(event.target.value); marked = found.length ? 0 : -1; drawFound(); });
  on("search", "keydown", searchKey);
  on("search", "blur", () => { byId("found").hidden = true; });
  on("measure-toggle", "click", () => setMeasuring(!ruled.on));
  on("trial-toggle", "click", () => setTrial(!trial.on));
  on("print", "click", () => window.print());
  new ResizeObserver(leaveRoom).observe(byId("panel"));
  document.addEventListener("keydown", shortcut);
}

/** Keys for what is done often; none while something is written. */
function shortcut(event) {
  if (event.key === "Escape") {
    if (ruled.on) setMeasuring(false);
    else if (trial.chosen.size) { trial.chosen.clear(); drawTried(); }
    return;
  }
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); byId("search").focus(); }
  else if (event.key === "," || event.key === ".") stepYear(event.key === "," ? -1 : 1);
}

const main = makeView(map_atlas, () => state.scenario); // made by folium just above
main.title = byId("title-main");

function start() {
  const { at, open } = recall();
  dress();
  listen();
  drawPanel();
  drawLegend();
  fit();
  main.map.setMinZoom(main.map.getZoom() - 2);
  drawGround(main);
  if (state.beside === null) drawView(main);
  else change({ beside: state.beside });
  if (at) main.map.setView([at[0], at[1]], at[2], { animate: false });
  const section = open && sectionsOf(main).find((item) => item.section_id === open);
  if (section) openSection(main, section);
  remembering = true;
  document.body.dataset.ready = "";
}

start();
