/* The map of a plan: draws what stands in #atlas-data, in the year, stage and scenario chosen.
   Text from the data reaches the page only through textContent, never as markup. */
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("atlas-data").textContent);
  const style = data.style;
  const map = map_atlas; // made by folium just above
  const byId = (id) => document.getElementById(id);
  const isPhone = () => window.matchMedia("(max-width: 720px)").matches;

  const state = {
    language: data.language,
    scenario: 0,
    stage: data.stages[0].stage,
    year: data.openingYear,
    theme: "zones",
    layers: { sections: true, names: true, borders: true, context: true },
    open: null, // the section whose popup is open
    timer: null,
  };

  // ------------------------------------------------------------------ words and numbers

  /** A word of the map in the language chosen, with its {gaps} filled. */
  function word(key, gaps = {}) {
    return data.words[key][state.language].replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);
  }

  /** A name in the language chosen, or in the other where it has only one. */
  const either = (zh, en) => (state.language === "en" ? en || zh : zh || en);

  function number(value) {
    return value.toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB");
  }
  const percent = (share) => word("percent", { n: Math.round(share * 100) });
  /** A difference of two shares. */
  const points = (share) => word("points", { n: Math.round(share * 100) });
  const metres = (value) => word("metres", { n: number(Math.round(value)) });
  /** A figure as text, or a dash where it is not known. */
  const shown = (value, format = number) => (value === null || value === undefined ? "–" : format(value));

  // ------------------------------------------------------------------ elements

  /** Make an element; `text` goes in as text. */
  function make(tag, attributes = {}, text = null, children = []) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== null) element.textContent = text;
    element.append(...children);
    return element;
  }

  function svg(tag, attributes = {}, children = [], text = null) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== null) element.textContent = text;
    element.append(...children);
    return element;
  }

  // ------------------------------------------------------------------ what the state points at

  const scenario = () => data.scenarios[state.scenario];
  const stageInfo = () => data.stages.find((item) => item.stage === state.stage);
  const figures = () => scenario().stages[state.stage];
  const yearIndex = () => scenario().years.indexOf(state.year);
  const areaList = (name) => data.lists[figures().areas[name][yearIndex()]];
  const sectionName = (section) => either(section.name, section.name_en);
  const areaName = (area) => either(data.areas.name[area], data.areas.nameEn[area]);

  /** Sections of the stage with their figures by year. */
  function sectionsOfStage() {
    return scenario().sections
      .filter((section) => section.stage === state.stage && figures().sections[section.section_id])
      .map((section) => ({ ...section, byYear: figures().sections[section.section_id] }));
  }

  /** Entrants, entrants × metres and areas of every zone in the year, by its number. */
  function zoneSums() {
    const entrants = areaList("entrants"), walk = areaList("walk"), zoned = areaList("zone");
    const sums = new Map();
    zoned.forEach((zone, area) => {
      if (zone < 0) return;
      if (!sums.has(zone)) sums.set(zone, { entrants: 0, walking: 0, walked: 0, areas: 0 });
      const sum = sums.get(zone);
      sum.areas += 1;
      sum.entrants += entrants[area] || 0;
      if (walk[area] !== null && entrants[area]) {
        sum.walked += entrants[area];
        sum.walking += entrants[area] * walk[area];
      }
    });
    return sums;
  }

  // ------------------------------------------------------------------ shapes

  /** Rings of whole-number steps to rings of [latitude, longitude]. */
  function unfold(parts) {
    return parts.map((rings) => rings.map((steps) => {
      const points = [];
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        points.push([y / 1e5, x / 1e5]);
      }
      return points;
    }));
  }

  const lines = (parts) => unfold(parts).flat();
  const degrees = ([x, y]) => [y / 1e5, x / 1e5];

  // ------------------------------------------------------------------ panes and layers

  function pane(name, zIndex, touchable) {
    const element = map.createPane(name);
    element.style.zIndex = zIndex;
    if (!touchable) element.style.pointerEvents = "none";
    return name;
  }
  pane("land", 350, false);
  pane("fills", 400, false);
  pane("context", 410, false);
  pane("circles", 450, true);
  pane("names", 460, false);

  const canvasOf = (name) => L.canvas({ pane: name, padding: 0.4 });
  const landCanvas = canvasOf("land"), contextCanvas = canvasOf("context");
  const circleSvg = L.svg({ pane: "circles", padding: 0.4 });

  const mesh = new AreaMesh.Mesh(data.areas.mesh, data.areas.name.length);
  const ground = new AreaLayer(mesh, { pane: "fills" });
  const context = L.layerGroup().addTo(map);
  const circles = L.layerGroup().addTo(map);
  const names = L.layerGroup().addTo(map);

  function drawLand() {
    L.polygon(unfold(data.context.county), {
      pane: "land", renderer: landCanvas, interactive: false,
      color: style.paper.outline, weight: 2, fillColor: style.paper.land, fillOpacity: 1,
    }).addTo(map);
  }

  function drawContext() {
    const base = { pane: "context", renderer: contextCanvas, interactive: false };
    L.polyline(lines(data.context.streets), {
      ...base, color: style.context.street, weight: style.context.street_width, opacity: 0.9,
    }).addTo(context);
    for (const township of data.context.townships) {
      L.polygon(unfold(township.shape), {
        ...base, fill: false, color: style.paper.township, weight: 1.3, dashArray: "1 5", lineCap: "round",
      }).addTo(context);
    }
    for (const barrier of data.context.barriers) drawBarrier(barrier, base);
  }

  function drawBarrier(barrier, base) {
    const water = barrier.kind === "lake" || barrier.kind === "river";
    if (water) {
      const layer = lines(barrier.shape);
      const closed = layer.length && layer.every((ring) => String(ring[0]) === String(ring[ring.length - 1]));
      const look = { ...base, color: style.context.lake, weight: closed ? 1 : 3 };
      (closed ? L.polygon(unfold(barrier.shape), { ...look, fillColor: style.context.lake, fillOpacity: 1 })
        : L.polyline(layer, look)).addTo(context);
    } else if (barrier.kind === "railway") {
      // a dark line with white dashes on it, as on printed maps
      L.polyline(lines(barrier.shape), { ...base, color: style.context.railway, weight: 3.4 }).addTo(context);
      L.polyline(lines(barrier.shape), { ...base, color: "#ffffff", weight: 1.8, dashArray: "7 7", lineCap: "butt" }).addTo(context);
    } else if (barrier.kind === "motorway") {
      // two carriageways in the colour of trunk roads
      L.polyline(lines(barrier.shape), { ...base, color: style.context.trunk_road, weight: 5 }).addTo(context);
      L.polyline(lines(barrier.shape), { ...base, color: "#ffffff", weight: 1.4 }).addTo(context);
    } else {
      L.polyline(lines(barrier.shape), { ...base, color: style.context.trunk_road, weight: 3 }).addTo(context);
    }
  }

  // ------------------------------------------------------------------ zones and areas

  function drawFills() {
    const filled = state.theme === "zones";
    forget();
    ground.show({ areas: filled ? null : areasShown(), zones: filled || state.layers.borders ? zonesShown(filled) : null });
  }

  function zonesShown(filled) {
    const colours = new Map(zonesOfYear().map((zone) => [zone.zone, zoneColour(zone)]));
    const bordered = state.layers.borders || !filled;
    return {
      groups: areaList("zone").map((zone) => (colours.has(zone) ? zone : -1)),
      colours,
      opacity: filled ? style.zones.fill_share : 0,
      line: bordered && {
        colour: filled ? style.zones.border : style.paper.ink, width: style.zones.border_width, opacity: filled ? 1 : 0.65,
      },
    };
  }

  function areasShown() {
    return {
      colours: areaList(state.theme).map(areaColour), opacity: style.areas.fill_share,
      line: { colour: "#ffffff", width: 0.5, opacity: 0.8 },
    };
  }

  const zonesOfYear = () => figures().zones.filter((zone) => state.year >= zone.first && state.year <= zone.last);
  const zoneColour = (zone) => style.zones.palette[stageInfo().colours[zone.section]];

  function areaColour(value) {
    if (state.theme === "entrants") {
      if (!value) return style.areas.none;
      return style.areas.entrants_colours[classOf(value, stageInfo().entrantsLimits)];
    }
    if (value === null) return style.areas.none;
    return style.areas.walk_colours[classOf(value, style.areas.walk_limits_metres)];
  }

  /** The number of the class a value lies in; a class begins at its limit. */
  const classOf = (value, limits) => limits.filter((limit) => value >= limit).length;

  function tip(title, rows, remark = "") {
    const table = make("table", {}, null, rows.map(([name, value]) =>
      make("tr", {}, null, [make("td", {}, name), make("td", {}, value)])));
    return make("div", {}, null, [make("b", {}, title), table, ...(remark ? [make("p", {}, remark)] : [])]);
  }

  function zoneTip(sharing, zone, sum) {
    const named = sharing.map(sectionName).join(either("、", ", "));
    return tip(word(sharing.length > 1 ? "shared_zone_of" : "zone_of", { name: named }), [
      [word("entrants"), number(sum.entrants)],
      [word("walk_metres"), sum.walked ? metres(sum.walking / sum.walked) : "–"],
      [word("zone_areas"), number(zone.areas)],
      ...(zone.pieces > 1 ? [[word("zone_pieces"), number(zone.pieces)]] : []),
    ]);
  }

  /** The zone in which an area lies in the year. */
  function zoneOfArea(area) {
    const number = areaList("zone")[area];
    return zonesOfYear().find((zone) => zone.zone === number);
  }

  function areaTip(area) {
    const zoned = areaList("section")[area], sharing = zoneOfArea(area)?.sharing;
    const named = (sharing || []).map((id) => sectionName(scenario().sections.find((section) => section.section_id === id)));
    return tip(areaName(area), [
      [word("entrants"), shown(areaList("entrants")[area])],
      [word("area_walk"), shown(areaList("walk")[area], metres)],
      [word(sharing ? "area_draws" : "area_zoned"),
        sharing ? named.join(either("、", ", ")) : zoned < 0 ? word("area_unzoned") : sectionName(scenario().sections[zoned])],
    ], data.areas.township[area]);
  }

  // ------------------------------------------------------------------ what the pointer shows

  const hint = L.tooltip({ direction: "auto" });
  let pointed = null; // the zone or area under the pointer

  /** Light up the zone or area under the pointer, and tell about it. */
  function point(event) {
    const above = event.originalEvent.target.closest?.(".leaflet-interactive, .leaflet-popup, .leaflet-control");
    const area = above ? -1 : ground.areaAt(event.latlng);
    const zone = area >= 0 && state.theme === "zones" ? zoneOfArea(area) : null;
    if (area < 0 || (state.theme === "zones" && !zone)) return forget();
    hint.setLatLng(event.latlng);
    const key = zone ? `zone ${zone.zone}` : `area ${area}`;
    if (key !== pointed) {
      pointed = key;
      hint.setContent(zone ? hintOfZone(zone) : areaTip(area));
      ground.light(zone ? { zone: zone.zone, colour: zoneColour(zone), opacity: 0.35 }
        : { area, colour: "#ffffff", opacity: 0.15, line: { colour: style.paper.ink, width: 1.6 } });
    }
    if (!map.hasLayer(hint)) hint.addTo(map);
  }

  function hintOfZone(zone) {
    const all = scenario().sections;
    const sharing = (zone.sharing || [zone.section]).map((id) => all.find((section) => section.section_id === id));
    return zoneTip(sharing, zone, zoneSums().get(zone.zone));
  }

  function forget() {
    if (pointed === null) return;
    pointed = null;
    hint.remove();
    ground.light(null);
  }

  // ------------------------------------------------------------------ sections

  /** The largest roll of the stage in any year and scenario: circles can be compared. */
  function largestRoll() {
    let most = 1;
    for (const plan of data.scenarios) {
      for (const section of Object.values(plan.stages[state.stage].sections)) {
        most = Math.max(most, ...section.pupils.map((pupils) => pupils || 0));
      }
    }
    return most;
  }

  function radius(pupils, most) {
    const { smallest_radius: least, largest_radius: widest } = style.sections;
    return Math.max(least, (isPhone() ? 0.75 : 1) * widest * Math.sqrt(pupils / most));
  }

  /** Exactly 85 % is well used, exactly 100 % is not yet crowded. */
  function bandColour(utilisation) {
    if (utilisation === null) return style.sections.no_seats;
    const band = style.sections.utilisation_limits
      .filter((limit, i) => (i === 0 ? utilisation >= limit : utilisation > limit)).length;
    return style.sections.utilisation_colours[band];
  }

  /** "open", "new" (opened after the base year), "closed" or "future". */
  function standing(section) {
    if (section.byYear.open[yearIndex()]) {
      return section.opens !== null && section.opens > data.baseYear ? "new" : "open";
    }
    return section.opens !== null && state.year < section.opens ? "future" : "closed";
  }

  function drawSections() {
    circles.clearLayers();
    if (!state.layers.sections) return;
    const most = largestRoll();
    const index = yearIndex();
    const inOrder = sectionsOfStage().sort((a, b) => (b.byYear.pupils[index] || 0) - (a.byYear.pupils[index] || 0));
    for (const section of inOrder) {
      const stands = standing(section);
      if (stands === "future") continue;
      drawSection(section, stands, radius(section.byYear.pupils[index] || 0, most), index);
    }
  }

  function drawSection(section, stands, size, index) {
    const at = [section.latitude, section.longitude];
    const base = { pane: "circles", renderer: circleSvg };
    if (stands === "open" || stands === "new") {
      if (section.byYear.large[index] > 0) {
        L.circleMarker(at, { ...base, interactive: false, radius: size + 3.2, fill: false, color: style.sections.large_class_ring, weight: 2.4 }).addTo(circles);
      }
    }
    const closed = stands === "closed";
    const circle = L.circleMarker(at, {
      ...base, radius: closed ? 5.5 : size, weight: closed ? 1.4 : 1.2, color: style.sections.border,
      fillColor: closed ? "#ffffff" : bandColour(section.byYear.utilisation[index]), fillOpacity: 0.95,
      className: `section ${stands}`,
    });
    circle.sectionId = section.section_id;
    circle.bindTooltip(() => sectionTip(section, stands), { direction: "top", offset: [0, -size] });
    circle.on("click", () => openSection(section));
    circle.addTo(circles);
    if (stands !== "open") mark(at, closed ? "closed" : "new", size);
  }

  /** A cross on a closed section, a small plus at the shoulder of a new one. */
  function mark(at, kind, size) {
    const picture = markPicture(kind);
    const shift = kind === "closed" ? 0 : size * 0.7 + 4;
    L.marker(at, {
      pane: "names", interactive: false, keyboard: false,
      icon: L.divIcon({ className: "mark", html: picture, iconSize: [14, 14], iconAnchor: [7 - shift, 7 + shift] }),
    }).addTo(circles);
  }

  function markPicture(kind) {
    const ink = style.sections.border;
    const strokes = kind === "closed"
      ? [svg("path", { d: "M4 4 L10 10 M10 4 L4 10", stroke: ink, "stroke-width": 1.8, "stroke-linecap": "round" })]
      : [svg("circle", { cx: 7, cy: 7, r: 6, fill: "#1d7a45", stroke: "#fff", "stroke-width": 1.2 }),
        svg("path", { d: "M7 4 V10 M4 7 H10", stroke: "#fff", "stroke-width": 1.8, "stroke-linecap": "round" })];
    return svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14" }, strokes);
  }

  function sectionTip(section, stands) {
    const figure = section.byYear, index = yearIndex();
    if (stands === "closed") return tip(sectionName(section), [], closedWord(section));
    return tip(sectionName(section), [
      [word("pupils_short"), number(figure.pupils[index])],
      [word("seats_short"), number(figure.seats[index])],
      [word("utilisation"), shown(figure.utilisation[index], percent)],
      [word("largest_class"), number(figure.largest_class[index])],
    ]);
  }

  const closedWord = (section) =>
    section.closes === null ? word("not_open") : word("closed", { n: section.closes });

  // ------------------------------------------------------------------ the popup of a section

  let popup = null; // the one that is open

  function openSection(section) {
    const room = window.innerHeight - (isPhone() ? byId("panel").offsetHeight + 90 : 110);
    popup = L.popup({
      minWidth: isPhone() ? 290 : 340, maxWidth: isPhone() ? 300 : 380, maxHeight: Math.min(room, 560),
      autoPanPaddingTopLeft: isPhone() ? [8, 50] : [380, 20],
      autoPanPaddingBottomRight: isPhone() ? [8, byId("panel").offsetHeight + 8] : [byId("legend").offsetWidth + 24, 20],
    })
      .setLatLng([section.latitude, section.longitude])
      .setContent(sectionCard(section))
      .openOn(map);
    state.open = section.section_id; // last: opening closes the popup before, which clears it
  }

  /** Renew the open popup after a switch; close it where the section does not exist. */
  function renewPopup() {
    if (state.open === null) return;
    const section = sectionsOfStage().find((item) => item.section_id === state.open);
    if (section) popup.setContent(sectionCard(section));
    else map.closePopup();
  }

  function sectionCard(section) {
    const figure = section.byYear, index = yearIndex();
    const kind = data.words[`kind_${section.kind}`] ? word(`kind_${section.kind}`) : section.kind;
    const operator = data.words[`operator_${section.operator}`] ? word(`operator_${section.operator}`) : section.operator;
    const told = [kind, operator, section.township,
      section.intake === "county" ? word("county_intake") : "",
      section.opens !== null && section.opens > data.baseYear ? word("opened", { n: section.opens }) : "",
      section.closes !== null ? word("closed", { n: section.closes }) : ""].filter(Boolean);
    const card = make("div", { class: "card" }, null, [
      make("h3", {}, sectionName(section)),
      make("p", {}, told.join(" · ")),
    ]);
    if (figure.open[index]) {
      card.append(make("p", {}, null, [
        make("b", {}, `${word("entry")}: ${shown(figure.entrants[index])} / ${shown(figure.entry_seats[index])}`),
        document.createTextNode(` · ${word(`warning_${figure.warning[index] || "none"}`)} · ${word("walk_here")} ${shown(figure.walk_metres[index], metres)}`),
      ]));
    }
    card.append(lineChart(scenario().years, figure.pupils, figure.seats, 330, 120, figure.open), sectionTable(figure));
    return card;
  }

  function sectionTable(figure) {
    const heads = ["year", "pupils_short", "seats_short", "utilisation", "classes", "largest_class", "large_short"];
    const rows = scenario().years.map((year, i) => {
      const marks = [year === state.year ? "now" : "", year === data.baseYear ? "counted" : ""].join(" ").trim();
      const first = make("td", {}, String(year));
      if (!figure.open[i]) {
        return make("tr", { class: marks }, null, [first, make("td", { colspan: heads.length - 1, class: "not-open" }, word("not_open"))]);
      }
      const cells = [
        [shown(figure.pupils[i])], [shown(figure.seats[i])],
        [shown(figure.utilisation[i], percent), figure.utilisation[i] > style.sections.utilisation_limits.at(-1)],
        [shown(figure.classes[i])], [shown(figure.largest_class[i])], [shown(figure.large[i]), figure.large[i] > 0],
      ];
      return make("tr", { class: marks }, null, [first,
        ...cells.map(([text, alarm]) => make("td", alarm ? { class: "alarm" } : {}, text))]);
    });
    return make("table", {}, null, [
      make("thead", {}, null, [make("tr", {}, null, heads.map((head) => make("th", {}, word(head))))]),
      make("tbody", {}, null, rows),
    ]);
  }

  // ------------------------------------------------------------------ charts

  /** Pupils against seats by year, from zero up; the gap is tinted where pupils exceed seats. */
  function lineChart(years, pupils, seats, width, height, open = null) {
    const left = 38, right = 8, top = 18, bottom = 18;
    const known = (list) => list.map((value, i) => (value === null || (open && !open[i]) ? null : value));
    const pupilLine = known(pupils), seatLine = known(seats);
    const most = niceCeiling(Math.max(1, ...pupilLine, ...seatLine));
    const x = (i) => left + (width - left - right) * (years.length > 1 ? i / (years.length - 1) : 0.5);
    const y = (value) => height - bottom - (height - top - bottom) * (value / most);
    const parts = [];
    for (const tick of [0, most / 2, most]) {
      parts.push(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
      parts.push(svg("text", { x: left - 5, y: y(tick) + 3.5, "text-anchor": "end" }, [], number(tick)));
    }
    const now = years.indexOf(state.year);
    parts.push(svg("line", { class: "now", x1: x(now), x2: x(now), y1: top - 4, y2: height - bottom }));
    for (let i = 0; i + 1 < years.length; i += 1) parts.push(...shortfall(i, pupilLine, seatLine, x, y));
    parts.push(svg("path", { class: "seats", d: path(seatLine, x, y) }));
    parts.push(svg("path", { class: "pupils", d: path(pupilLine, x, y) }));
    if (pupilLine[now] !== null) parts.push(svg("circle", { class: "pupils-point", cx: x(now), cy: y(pupilLine[now]), r: 4 }));
    for (const i of new Set([0, now, years.length - 1])) {
      const crowded = i !== now && Math.abs(x(i) - x(now)) < 30;
      if (!crowded) parts.push(svg("text", { x: x(i), y: height - 5, "text-anchor": i === 0 && now !== 0 ? "start" : i === years.length - 1 ? "end" : "middle" }, [], String(years[i])));
    }
    parts.push(svg("text", { class: "pupils-word", x: left, y: 10 }, [], `— ${word("chart_pupils")}`));
    parts.push(svg("text", { class: "seats-word", x: left + 74, y: 10 }, [], `┄ ${word("chart_seats")}`));
    return svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": word("chart_title") }, parts);
  }

  /** The tinted piece between two years; it begins where the lines cross. */
  function shortfall(i, pupils, seats, x, y) {
    const [p, q, s, t] = [pupils[i], pupils[i + 1], seats[i], seats[i + 1]];
    if ([p, q, s, t].includes(null) || (p <= s && q <= t)) return [];
    const points = [];
    const cross = (p - s) / (p - s - (q - t)); // share of the way at which both are equal
    const crossing = [x(i) + cross * (x(i + 1) - x(i)), y(p + cross * (q - p))];
    if (p > s) points.push([x(i), y(s)], [x(i), y(p)]);
    else points.push(crossing);
    if (q > t) points.push([x(i + 1), y(q)], [x(i + 1), y(t)]);
    else points.push(crossing);
    return [svg("polygon", { class: "short", points: points.map((point) => point.join(",")).join(" ") })];
  }

  function path(values, x, y) {
    let drawn = "", pen = "M";
    values.forEach((value, i) => {
      if (value === null) { pen = "M"; return; }
      drawn += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)} `;
      pen = "L";
    });
    return drawn;
  }

  /** The next round number of which the half is round, too. */
  function niceCeiling(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    const step = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value);
    return Math.max(2, Math.ceil((step * power) / 2) * 2);
  }

  // ------------------------------------------------------------------ names on the map

  const ruler = document.createElement("canvas").getContext("2d");

  /** Write as many names as fit without covering one another; large schools come first. */
  function drawNames() {
    names.clearLayers();
    if (!state.layers.names) return;
    const taken = [...boxesOnTop(), ...(state.layers.sections ? circleBoxes() : [])];
    const index = yearIndex(), most = largestRoll();
    if (state.layers.context) {
      for (const lake of data.context.barriers.filter((barrier) => barrier.kind === "lake" && barrier.name)) {
        writeName(lake.name, "water-name", 13, 1.28, degrees(lake.at), 0, taken);
      }
      for (const township of data.context.townships) {
        writeName(township.name, "township-name", 14, 1.28, degrees(township.at), 0, taken);
      }
    }
    if (!state.layers.sections) return;
    sectionsOfStage()
      .filter((section) => section.byYear.open[index])
      .sort((a, b) => b.byYear.pupils[index] - a.byYear.pupils[index])
      .forEach((section) => writeName(sectionName(section), "school-name", 11.5, 1,
        [section.latitude, section.longitude],
        radius(section.byYear.pupils[index], most) + besideCircle(section, index), taken));
  }

  /** Pixels between a circle and its name: room for the mark of a new section, or a ring. */
  function besideCircle(section, index) {
    if (standing(section) === "new") return 13;
    return section.byYear.large[index] > 0 ? 7 : 4;
  }

  /** Where panel and legend hide the map; no name begins beneath them. */
  function boxesOnTop() {
    return ["panel", "legend"].map((id) => {
      const box = byId(id).getBoundingClientRect();
      return [box.left, box.top, box.right, box.bottom];
    });
  }

  function circleBoxes() {
    const index = yearIndex(), most = largestRoll();
    return sectionsOfStage().filter((section) => section.byYear.open[index]).map((section) => {
      const at = map.latLngToContainerPoint([section.latitude, section.longitude]);
      const size = radius(section.byYear.pupils[index], most);
      return [at.x - size, at.y - size, at.x + size, at.y + size];
    });
  }

  /** Try places beside a circle, or around a point; write nothing where no place is free. */
  function writeName(text, className, size, spread, at, distance, taken) {
    if (!map.getBounds().contains(at)) return;
    ruler.font = `${size}px ${style.fonts.body}`;
    const width = ruler.measureText(text).width * spread + 2, height = size + 3;
    const point = map.latLngToContainerPoint(at);
    const places = distance
      ? [[distance, -height / 2], [-distance - width, -height / 2], [-width / 2, -distance - height], [-width / 2, distance]]
      : [[0, 0], [0, -24], [0, 24], [-50, 0], [50, 0], [0, -48], [0, 48]].map(([x, y]) => [x - width / 2, y - height / 2]);
    for (const [right, down] of places) {
      const box = [point.x + right, point.y + down, point.x + right + width, point.y + down + height];
      const free = taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
      if (!free) continue;
      taken.push(box);
      L.marker(at, {
        pane: "names", interactive: false, keyboard: false,
        icon: L.divIcon({ className, html: make("span", {}, text), iconSize: null, iconAnchor: [-right, -down] }),
      }).addTo(names);
      return;
    }
  }

  // ------------------------------------------------------------------ the panel

  function choices(parent, options, chosen, attribute, choose) {
    parent.replaceChildren(...options.map(([value, text]) => {
      const button = make("button", { type: "button", "data-value": value, [attribute]: String(value === chosen) }, text);
      if (attribute === "aria-checked") button.setAttribute("role", "radio");
      button.addEventListener("click", () => choose(value));
      return button;
    }));
  }

  function drawPanel() {
    const plan = scenario();
    document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
    byId("county-name").textContent = either(data.names.zh, data.names.en);
    byId("title").textContent = plan.title[state.language];
    byId("question").textContent = plan.question[state.language];
    document.title = `${byId("county-name").textContent} – ${byId("title").textContent}`;
    choices(byId("stages"), data.stages.map((item) => [item.stage, either(item.names.zh, item.names.en)]),
      state.stage, "aria-pressed", (stage) => change({ stage }));
    choices(byId("themes"), ["zones", "entrants", "walk"].map((theme) => [theme, word(`theme_${theme}`)]),
      state.theme, "aria-checked", (theme) => change({ theme }));
    byId("stages").setAttribute("aria-label", word("stage"));
    byId("themes").setAttribute("aria-label", word("shows"));
    drawScenarios();
    drawYear();
    drawLayerBoxes();
    drawFigures();
    drawBackground();
    byId("chart").replaceChildren(lineChart(plan.years, figures().county.pupils, figures().county.seats, 310, 118));
    foldWords();
  }

  function drawScenarios() {
    byId("scenario-row").hidden = data.scenarios.length < 2;
    byId("scenario-row").style.display = data.scenarios.length < 2 ? "none" : "";
    byId("scenario").replaceChildren(...data.scenarios.map((plan, i) => {
      const option = make("option", { value: i }, plan.title[state.language]);
      option.selected = i === state.scenario;
      return option;
    }));
  }

  function drawYear() {
    const years = scenario().years;
    const counted = state.year === data.baseYear;
    byId("year").textContent = state.year;
    byId("status").textContent = word(counted ? "counted" : "projected");
    byId("status").className = counted ? "counted" : "";
    Object.assign(byId("slider"), { min: 0, max: years.length - 1, value: yearIndex() });
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
    }));
  }

  function drawFigures() {
    const county = figures().county, i = yearIndex();
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
    const plan = scenario();
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

  // ------------------------------------------------------------------ the legend

  function swatch(colour, opacity = 1) {
    return svg("svg", { width: 18, height: 13 }, [svg("rect", { width: 18, height: 13, rx: 2, fill: colour, "fill-opacity": opacity, stroke: "#0002" })]);
  }
  function dot(colour, ring = null) {
    const parts = ring ? [svg("circle", { cx: 9, cy: 9, r: 8, fill: "none", stroke: ring, "stroke-width": 2.2 })] : [];
    parts.push(svg("circle", { cx: 9, cy: 9, r: ring ? 4.6 : 6.5, fill: colour, stroke: style.sections.border }));
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
      ...(state.layers.sections ? sectionKeys() : []), ...themeKeys(), ...(state.layers.context ? contextKeys() : []));
  }

  function sectionKeys() {
    const limits = style.sections.utilisation_limits.map((limit) => Math.round(limit * 100));
    const bands = style.sections.utilisation_colours.map((colour, band) => {
      const text = band === 0 ? word("legend_below", { to: limits[0] })
        : band === limits.length ? word("legend_above", { from: limits[band - 1] })
          : word("legend_between", { from: limits[band - 1], to: limits[band] });
      return key(dot(colour), text, data.words[`band_${band}`] ? word(`band_${band}`) : "");
    });
    const sections = sectionsOfStage(), i = yearIndex();
    const large = figures().largeClass;
    const special = [];
    if (sections.some((section) => section.byYear.open[i] && section.byYear.utilisation[i] === null)) special.push(key(dot(style.sections.no_seats), word("legend_no_seats")));
    special.push(key(dot("#ffffff", style.sections.large_class_ring), large === null ? word("legend_ring_plain") : word("legend_ring", { n: large })));
    if (sections.some((section) => standing(section) === "new")) special.push(key(markPicture("new"), word("legend_new")));
    if (sections.some((section) => standing(section) === "closed")) special.push(key(markPicture("closed"), word("legend_closed")));
    return [heading(word("legend_fill")), ...bands, ...special, heading(word("legend_size")), sizes()];
  }

  function sizes() {
    const most = largestRoll();
    const round = (value) => { const power = 10 ** Math.floor(Math.log10(value)); return Math.max(1, Math.round(value / power) * power); };
    const rolls = [...new Set([most / 16, most / 4, most].map(round))];
    return make("div", { class: "sizes" }, null, rolls.map((roll) => {
      const size = radius(roll, most), width = 2 * size + 2;
      const picture = svg("svg", { width, height: width }, [svg("circle", { cx: size + 1, cy: size + 1, r: size, fill: "#ffffff", stroke: style.sections.border })]);
      return make("span", {}, null, [picture, make("span", {}, number(roll))]);
    }));
  }

  function themeKeys() {
    const zoned = figures().zones.length > 0;
    if (state.theme === "zones") return [heading(word(zoned ? "legend_zones" : "legend_county_intake"))];
    const entrants = state.theme === "entrants";
    const colours = entrants ? style.areas.entrants_colours : style.areas.walk_colours;
    const limits = entrants ? stageInfo().entrantsLimits : style.areas.walk_limits_metres;
    const classes = [...limits, null].map((limit, i) => key(swatch(colours[i], style.areas.fill_share), classWords(limits, i, entrants)));
    const norm = figures().walkLimitMetres;
    return [
      heading(word(entrants ? "legend_entrants" : "legend_walk")), ...classes,
      key(swatch(style.areas.none), word(entrants ? "legend_none" : "legend_unknown")),
      ...(!entrants && norm !== null ? [make("div", { class: "key" }, word("legend_limit", { n: number(norm) }))] : []),
    ];
  }

  /** "1–4", "500–1,000", "20 and more"; counts of pupils never overlap. */
  function classWords(limits, i, whole) {
    const from = i === 0 ? (whole ? 1 : 0) : limits[i - 1];
    if (i === limits.length) return `${number(from)} ${word("and_more")}`;
    const to = whole ? limits[i] - 1 : limits[i];
    return from === to ? number(from) : `${number(from)}–${number(to)}`;
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

  // ------------------------------------------------------------------ changes of state

  /** Take over what was chosen and draw anew; a scenario with other years keeps the nearest. */
  function change(chosen) {
    Object.assign(state, chosen);
    const years = scenario().years;
    if (!years.includes(state.year)) state.year = state.year < years[0] ? years[0] : years[years.length - 1];
    if (state.layers.context) context.addTo(map);
    else context.remove();
    drawPanel();
    drawLegend();
    drawFills();
    drawSections();
    drawNames();
    renewPopup();
  }

  function play() {
    if (state.timer) {
      window.clearInterval(state.timer);
      change({ timer: null });
      return;
    }
    const years = scenario().years;
    const step = () => {
      const next = years[yearIndex() + 1];
      if (next === undefined) play();
      else change({ year: next });
    };
    if (yearIndex() === years.length - 1) state.year = years[0];
    change({ timer: window.setInterval(step, 1200) });
  }

  function fit() {
    const bounds = L.latLngBounds(lines(data.context.county).flat());
    map.fitBounds(bounds, isPhone()
      ? { paddingTopLeft: [12, 44], paddingBottomRight: [12, byId("panel").offsetHeight + 14] }
      : { paddingTopLeft: [376, 24], paddingBottomRight: [byId("legend").offsetWidth + 28, 24] });
    map.setMinZoom(map.getZoom() - 2);
  }

  function start() {
    const root = document.documentElement.style;
    root.setProperty("--body", style.fonts.body);
    root.setProperty("--lake-name", style.context.lake_name);
    for (const name of ["background", "ink", "accent"]) root.setProperty(`--${name}`, style.paper[name]);
    if (isPhone()) {
      byId("panel").classList.add("folded");
      byId("legend").classList.add("folded");
    }
    byId("language").addEventListener("click", () => change({ language: state.language === "zh" ? "en" : "zh" }));
    byId("scenario").addEventListener("change", (event) => change({ scenario: Number(event.target.value) }));
    byId("slider").addEventListener("input", (event) => change({ year: scenario().years[Number(event.target.value)] }));
    byId("play").addEventListener("click", play);
    byId("fold").addEventListener("click", () => { byId("panel").classList.toggle("folded"); foldWords(); });
    byId("legend-fold").addEventListener("click", () => byId("legend").classList.toggle("folded"));
    L.control.zoom({ position: "topright" }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 140 }).addTo(map);
    map.on("popupclose", () => { state.open = null; });
    map.on("zoomend moveend", drawNames);
    map.on("mousemove click", point);
    map.on("mouseout zoomstart", forget);
    drawPanel();
    drawLegend();
    fit();
    drawLand();
    ground.addTo(map);
    drawContext();
    change({});
  }

  start();
})();
