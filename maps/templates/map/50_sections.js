// -------------------------------------------------------------------- sections

/** Symbols of the stages, from the youngest pupils up: corners and turn, 0 corners is a circle. */
const SYMBOLS = [[0, 0], [4, 45], [4, 0], [6, 0], [3, 0], [5, 0]];
const symbolOf = (stage) => SYMBOLS[data.stages.findIndex((item) => item.stage === stage) % SYMBOLS.length];

/** The outline of a symbol that covers as much paper as a circle of the radius. */
function symbolPath([corners, turn], x, y, radius) {
  if (!corners) return `M${x - radius},${y}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0Z`;
  const far = radius * Math.sqrt((2 * Math.PI) / (corners * Math.sin((2 * Math.PI) / corners)));
  const around = Array.from({ length: corners }, (_, i) => ((360 * i) / corners + turn - 90) * (Math.PI / 180));
  return `M${around.map((angle) => `${(x + far * Math.cos(angle)).toFixed(1)},${(y + far * Math.sin(angle)).toFixed(1)}`).join("L")}Z`;
}

const SectionMark = L.CircleMarker.extend({
  _updatePath() {
    const { x, y } = this._point;
    this._renderer._setPath(this, this._empty() ? "M0 0" : symbolPath(this.options.symbol, x, y, this._radius));
  },
});

/** What the symbols tell: how large they are and in which colour. */
const measures = {
  utilisation: { size: (figure, i) => figure.pupils[i], colour: (figure, i) => bandColour(figure.utilisation[i]) },
  shortage: {
    size: (figure, i) => Math.max(figure.shortage[i], figure.surplus[i]),
    colour: (figure, i) => (figure.shortage[i] > 0 ? style.sections.shortage : figure.surplus[i] > 0 ? style.sections.surplus : "#ffffff"),
  },
  warning: {
    size: (figure, i) => figure.pupils[i],
    colour: (figure, i) => style.sections.warning_colours[Math.max(0, ["none", "yellow", "red"].indexOf(figure.warning[i]))],
  },
  large: { size: (figure, i) => figure.large[i], colour: (figure, i) => (figure.large[i] ? style.sections.large_class_ring : "#ffffff") },
  probability: {
    size: (figure, i) => figure.pupils[i],
    colour: (figure, i) => (figure.shortage_probability[i] === null ? style.sections.no_seats
      : style.sections.probability_colours[classOf(figure.shortage_probability[i], style.sections.probability_limits)]),
  },
};

/** The largest figure of the stage in any year and scenario: symbols can be compared. */
function largestSize() {
  let most = 1;
  for (const plan of data.scenarios) {
    for (const figure of Object.values(plan.stages[state.stage].sections)) {
      plan.years.forEach((_, i) => { most = Math.max(most, measures[state.measure].size(figure, i) || 0); });
    }
  }
  return most;
}

function radius(value, most) {
  const { smallest_radius: least, largest_radius: widest } = style.sections;
  return Math.max(least, (isPhone() ? 0.75 : 1) * widest * Math.sqrt((value || 0) / most));
}

/** Exactly 85 % is well used, exactly 100 % is not yet crowded. */
function bandColour(utilisation) {
  if (utilisation === null) return style.sections.no_seats;
  const band = style.sections.utilisation_limits
    .filter((limit, i) => (i === 0 ? utilisation >= limit : utilisation > limit)).length;
  return style.sections.utilisation_colours[band];
}

function drawSections(view) {
  view.circles.clearLayers();
  if (!state.layers.sections) return;
  if (state.layers.others) drawOtherStages(view);
  const most = largestSize(), index = yearIndex(view), size = (section) => measures[state.measure].size(section.byYear, index) || 0;
  for (const section of sectionsOf(view).sort((a, b) => size(b) - size(a))) {
    const stands = standing(view, section);
    if (stands !== "future") drawSection(view, section, stands, radius(size(section), most), index);
  }
}

