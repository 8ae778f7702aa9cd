// -------------------------------------------------------------------- what the state points at
// A view is one of the maps; each shows a scenario of its own, all the same stage and year.

const planOf = (view) => data.scenarios[view.scenario()];
const stageInfo = () => data.stages.find((item) => item.stage === state.stage);
const figuresOf = (view) => planOf(view).stages[state.stage];

/** The place of the year in a plan's years; a plan with other years shows its nearest. */
function yearIndex(view) {
  const years = planOf(view).years;
  const at = years.indexOf(state.year);
  return at >= 0 ? at : state.year < years[0] ? 0 : years.length - 1;
}

const unpacked = new Map();
/** Numbers of a list that is sent only once; null where there is none. */
function numbersAt(place) {
  if (!unpacked.has(place)) {
    unpacked.set(place, AreaMesh.readNumbers(data.lists[place]).map((value) => (value === 0 ? null : value - 2)));
  }
  return unpacked.get(place);
}
const areaListIn = (view, name, index) => numbersAt(figuresOf(view).areas[name][index]);

/** Figures of areas in the year; zones as tried on this map, where something is tried. */
function areaList(view, name) {
  const list = areaListIn(view, name, yearIndex(view));
  return view.tried ? view.tried(name, list) : list;
}

const sectionName = (section) => either(section.name, section.name_en);
const areaName = (area) => either(data.areas.name[area], data.areas.nameEn[area]);

/** Sections of a stage with their figures by year. */
function sectionsOf(view, stage = state.stage) {
  const plan = planOf(view), figures = plan.stages[stage].sections;
  return plan.sections
    .map((section, row) => ({ ...section, row, byYear: figures[section.section_id] }))
    .filter((section) => section.stage === stage && section.byYear);
}

/** Entrants, entrants × metres and areas of every zone in the year, by its number. */
function zoneSums(view) {
  const entrants = areaList(view, "entrants"), walk = areaList(view, "walk");
  const sums = new Map();
  areaList(view, "zone").forEach((zone, area) => {
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

function zonesOfYear(view) {
  const year = planOf(view).years[yearIndex(view)];
  return figuresOf(view).zones.filter((zone) => year >= zone.first && year <= zone.last);
}

/** The zone in which an area lies in the year. */
function zoneOfArea(view, area) {
  const place = areaList(view, "zone")[area];
  return zonesOfYear(view).find((zone) => zone.zone === place);
}

/** "open", "new" (opened after the base year), "closed" or "future". */
function standing(view, section) {
  if (section.byYear.open[yearIndex(view)]) {
    return section.opens !== null && section.opens > data.baseYear ? "new" : "open";
  }
  return section.opens !== null && state.year < section.opens ? "future" : "closed";
}

/** The number of the class a value lies in; a class begins at its limit. */
const classOf = (value, limits) => limits.filter((limit) => value >= limit).length;
