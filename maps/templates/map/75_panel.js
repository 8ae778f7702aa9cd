// -------------------------------------------------------------------- the panel

function drawPanel() {
  const plan = planOf(main);
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-hint]")) {
    element.placeholder = word(element.dataset.hint);
    element.setAttribute("aria-label", word(element.dataset.hint));
  }
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  byId("county-name").textContent = either(data.names.zh, data.names.en);
  byId("title").textContent = plan.title[state.language];
  byId("question").textContent = plan.question[state.language];
  document.title = `${byId("county-name").textContent} – ${byId("title").textContent}`;
  choices(byId("stages"), data.stages.map((item) => [item.stage, either(item.names.zh, item.names.en)]),
    state.stage, "aria-pressed", (stage) => change({ stage }));
  choices(byId("themes"), THEMES.map((theme) => [theme, word(`theme_${theme}`)]),
    state.theme, "aria-checked", (theme) => change({ theme }));
  byId("stages").setAttribute("aria-label", word("stage"));
  byId("themes").setAttribute("aria-label", word("shows"));
  drawOptions(byId("measure"), MEASURES.map((measure) => [measure, word(`measure_${measure}`)]), state.measure);
  drawScenarios();
  drawTools();
  drawTrial();
  drawYear();
  drawLayerBoxes();
  drawFigures();
  drawBackground();
  const { pupils, seats, low80: low, high80: high } = figuresOf(main).county;
  byId("chart").replaceChildren(lineChart(plan.years, pupils, seats, { width: 310, height: 118, low, high }));
  foldWords();
}

function drawOptions(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => {
    const option = make("option", { value }, text);
    option.selected = value === chosen;
    return option;
  }));
}

function drawScenarios() {
  const several = data.scenarios.length > 1;
  for (const id of ["scenario-row", "beside-row"]) byId(id).hidden = !several;
  const titles = data.scenarios.map((plan, i) => [i, plan.title[state.language]]);
  drawOptions(byId("scenario"), titles, state.scenario);
  drawOptions(byId("beside"), [["", word("beside_none")], ...titles], state.beside ?? "");
  views.forEach((view) => { view.title.textContent = planOf(view).title[state.language]; });
}

function drawYear() {
  const years = planOf(main).years;
  const counted = state.year === data.baseYear;
  byId("year").textContent = state.year;
  byId("status").textContent = word(counted ? "counted" : "projected");
  byId("status").className = counted ? "counted" : "";
  Object.assign(byId("slider"), { min: 0, max: years.length - 1, value: yearIndex(main) });
  byId("slider").setAttribute("aria-label", word("year"));
  byId("slider").setAttribute("aria-valuetext", String(state.year));
  byId("first-year").textContent = years[0];
  byId("last-year").textContent = years[years.length - 1];
  byId("play").textContent = state.timer ? "❚❚" : "▶";
  byId("play").setAttribute("aria-label", word(state.timer ? "pause" : "play"));
  byId("play").title = word(state.timer ? "pause" : "play");
}

function drawLayerBoxes() {
  byId("layers").replaceChildren(...Object.keys(state.layers).map((layer) => {
    const box = make("input", { type: "checkbox", "data-layer": layer });
    box.checked = state.layers[layer];
    box.addEventListener("change", () => change({ layers: { ...state.layers, [layer]: box.checked } }));
    return make("label", {}, null, [box, document.createTextNode(word(`layer_${layer}`))]);
  }), ...basemapBox());
}

function drawFigures() {
  const county = figuresOf(main).county, i = yearIndex(main);
  const first = data.scenarios[0].stages[state.stage].county;
  const j = data.scenarios[0].years.indexOf(state.year);
  const tiles = [
    ["pupils"], ["seats"], ["shortage", number, true], ["surplus"], ["entrants"], ["unseated", number, true],
    ["large", number, true], ["super_large", number, true], ["walk_metres", metres], ["over_limit_share", percent],
  ];
  byId("figures-title").textContent = `${word("county")} · ${either(stageInfo().names.zh, stageInfo().names.en)} · ${state.year}`;
  byId("figures").replaceChildren(...tiles.map(([name, format = number, alarm = false]) => {
    const value = county[name][i];
    const known = value !== null && value !== undefined;
    const figure = make("dd", { "data-figure": name, class: !known ? "unknown" : alarm && value > 0 ? "alarm" : "" },
      known ? format(value) : word("no_figure"));
    const before = j < 0 ? null : first[name][j];
    if (state.scenario > 0 && known && before !== null) figure.append(...difference(value - before, format));
    return make("div", {}, null, [make("dt", {}, word(name)), figure]);
  }), make("div", { style: "grid-column: 1 / -1" }, null, [
    make("dt", {}, word("warnings")),
    make("dd", {}, `${shown(county.red[i])} / ${shown(county.yellow[i])}`),
  ]));
}

/** What a figure gains or loses against the first scenario, if that can be seen at all. */
function difference(value, format) {
  const size = (format === percent ? points : format)(Math.abs(value));
  if (size === (format === percent ? points : format)(0)) return [];
  const title = word("against", { name: data.scenarios[0].title[state.language] });
  return [" ", make("small", { title }, `${value > 0 ? "+" : "−"}${size}`)];
}

function drawBackground() {
  const plan = planOf(main);
  const items = (id, list, none) => byId(id).replaceChildren(
    ...(list.length ? list : [make("li", {}, none)]));
  items("changes", plan.changes.map(([setting, before, now]) =>
    make("li", {}, null, [make("code", {}, setting), document.createTextNode(`: ${before || "–"} → ${now}`)])), word("no_changes"));
  items("notes", plan.notes.map((note) => make("li", {}, note[state.language])), word("no_notes"));
  items("sources", [...data.attributions, word("drawn_with")].map((text) => make("li", {}, text)), "");
}

function foldWords() {
  const folded = byId("panel").classList.contains("folded");
  byId("fold").textContent = word(folded ? "more" : "less");
  byId("fold").setAttribute("aria-expanded", String(!folded));
}
