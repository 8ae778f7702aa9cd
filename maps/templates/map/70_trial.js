// -------------------------------------------------------------------- trying other zones
// Areas are given to other sections on the main map; the page reckons as the plan does (see
// planner/atlas/trial.py), and a scenario file takes the result back to planner.

const trial = {
  on: false,
  chosen: new Set(), // areas that wait for a section
  moves: new Map(), // `scenario/stage` -> area -> row of its section
  locks: new Set(), // areas that stay, `stage/area`
  past: [], // what undo brings back
};
const rulesOf = (view) => figuresOf(view).trial;
const deskKey = () => `${state.scenario}/${state.stage}`;
const movesHere = () => trial.moves.get(deskKey()) || new Map();
const lockKey = (area) => `${state.stage}/${area}`;

/** Trials concern projected years only. */
const canTry = () => rulesOf(main) !== null && state.year > planOf(main).years[0];

function setTrial(on) {
  trial.on = on;
  trial.chosen.clear();
  main.tried = on ? triedList : null;
  main.marked = on ? markedAreas : null;
  change({});
}

/** A list of figures by area as they are with the moves made. */
function triedList(name, list) {
  const moves = movesHere();
  if (!moves.size || !canTry() || !["section", "zone", "walk"].includes(name)) return list;
  const tried = list.slice();
  for (const [area, row] of moves) tried[area] = name === "walk" ? walkTo(area, row) : row;
  return tried;
}

/** Metres from an area to a section; null without a way, undefined where the file does not say. */
function walkTo(area, row) {
  const { each, near, walks } = rulesOf(main);
  const rows = numbersAt(near), ways = numbersAt(walks);
  for (let at = area * each; at < (area + 1) * each; at += 1) {
    if (rows[at] === row) return ways[at] === 0 ? null : ways[at] - 1;
  }
  if (areaListIn(main, "section", yearIndex(main))[area] === row) return areaListIn(main, "walk", yearIndex(main))[area];
  return undefined;
}

/** Why an area cannot be given away, or null. */
function whyNot(area) {
  if (!canTry()) return word(rulesOf(main) ? "trial_year" : "trial_no_zones");
  if (zoneOfArea(main, area)?.sharing) return word("trial_shared");
  return trial.locks.has(lockKey(area)) ? word("trial_locked") : null;
}

function chooseArea(area) {
  if (trial.chosen.has(area)) trial.chosen.delete(area);
  else trial.chosen.add(area);
  forget(main);
  drawTried();
}

/** Give the chosen areas to a section; false where none is chosen. */
function giveTo(row) {
  const areas = [...trial.chosen].filter((area) => whyNot(area) === null);
  if (!areas.length || !rulesOf(main)?.rows.includes(row)) return false;
  const before = new Map(movesHere()), moves = new Map(before);
  const planned = areaListIn(main, "section", yearIndex(main));
  for (const area of areas) {
    if (planned[area] === row) moves.delete(area);
    else moves.set(area, row);
  }
  trial.past.push([deskKey(), before]);
  trial.moves.set(deskKey(), moves);
  trial.chosen.clear();
  drawTried();
  return true;
}

function undo() {
  const last = trial.past.pop();
  if (last) trial.moves.set(...last);
  drawTried();
}

/** Draw what a move changes: zones and the desk. */
function drawTried() {
  drawFills(main);
  drawTrial();
}

function setLock(areas, locked) {
  for (const area of areas) trial.locks[locked ? "add" : "delete"](lockKey(area));
  drawTried();
}

function markedAreas() {
  const locked = [...trial.locks].filter((name) => name.startsWith(`${state.stage}/`)).map((name) => Number(name.split("/")[1]));
  return [
    { areas: [...movesHere().keys()], line: { colour: style.areas.moved, width: 2.2 } },
    { areas: locked, line: { colour: style.paper.ink, width: 1.6, dash: [2, 3] } },
    { areas: [...trial.chosen], fill: "#ffffff", opacity: 0.55, line: { colour: style.paper.accent, width: 3 } },
  ];
}

// -------------------------------------------------------------------- what a trial does

/** Classes an entry grade opens: as many as needed, as rooms allow (planner.classes.rules). */
function openClasses(entrants, rooms, size) {
  if (!entrants) return [];
  const classes = Math.max(1, Math.min(Math.ceil(entrants / size), rooms ?? Infinity));
  const each = Math.floor(entrants / classes), over = entrants % classes;
  return Array.from({ length: classes }, (_, i) => each + (i < over ? 1 : 0));
}

