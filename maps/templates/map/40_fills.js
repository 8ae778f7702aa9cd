// -------------------------------------------------------------------- zones and areas

function drawFills(view) {
  const filled = state.theme === "zones";
  forget(view);
  view.ground.show({
    areas: filled ? null : areasShown(view),
    zones: filled || state.layers.borders ? zonesShown(view, filled) : null,
    marked: view.marked ? view.marked() : null,
  });
}

function zonesShown(view, filled) {
  const colours = new Map(zonesOfYear(view).map((zone) => [zone.zone, zoneColour(zone)]));
  const bordered = state.layers.borders || !filled;
  return {
    groups: areaList(view, "zone").map((zone) => (colours.has(zone) ? zone : -1)),
    colours,
    opacity: filled ? style.zones.fill_share : 0,
    line: bordered && {
      colour: filled ? style.zones.border : style.paper.ink, width: style.zones.border_width, opacity: filled ? 1 : 0.65,
    },
  };
}

function areasShown(view) {
  return {
    colours: themeValues(view).map(areaColour), opacity: style.areas.fill_share,
    line: { colour: "#ffffff", width: 0.5, opacity: 0.8 },
  };
}

/** What the theme shows of every area in the year. */
function themeValues(view) {
  if (state.theme === "entrants" || state.theme === "walk") return areaList(view, state.theme);
  const name = state.theme === "change" ? "entrants" : "section";
  const first = areaListIn(view, name, 0);
  return areaList(view, name).map((value, area) => {
    if (state.theme === "moved") return value !== first[area] ? 1 : 0;
    return value === null || first[area] === null ? null : value - first[area];
  });
}

const zoneColour = (zone) => style.zones.palette[stageInfo().colours[zone.section]];

function areaColour(value) {
  const { areas } = style;
  if (state.theme === "moved") return value ? areas.moved : areas.none;
  if (value === null || (state.theme === "entrants" && !value)) return areas.none;
  return themeColours()[classOf(value, themeLimits())];
}

function themeColours() {
  return style.areas[`${state.theme}_colours`];
}

function themeLimits() {
  if (state.theme === "walk") return style.areas.walk_limits_metres;
  return stageInfo()[state.theme === "entrants" ? "entrantsLimits" : "changeLimits"];
}

// -------------------------------------------------------------------- what the pointer shows

function tip(title, rows, remark = "") {
  const table = make("table", {}, null, rows.map(([name, value]) =>
    make("tr", {}, null, [make("td", {}, name), make("td", {}, value)])));
  return make("div", {}, null, [make("b", {}, title), table, ...(remark ? [make("p", {}, remark)] : [])]);
}

function zoneTip(view, zone) {
  const all = planOf(view).sections, sum = zoneSums(view).get(zone.zone);
  const sharing = (zone.sharing || [zone.section]).map((id) => all.find((section) => section.section_id === id));
  return tip(word(sharing.length > 1 ? "shared_zone_of" : "zone_of", { name: listed(sharing.map(sectionName)) }), [
    [word("entrants"), number(sum.entrants)],
    [word("walk_metres"), sum.walked ? metres(sum.walking / sum.walked) : "–"],
    [word("zone_areas"), number(sum.areas)],
    ...(zone.pieces > 1 ? [[word("zone_pieces"), number(zone.pieces)]] : []),
  ]);
}

function areaTip(view, area) {
  const all = planOf(view).sections;
  const zoned = areaList(view, "section")[area], sharing = zoneOfArea(view, area)?.sharing;
  const first = areaListIn(view, "entrants", 0)[area], now = areaList(view, "entrants")[area];
  const named = (sharing || []).map((id) => sectionName(all.find((section) => section.section_id === id)));
  return tip(areaName(area), [
    [word("entrants"), shown(now)],
    ...(yearIndex(view) && now !== null && first !== null
      ? [[word("change_since", { year: planOf(view).years[0] }), signed(now - first)]] : []),
    [word("area_walk"), shown(areaList(view, "walk")[area], metres)],
    [word(sharing ? "area_draws" : "area_zoned"),
      sharing ? listed(named) : zoned === null || zoned < 0 ? word("area_unzoned") : sectionName(all[zoned])],
  ], data.areas.township[area]);
}

/** Light up the zone or area under the pointer, and tell about it. */
function point(view, event) {
  const area = areaUnder(view, event);
  const byZone = state.theme === "zones" && !view.tried;
  const zone = area >= 0 && byZone ? zoneOfArea(view, area) : null;
  if (area < 0 || (byZone && !zone)) return forget(view);
  view.hint.setLatLng(event.latlng);
  const key = zone ? `zone ${zone.zone}` : `area ${area}`;
  if (key !== view.pointed) {
    view.pointed = key;
    view.hint.setContent(zone ? zoneTip(view, zone) : areaTip(view, area));
    view.ground.light(zone ? { zone: zone.zone, colour: zoneColour(zone), opacity: 0.35 }
      : { area, colour: "#ffffff", opacity: 0.15, line: { colour: style.paper.ink, width: 1.6 } });
  }
  if (!view.map.hasLayer(view.hint)) view.hint.addTo(view.map);
}

/** The area under the pointer, -1 where something else lies above it. */
function areaUnder(view, event) {
  const above = event.originalEvent?.target.closest?.(".leaflet-interactive, .leaflet-popup, .leaflet-control");
  return above ? -1 : view.ground.areaAt(event.latlng);
}

function clicked(view, event) {
  if (measuring(view, event)) return;
  const area = areaUnder(view, event);
  if (area >= 0 && view.tried) chooseArea(area);
  else point(view, event);
}

function forget(view) {
  if (view.pointed === null) return;
  view.pointed = null;
  view.hint.remove();
  view.ground.light(null);
}
