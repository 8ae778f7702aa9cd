// -------------------------------------------------------------------- the legend

function swatch(colour, opacity = 1) {
  return svg("svg", { width: 18, height: 13 }, [svg("rect", { width: 18, height: 13, rx: 2, fill: colour, "fill-opacity": opacity, stroke: "#0002" })]);
}
function dot(colour, ring = null, stage = state.stage) {
  const outline = (radius) => symbolPath(symbolOf(stage), 9, 9, radius);
  const parts = ring ? [svg("path", { d: outline(7), fill: "none", stroke: ring, "stroke-width": 2.2 })] : [];
  parts.push(svg("path", { d: outline(ring ? 4 : 6), fill: colour, stroke: style.sections.border }));
  return svg("svg", { width: 18, height: 18 }, parts);
}
function stroke(attributes, second = null) {
  const line = (more) => svg("line", { x1: 0, x2: 18, y1: 6, y2: 6, ...more });
  return svg("svg", { width: 18, height: 12 }, second ? [line(attributes), line(second)] : [line(attributes)]);
}
function key(picture, text, more = "") {
  return make("div", { class: "key" }, null, [picture, make("span", {}, text, more ? [make("em", {}, ` ${more}`)] : [])]);
}
const heading = (text) => make("h3", {}, text);

function drawLegend() {
  byId("legend-body").replaceChildren(
    ...(state.layers.sections ? sectionKeys() : []), ...themeKeys(), ...workKeys(), ...(state.layers.context ? contextKeys() : []),
    ...basemapKeys());
}

function sectionKeys() {
  const sections = sectionsOf(main), special = [];
  if (sections.some((section) => standing(main, section) === "new")) special.push(key(markPicture("new"), word("legend_new")));
  if (sections.some((section) => standing(main, section) === "closed")) special.push(key(markPicture("closed"), word("legend_closed")));
  return [heading(word(`legend_${state.measure}`)), ...measureKeys[state.measure](sections), ...special,
    heading(word(`legend_size_${state.measure}`)), sizes(), ...(state.layers.others ? stageKeys() : [])];
}

const measureKeys = {
  utilisation(sections) {
    const limits = style.sections.utilisation_limits.map((limit) => Math.round(limit * 100)), i = yearIndex(main);
    const bands = style.sections.utilisation_colours.map((colour, band) => {
      const text = band === 0 ? word("legend_below", { to: limits[0] })
        : band === limits.length ? word("legend_above", { from: limits[band - 1] })
          : word("legend_between", { from: limits[band - 1], to: limits[band] });
      return key(dot(colour), text, hasWord(`band_${band}`) ? word(`band_${band}`) : "");
    });
    const large = figuresOf(main).largeClass;
    const unknown = sections.some((section) => section.byYear.open[i] && section.byYear.utilisation[i] === null);
    return [...bands, ...(unknown ? [key(dot(style.sections.no_seats), word("legend_no_seats"))] : []),
      key(dot("#ffffff", style.sections.large_class_ring), large === null ? word("legend_ring_plain") : word("legend_ring", { n: large }))];
  },
  shortage: () => [
    key(dot(style.sections.shortage), word("shortage")), key(dot(style.sections.surplus), word("surplus")),
    key(dot("#ffffff"), word("legend_neither")),
  ],
  warning: () => ["none", "yellow", "red"].map((band, i) => key(dot(style.sections.warning_colours[i]), word(`warning_${band}`))),
  large: () => [key(dot(style.sections.large_class_ring), word("legend_has_large")), key(dot("#ffffff"), word("legend_no_large"))],
  probability() {
    const limits = style.sections.probability_limits.map((limit) => Math.round(limit * 100));
    return style.sections.probability_colours.map((colour, i) => key(dot(colour), i === 0 ? word("legend_below", { to: limits[0] })
      : i === limits.length ? word("legend_above", { from: limits[i - 1] }) : word("legend_between", { from: limits[i - 1], to: limits[i] })))
      .concat([key(dot(style.sections.no_seats), word("legend_counted"))]);
  },
};

const stageKeys = () => [heading(word("stage")), ...data.stages.map((item) => key(dot("#ffffff", null, item.stage), either(item.names.zh, item.names.en)))];