/** Sections of the other stages, small and pale. */
function drawOtherStages(view) {
  for (const { stage } of data.stages.filter((item) => item.stage !== state.stage)) {
    for (const section of sectionsOf(view, stage)) {
      if (!section.byYear.open[yearIndex(view)]) continue;
      new SectionMark([section.latitude, section.longitude], {
        pane: "circles", renderer: view.circleSvg, symbol: symbolOf(stage), radius: 4.2,
        color: style.sections.no_seats, weight: 1.2, fillColor: "#ffffff", fillOpacity: 0.9, className: "other",
      }).bindTooltip(() => tip(sectionName(section), [], either(...namesOfStage(stage))), { direction: "top", opacity: 1 })
        .on("click", () => change({ stage })).addTo(view.circles);
    }
  }
}

function namesOfStage(stage) {
  const { zh, en } = data.stages.find((item) => item.stage === stage).names;
  return [zh, en];
}

function drawSection(view, section, stands, size, index) {
  const at = [section.latitude, section.longitude], closed = stands === "closed";
  const base = { pane: "circles", renderer: view.circleSvg, symbol: symbolOf(section.stage) };
  if (!closed && state.measure === "utilisation" && section.byYear.large[index] > 0) {
    new SectionMark(at, { ...base, interactive: false, radius: size + 3.2, fill: false, color: style.sections.large_class_ring, weight: 2.4 }).addTo(view.circles);
  }
  const mark = new SectionMark(at, {
    ...base, radius: closed ? 5.5 : size, weight: closed ? 1.4 : 1.2, color: style.sections.border,
    fillColor: closed ? "#ffffff" : measures[state.measure].colour(section.byYear, index), fillOpacity: 0.95,
    className: `section ${stands}`,
  });
  mark.bindTooltip(() => sectionTip(view, section, stands), { direction: "top", offset: [0, -size], opacity: 1 });
  mark.on("click", () => chooseSection(view, section));
  mark.addTo(view.circles);
  reachable(mark.getElement(), sectionLabel(section, stands, index), () => chooseSection(view, section));
  if (stands !== "open") markStanding(view, at, closed ? "closed" : "new", size);
}

/** Let a symbol be reached and opened from the keyboard, and be read out. */
function reachable(element, label, act) {
  for (const [name, value] of Object.entries({ tabindex: 0, role: "button", "aria-label": label })) element.setAttribute(name, value);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}

function sectionLabel(section, stands, index) {
  if (stands === "closed") return `${sectionName(section)}: ${closedWord(section)}`;
  const figure = section.byYear;
  return `${sectionName(section)}: ${word("pupils_short")} ${number(figure.pupils[index])}, ${word("seats_short")} ${number(figure.seats[index])}`;
}

/** A cross on a closed section, a small plus at the shoulder of a new one. */
function markStanding(view, at, kind, size) {
  const shift = kind === "closed" ? 0 : size * 0.7 + 4;
  L.marker(at, {
    pane: "names", interactive: false, keyboard: false,
    icon: L.divIcon({ className: "mark", html: markPicture(kind), iconSize: [14, 14], iconAnchor: [7 - shift, 7 + shift] }),
  }).addTo(view.circles);
}

function markPicture(kind) {
  const ink = style.sections.border;
  const strokes = kind === "closed"
    ? [svg("path", { d: "M4 4 L10 10 M10 4 L4 10", stroke: ink, "stroke-width": 1.8, "stroke-linecap": "round" })]
    : [svg("circle", { cx: 7, cy: 7, r: 6, fill: "#1d7a45", stroke: "#fff", "stroke-width": 1.2 }),
      svg("path", { d: "M7 4 V10 M4 7 H10", stroke: "#fff", "stroke-width": 1.8, "stroke-linecap": "round" })];
  return svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14" }, strokes);
}

function sectionTip(view, section, stands) {
  const figure = section.byYear, i = yearIndex(view);
  if (stands === "closed") return tip(sectionName(section), [], closedWord(section));
  return tip(sectionName(section), [
    [word("pupils_short"), number(figure.pupils[i])],
    [word("seats_short"), number(figure.seats[i])],
    [word("utilisation"), shown(figure.utilisation[i], percent)],
    [word("largest_class"), number(figure.largest_class[i])],
    ...(figure.shortage_probability[i] === null ? [] : [[word("shortage_probability"), percent(figure.shortage_probability[i])]]),
  ]);
}

const closedWord = (section) => (section.closes === null ? word("not_open") : word("closed", { n: section.closes }));
