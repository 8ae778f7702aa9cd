// -------------------------------------------------------------------- the popup of a section

/** A click on a symbol: tells of the section, or gives it the areas chosen for a trial. */
function chooseSection(view, section) {
  if (view.tried && giveTo(section.row)) return;
  openSection(view, section);
}

function openSection(view, section) {
  const room = window.innerHeight - (isPhone() ? byId("panel").offsetHeight + 90 : 110);
  const wide = !isPhone() && state.beside === null;
  view.popup = L.popup({
    minWidth: isPhone() ? 290 : 340, maxWidth: isPhone() ? 300 : 380, maxHeight: Math.min(room, 560),
    autoPanPaddingTopLeft: wide ? [380, 20] : [8, 50],
    autoPanPaddingBottomRight: wide ? [byId("legend").offsetWidth + 24, 20] : [8, isPhone() ? byId("panel").offsetHeight + 8 : 20],
  })
    .setLatLng([section.latitude, section.longitude])
    .setContent(sectionCard(view, section))
    .openOn(view.map);
  state.open = section.section_id; // last: opening closes the popup before, which clears it
  remember();
}

/** Renew the open popup after a switch; close it where the section does not exist. */
function renewPopup(view) {
  if (state.open === null || !view.popup?.isOpen()) return;
  const section = sectionsOf(view).find((item) => item.section_id === state.open);
  if (section) view.popup.setContent(sectionCard(view, section));
  else view.map.closePopup();
}

function sectionCard(view, section) {
  const figure = section.byYear, index = yearIndex(view), years = planOf(view).years;
  const kind = hasWord(`kind_${section.kind}`) ? word(`kind_${section.kind}`) : section.kind;
  const operator = hasWord(`operator_${section.operator}`) ? word(`operator_${section.operator}`) : section.operator;
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
  card.append(lineChart(years, figure.pupils, figure.seats, { width: 330, height: 120, open: figure.open, low: figure.low80, high: figure.high80 }), sectionTable(years, figure));
  return card;
}

function sectionTable(years, figure) {
  const heads = ["year", "pupils_short", "seats_short", "utilisation", "classes", "largest_class", "large_short"];
  const rows = years.map((year, i) => {
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

// -------------------------------------------------------------------- charts

/** Pupils against seats by year, from zero up; the gap is tinted where pupils exceed seats, and so
    is the band in which pupils lie with 80 % probability. */
function lineChart(years, pupils, seats, { width, height, open = null, low = null, high = null }) {
  const left = 38, right = 8, top = 18, bottom = 18;
  const known = (list) => list.map((value, i) => (value === null || (open && !open[i]) ? null : value));
  const pupilLine = known(pupils), seatLine = known(seats);
  const highs = high ? known(high) : [];
  const most = niceCeiling(Math.max(1, ...pupilLine, ...seatLine, ...highs));
  const x = (i) => left + (width - left - right) * (years.length > 1 ? i / (years.length - 1) : 0.5);
  const y = (value) => height - bottom - (height - top - bottom) * (value / most);
  const parts = [];
  for (const tick of [0, most / 2, most]) {
    parts.push(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    parts.push(svg("text", { x: left - 5, y: y(tick) + 3.5, "text-anchor": "end" }, [], number(tick)));
  }
  const now = years.indexOf(state.year);
  parts.push(svg("line", { class: "now", x1: x(now), x2: x(now), y1: top - 4, y2: height - bottom }));
  if (high) parts.push(...likely(known(low), highs, x, y));
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

/** The bands between lower and upper ends, in one piece for every run of years that have them. */
function likely(low, high, x, y) {
  const bands = [];
  let run = [];
  const close = () => {
    if (run.length > 1) {
      const upper = run.map((i) => `${x(i)},${y(high[i])}`), lower = run.map((i) => `${x(i)},${y(low[i])}`).reverse();
      bands.push(svg("polygon", { class: "likely", points: [...upper, ...lower].join(" ") }));
    }
    run = [];
  };
  high.forEach((value, i) => { if (value === null || low[i] === null) close(); else run.push(i); });
  close();
  return bands;
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