function sizes() {
  const most = largestSize();
  const round = (value) => { const power = 10 ** Math.floor(Math.log10(value)); return Math.max(1, Math.round(value / power) * power); };
  const rolls = [...new Set([most / 16, most / 4, most].map(round))];
  return make("div", { class: "sizes" }, null, rolls.map((roll) => {
    const size = radius(roll, most), width = 2.8 * size + 2;
    const picture = svg("svg", { width, height: width }, [svg("path", { d: symbolPath(symbolOf(state.stage), width / 2, width / 2, size), fill: "#ffffff", stroke: style.sections.border })]);
    return make("span", {}, null, [picture, make("span", {}, number(roll))]);
  }));
}

function themeKeys() {
  if (state.theme === "zones") return [heading(word(figuresOf(main).zones.length ? "legend_zones" : "legend_county_intake"))];
  if (state.theme === "moved") {
    return [heading(word("legend_areas_moved", { year: planOf(main).years[0] })), key(swatch(style.areas.moved, style.areas.fill_share), word("legend_moved"))];
  }
  const limits = themeLimits(), whole = state.theme !== "walk", norm = figuresOf(main).walkLimitMetres;
  const words = state.theme === "change" ? changeWords : (list, i) => classWords(list, i, whole);
  const classes = [...limits, null].map((limit, i) => key(swatch(themeColours()[i], style.areas.fill_share), words(limits, i)));
  return [
    heading(word(`legend_${state.theme}`, { year: planOf(main).years[0] })), ...classes,
    ...(state.theme === "change" ? [] : [key(swatch(style.areas.none), word(whole ? "legend_none" : "legend_unknown"))]),
    ...(!whole && norm !== null ? [make("div", { class: "key" }, word("legend_limit", { n: number(norm) }))] : []),
  ];
}

/** "−12 and fewer", "−11 to −3", "−2 to +2". */
function changeWords(limits, i) {
  if (i === 0) return word("legend_fewer", { n: signed(limits[0] - 1) });
  if (i === limits.length) return word("legend_more", { n: signed(limits[i - 1]) });
  const [from, to] = [limits[i - 1], limits[i] - 1];
  return from === to ? signed(from) : word("legend_from_to", { from: signed(from), to: signed(to) });
}

/** "1–4", "500–1,000", "20 and more"; counts of pupils never overlap. */
function classWords(limits, i, whole) {
  const from = i === 0 ? (whole ? 1 : 0) : limits[i - 1];
  if (i === limits.length) return `${number(from)} ${word("and_more")}`;
  const to = whole ? limits[i] - 1 : limits[i];
  return from === to ? number(from) : `${number(from)}–${number(to)}`;
}

function workKeys() {
  const keys = [];
  if (state.layers.projects) {
    const progress = ["ready", "under_way", "to_come", "undated"].map((item) => key(projectPicture(item), word(`progress_${item}`)));
    keys.push(heading(word("layer_projects")), ...progress);
  }
  if (state.layers.sites) keys.push(key(sitePicture(), word("site")));
  return keys;
}

function contextKeys() {
  const kinds = new Set(data.context.barriers.map((barrier) => barrier.kind));
  const look = style.context, keys = [];
  if (kinds.has("lake")) keys.push(key(swatch(look.lake), word("lake")));
  if (kinds.has("river")) keys.push(key(stroke({ stroke: look.lake, "stroke-width": 3 }), word("river")));
  if (kinds.has("railway")) {
    keys.push(key(stroke({ stroke: look.railway, "stroke-width": 3.4 }, { stroke: "#ffffff", "stroke-width": 1.8, "stroke-dasharray": "4 4" }), word("railway")));
  }
  if (kinds.has("motorway")) {
    keys.push(key(stroke({ stroke: look.trunk_road, "stroke-width": 5 }, { stroke: "#ffffff", "stroke-width": 1.4 }), word("motorway")));
  }
  if (kinds.has("trunk_road")) keys.push(key(stroke({ stroke: look.trunk_road, "stroke-width": 3 }), word("trunk_road")));
  if (data.context.streets.length) keys.push(key(stroke({ stroke: look.street, "stroke-width": 2 }), word("street")));
  if (data.context.townships.length) keys.push(key(stroke({ stroke: style.paper.township, "stroke-width": 1.6, "stroke-dasharray": "1 4", "stroke-linecap": "round" }), word("township")));
  return keys.length ? [heading(word("layer_context")), ...keys] : [];
}