/** The band of entrants against the ordinary intake (planner.evaluation.tables). */
function warningOf(entrants, intake) {
  const { yellow, red } = rulesOf(main);
  if (!entrants || yellow === null || red === null) return "none";
  return entrants >= red * intake ? "red" : entrants >= yellow * intake ? "yellow" : "none";
}

/** Areas of a zone that do not hang together with the area in which its section stands. Where that
    area is another section's, they hang together with nothing, unless several sections stand in
    it or theirs stands outside every area (planner.zoning.evaluation, pieces). */
function cutOff(row, sections) {
  const { rows, homes, outside } = rulesOf(main), at = rows.indexOf(row), home = homes[at];
  const members = new Set();
  sections.forEach((section, area) => { if (section === row) members.add(area); });
  const alone = !outside[at] && rows.every((other, i) => other === row || homes[i] !== home || outside[i] || !teaches(other));
  if (alone && !members.has(home)) return [...members];
  const left = new Set([...members, home]), piece = new Set([home]);
  left.delete(home);
  for (const area of piece) {
    for (const beside of mesh.neighbours(area)) if (left.delete(beside)) piece.add(beside);
  }
  return [...left];
}

/** Whether a section teaches in the year. */
const teaches = (row) => figuresOf(main).sections[planOf(main).sections[row].section_id]?.open[yearIndex(main)];

/** What a section of the stage is asked for when areas are zoned in a way, [area] rows. */
function deskFigures(row, sections, walks) {
  const index = yearIndex(main), entrants = areaListIn(main, "entrants", index);
  const { section_id: id } = planOf(main).sections[row], rules = rulesOf(main);
  const limit = figuresOf(main).walkLimitMetres;
  let pupils = 0, walking = 0, walked = 0, beyond = 0, unknown = 0;
  sections.forEach((section, area) => {
    if (section !== row || !entrants[area]) return;
    pupils += entrants[area];
    if (walks[area] === undefined) { unknown += entrants[area]; return; }
    if (walks[area] !== null) {
      walked += entrants[area];
      walking += entrants[area] * walks[area];
    }
    if (limit !== null && (walks[area] === null || walks[area] > limit)) beyond += entrants[area];
  });
  const intake = figuresOf(main).sections[id].ordinary_intake[index];
  const classes = openClasses(pupils, rules.rooms[id][index], rules.sizes[id]);
  const largest = Math.max(0, ...classes), limitLarge = figuresOf(main).largeClass;
  return {
    row, entrants: pupils, seats: intake, left: intake - pupils, classes: classes.length, largest,
    large: limitLarge === null ? 0 : classes.filter((size) => size >= limitLarge).length,
    warning: warningOf(pupils, intake), walk: walked ? walking / walked : null, beyond, unknown,
    cutOff: cutOff(row, sections).length,
  };
}

/** The sections that a trial concerns, before and after. */
function trialResult() {
  const index = yearIndex(main);
  const planned = areaListIn(main, "section", index), walks = areaListIn(main, "walk", index);
  const tried = triedList("section", planned), triedWalks = triedList("walk", walks);
  const concerned = new Set();
  for (const [area, row] of movesHere()) {
    if (planned[area] !== null && planned[area] >= 0) concerned.add(planned[area]);
    concerned.add(row);
  }
  return [...concerned].map((row) => ({ before: deskFigures(row, planned, walks), after: deskFigures(row, tried, triedWalks) }));
}

// -------------------------------------------------------------------- the desk

function drawTrial() {
  byId("trial").hidden = !trial.on;
  byId("trial-toggle").setAttribute("aria-pressed", String(trial.on));
  byId("trial-toggle").textContent = word(trial.on ? "trial_end" : "trial_begin");
  if (!trial.on) return;
  const moves = movesHere();
  byId("trial-body").replaceChildren(
    ...(canTry() ? [] : [make("p", { class: "remark" }, word(rulesOf(main) ? "trial_year" : "trial_no_zones"))]),
    trial.chosen.size ? chosenCard() : make("p", {}, word("trial_how")),
    ...(canTry() ? trialResult().map(resultCard) : []),
    make("div", { class: "row" }, null, [
      button(word("trial_undo"), undo, trial.past.length ? {} : { disabled: "" }),
      button(word("trial_export"), exportTrial, moves.size || trial.locks.size ? {} : { disabled: "" }),
    ]),
    ...(moves.size ? [make("p", { class: "remark" }, word("trial_moved", { n: moves.size }))] : []),
  );
}

function chosenCard() {
  const areas = [...trial.chosen], one = areas[0], index = yearIndex(main);
  const entrants = areaListIn(main, "entrants", index), all = planOf(main).sections;
  const pupils = areas.reduce((sum, area) => sum + (entrants[area] || 0), 0);
  const reason = whyNot(one), locked = areas.every((area) => trial.locks.has(lockKey(area)));
  const now = areaList(main, "section")[one];
  return make("div", { class: "chosen" }, null, [
    make("b", {}, areas.length === 1 ? areaName(one) : word("trial_areas", { n: areas.length })),
    make("p", {}, `${word("entrants")} ${number(pupils)} · ${now >= 0 && now !== null ? sectionName(all[now]) : word("area_unzoned")}`),
    ...(reason ? [make("p", { class: "remark" }, reason)] : [
      make("p", {}, word("trial_give")),
      make("div", { class: "gives" }, null, nearestTo(areas).filter(([row]) => row !== now || areas.length > 1).slice(0, 5)
        .map(([row, metresAway]) => button(`${sectionName(all[row])} · ${shown(metresAway, metres)}`, () => giveTo(row), { "data-row": row }))),
    ]),
    ...(canTry() && !zoneOfArea(main, one)?.sharing ? [button(word(locked ? "trial_unlock" : "trial_lock"), () => setLock(areas, !locked), { "data-lock": "" })] : []),
  ]);
}

/** Sections that teach in the year, by the mean walk of the areas' entrants. */
function nearestTo(areas) {
  const entrants = areaListIn(main, "entrants", yearIndex(main));
  return rulesOf(main).rows
    .filter(teaches)
    .map((row) => {
      let sum = 0, weight = 0;
      for (const area of areas) {
        const walk = walkTo(area, row);
        if (walk === undefined || walk === null) return [row, null];
        sum += walk * ((entrants[area] || 0) + 1e-6);
        weight += (entrants[area] || 0) + 1e-6;
      }
      return [row, sum / weight];
    })
    .filter(([, away]) => away !== null)
    .sort((a, b) => a[1] - b[1]);
}

function resultCard({ before, after }) {
  const section = planOf(main).sections[after.row];
  const rows = [
    ["entrants", number], ["seats_for_entrants", number, "seats"], ["seats_left", signed, "left"], ["entry_classes", number, "classes"],
    ["largest_class", number, "largest"], ["walk_metres", metres, "walk"], ["beyond_limit", number, "beyond"], ["cut_off", number, "cutOff"],
  ].map(([name, format, field = name]) => {
    const bad = (field === "left" && after.left < 0) || (["beyond", "cutOff"].includes(field) && after[field] > before[field])
      || (field === "largest" && after.large > 0);
    return make("tr", {}, null, [
      make("td", {}, word(name)), make("td", {}, shown(before[field], format)),
      make("td", bad ? { class: "alarm", "data-after": field } : { "data-after": field }, shown(after[field], format)),
    ]);
  });
  return make("table", { class: "result", "data-section": section.section_id }, null, [
    make("caption", {}, `${sectionName(section)} · ${word(`warning_${after.warning}`)}`),
    make("thead", {}, null, [make("tr", {}, null, [make("th", {}, ""), make("th", {}, word("before")), make("th", {}, word("after"))])]),
    make("tbody", {}, null, [...rows, ...(after.unknown ? [make("tr", {}, null, [make("td", { colspan: 3 }, word("walk_not_sent", { n: number(after.unknown) }))])] : [])]),
  ]);
}

// -------------------------------------------------------------------- taking a trial back to planner

/** The edits as a scenario that planner reads. */
function trialScenario() {
  const plan = planOf(main), quoted = (text) => JSON.stringify(text).replace(/\u007f/g, "\\u007F");
  const moved = [...movesHere()].map(([area, row]) => `${data.areas.id[area]}/${plan.sections[row].section_id}`).sort();
  const locked = [...trial.locks].filter((name) => name.startsWith(`${state.stage}/`)).map((name) => data.areas.id[Number(name.split("/")[1])]).sort();
  const list = (keys) => (keys.length ? `[\n${keys.map((item) => `  ${quoted(item)},\n`).join("")}]` : "[]");
  return [
    `extends = ${quoted(plan.name)}`, "", "[about]",
    `title = ${quoted(`${plan.title.en}: zones tried on the map`)}`, `title_zh = ${quoted(`${plan.title.zh}（地图试划）`)}`, "",
    "[zones]", `from_year = ${plan.zonesFrom || state.year}`, `moved_areas = ${list(moved)}`,
    ...(locked.length ? [`locked_areas = ${list([...new Set([...plan.lockedAreas, ...locked])])}`] : []), "",
  ].join("\n");
}

function exportTrial() {
  const address = URL.createObjectURL(new Blob([trialScenario()], { type: "text/plain" }));
  const link = make("a", { href: address, download: `${planOf(main).name}_tried.toml` });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 1000);
}
