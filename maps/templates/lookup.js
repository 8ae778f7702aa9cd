/* Which school? Shows what stands in #lookup-data for the place that is typed or clicked.
   Text from the data reaches the page only through textContent, never as markup. */
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("lookup-data").textContent);
  const byId = (id) => document.getElementById(id);
  const OFFERED = 12, LISTED = 24;
  const PAPER_WIDTH = 680, PAPER_HEIGHT = 300; // of the printed map, in pixels of 1/96 inch

  /** Texts of which each begins with as many letters of the one before as its first sign counts. */
  function unfront(list) {
    let before = [];
    return list.map((text) => {
      const [alike, ...rest] = text;
      before = [...before.slice(0, alike.codePointAt(0) - 48), ...rest];
      return before.join("");
    });
  }
  for (const column of ["key", "name", "nameEn"]) data.areas[column] = unfront(data.areas[column]);

  // An area's number is its own place; communities, estates, streets and schools follow.
  const places = [
    ...data.areas.name.map((name, area) => ({
      kind: "area", name, nameEn: data.areas.nameEn[area], township: data.areas.township[area], areas: [area],
    })),
    ...data.places,
  ];
  const finder = new LookupSearch.Finder(places.map(namesOf), data.readings);
  const houses = new LookupSearch.Houses(data.doors, finder);
  const stages = data.stages.map(unfolded);
  const state = { language: data.language, place: null, house: null, stage: stages[0]?.stage, listed: false };

  // ------------------------------------------------------------------ words and numbers

  function word(key, gaps = {}) {
    return data.words[key][state.language].replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);
  }
  const either = (zh, en) => (state.language === "en" ? en || zh : zh || en);
  const number = (value) => value.toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB");
  const nameOf = (place) => either(place.name, place.nameEn);
  const addressOf = (house) => LookupSearch.written(places[house.place].name, house.number);
  const capital = (name) => name.slice(0, 1).toUpperCase() + name.slice(1);
  const stageName = (stage) => capital(either(stage.names.zh, stage.names.en));
  const schoolNames = (rows) => rows.map((row) => nameOf(data.sections[row])).join(word("comma"));
  const inBrackets = (text) => (text && state.language === "en" ? `(${text})` : text ? `（${text}）` : "");

  /** The ways to write a place: Chinese, English, and with its township before it. */
  function namesOf(place) {
    const township = data.townships[place.township];
    const names = [place.name, place.nameEn, township ? township + place.name : ""];
    return [...new Set(names.filter((name) => name))];
  }

  /** A stage with each area's walks apart, and areas grouped by zone. */
  function unfolded(stage) {
    const begins = [];
    let at = 0;
    for (const spell of stage.spell) {
      begins.push(at);
      at += stage.spells[spell].sections.length;
    }
    const zones = new Map();
    const zoneOfSpell = stage.spells.map(({ sections }) => {
      const key = sections.join(" ");
      if (!sections.length) return -1;
      if (!zones.has(key)) zones.set(key, zones.size);
      return zones.get(key);
    });
    return { ...stage, begins, zone: stage.spell.map((spell) => zoneOfSpell[spell]) };
  }

  const spellOf = (stage, area) => stage.spells[stage.spell[area]];
  const stageShown = () => stages.find((stage) => stage.stage === state.stage);

  // ------------------------------------------------------------------ the search box

  const box = byId("typed"), list = byId("suggestions");
  let offered = [], active = -1;

  function tell(text, alarm = false) {
    byId("told").textContent = text;
    byId("told").className = alarm ? "alarm" : "";
  }

  /** What the text may mean: {number, house} of a place, or of the area in which a house stands. */
  function meant(typed) {
    if (!typed.trim()) return { choices: [], sure: false, near: false };
    const found = finder.find(typed), doors = houses.meant(typed, found);
    const choices = [...doors.map((house) => ({ number: house.area, house })), ...found.places.map((number) => ({ number, house: null }))];
    return doors.length ? { choices, sure: doors.length === 1, near: false } : { ...found, choices };
  }

  /** Offer the places that may be meant. */
  function offer() {
    byId("clear").hidden = !box.value;
    const { choices, near } = meant(box.value);
    offered = choices.slice(0, OFFERED);
    active = -1;
    const nearest = near ? [make("li", { role: "presentation" }, word("nearest", { typed: box.value }))] : [];
    list.replaceChildren(...nearest, ...offered.map(option));
    expand(offered.length > 0);
    if (!box.value.trim()) tell("");
    else if (!offered.length) tell(word("not_found", { typed: box.value }), true);
    else if (choices.length > OFFERED) tell(word("found_many", { n: OFFERED }));
    else tell(word(offered.length === 1 ? "found_one" : "found", { n: offered.length }));
  }

  function option({ number, house }, at) {
    const place = places[house ? house.place : number], kind = house ? "house" : place.kind;
    const beside = [data.townships[place.township], kind === "area" ? "" : word(`kind_${kind}`)];
    const item = make("li", { role: "option", id: `option-${at}`, "aria-selected": "false" }, null, [
      make("span", {}, house ? addressOf(house) : nameOf(place)), make("small", {}, beside.filter((text) => text).join(" · ")),
    ]);
    item.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    item.addEventListener("click", () => choose(number, { house }));
    return item;
  }

  function expand(open) {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) activate(-1);
  }

  function activate(at) {
    active = at;
    list.querySelectorAll("[role=option]").forEach((item, i) => {
      item.setAttribute("aria-selected", String(i === at));
      if (i === at) item.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `option-${at}`);
  }

  function onKey(event) {
    if (event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && offered.length) {
      event.preventDefault();
      if (list.hidden) expand(true);
      const count = offered.length;
      activate(active < 0 ? (move > 0 ? 0 : count - 1) : (active + move + count) % count);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (!list.hidden) expand(false);
      else clear();
    } else if (event.key === "Enter") {
      event.preventDefault();
      decide();
    }
  }

  /** Take the suggestion that is lit up, or the one that is meant without doubt, or ask back. */
  function decide() {
    if (active >= 0) return choose(offered[active].number, offered[active]);
    const { choices, sure, near } = meant(box.value);
    if (sure) return choose(choices[0].number, choices[0]);
    if (choices.length) {
      expand(true);
      tell(word(near ? "nearest" : "several", { typed: box.value }), true);
    }
    return undefined;
  }

  function clear() {
    box.value = "";
    offer();
    choose(null);
    box.focus();
  }

  // ------------------------------------------------------------------ the answer

  /** Show a place, by its number, for the house in it that was typed; null shows none. */
  function choose(number, { from = "list", house = null } = {}) {
    state.place = number;
    state.house = house;
    state.listed = false;
    expand(false);
    tell("");
    if (number !== null) {
      box.value = house ? addressOf(house) : nameOf(places[number]);
      byId("clear").hidden = false;
      const teaches = (places[number].sections || []).map(sectionStage).find((stage) => stage);
      if (teaches) state.stage = teaches.stage;
    }
    draw();
    fit();
    remember();
    if (number === null) return;
    if (window.matchMedia("(pointer: coarse)").matches) box.blur(); // the keys on the glass hide the answer
    if (from === "map" && window.innerWidth < 900) byId("result").scrollIntoView({ block: "start" });
  }

  function drawResult() {
    const place = state.place === null ? null : places[state.place];
    byId("result").hidden = place === null;
    document.querySelector("main").classList.toggle("answered", place !== null);
    if (place === null) return byId("result").replaceChildren();
    const asked = place.areas && place.areas.length > 1;
    const body = place.kind === "school" ? schoolCards(place) : asked ? whichArea(place) : areaCards(place.areas[0]);
    const title = place.kind === "school" ? word("your_school", { name: nameOf(place) }) : nameOf(place);
    return byId("result").replaceChildren(make("h2", {}, null, [
      make("span", {}, title), make("small", {}, data.townships[place.township]),
      button(word("print"), () => window.print(), { id: "print" }),
    ]), ...lies(place), ...body);
  }

  /** In which area the house stands that was typed. */
  function lies(place) {
    if (!state.house) return [];
    return [make("p", { class: "lies" }, word("house_lies", { address: addressOf(state.house), area: nameOf(place) }))];
  }

  const areaCards = (area) => stages.map((stage) => areaCard(stage, area));

  function areaCard(stage, area) {
    const spell = spellOf(stage, area);
    const parts = [make("h3", {}, stageName(stage))];
    if (!spell.sections.length) parts.push(...withoutZone(stage));
    else {
      if (spell.sections.length > 1) {
        parts.push(make("p", { class: "shared" }, word(`shared_${data.draw}`, { n: spell.sections.length })));
      }
      spell.sections.forEach((row, i) => parts.push(school(row, walk(stage.walks[stage.begins[area] + i]))));
      parts.push(...validity(spell), zoneButton(stage));
    }
    return card(stage, parts);
  }

  const card = (stage, parts) => make("article", {
    class: stage.stage === state.stage ? "card shown" : "card", "data-stage": stage.stage,
  }, null, parts);

  function zoneButton(stage) {
    if (stage.stage === state.stage) return make("p", { class: "on-map" }, word("zone_shown"));
    return button(word("show_zone"), () => {
      showStage(stage.stage);
      byId("map-part").scrollIntoView({ block: "nearest" });
    });
  }

  function school(row, remark) {
    const section = data.sections[row];
    const name = make("b", {}, nameOf(section)), township = make("small", {}, data.townships[section.township]);
    return make("div", { class: "school" }, null, [name, " ", township, ...(remark ? [make("span", {}, remark)] : [])]);
  }

  function walk(metres) {
    if (metres === null) return word("walk_unknown");
    const minutes = Math.max(1, Math.floor((metres / 1000 / data.walkingKmh) * 60 + 0.5));
    return word("walk_minutes", { metres: number(metres), minutes });
  }

  function validity(spell) {
    const since = word(spell.orEarlier ? "since_or_earlier" : "since", { first: spell.first });
    const names = schoolNames(spell.after), after = spell.after.length > 1 ? word("by_lot", { names }) : names;
    const until = spell.last === null ? word("lasting", { end: data.lastYear })
      : word(spell.after.length ? "changing" : "ending", { last: spell.last, next: spell.next, after });
    return [make("p", { class: spell.last === null ? "valid" : "valid change" }, since + until)];
  }

  function withoutZone(stage) {
    if (stage.county.length) {
      return [make("p", {}, word("county")), make("ul", { class: "plain" }, null, stage.county.map((row) => make("li", {}, null, [school(row)])))];
    }
    const anyone = stage.spells.some((spell) => spell.sections.length);
    return [make("p", {}, word(anyone ? "no_zone" : "no_school"))];
  }

  function whichArea(place) {
    return [make("p", {}, word("which_area", { name: nameOf(place), n: number(place.areas.length) })), areaList(place.areas, place.areas.length)];
  }

  /** A list of areas that can be chosen, the first of many. */
  function areaList(areas, shown) {
    return make("ul", { class: "areas" }, null, areas.slice(0, shown).map((area) => make("li", {}, null, [
      button(nameOf(places[area]), () => choose(area), { "data-area": data.areas.key[area] }),
    ])));
  }

  const sectionStage = (row) => stages.find((stage) =>
    stage.county.includes(row) || stage.spells.some((spell) => spell.sections.includes(row)));

  const areasOf = (stage, row) => stage.spell.flatMap((spell, area) => (stage.spells[spell].sections.includes(row) ? [area] : []));

  function schoolCards(place) {
    return place.sections.filter(sectionStage).map((row) => {
      const stage = sectionStage(row), areas = areasOf(stage, row), name = stageName(stage);
      if (!areas.length) return card(stage, [make("p", {}, word("takes_county", { stage: name }))]);
      const sharing = [...new Set(stage.spells.flatMap(({ sections }) => (sections.includes(row) ? sections : [])))].filter((other) => other !== row);
      const shown = state.listed ? areas.length : LISTED;
      return card(stage, [
        make("p", {}, word(areas.length === 1 ? "takes_one" : "takes_areas", { stage: name, n: number(areas.length) })),
        ...(sharing.length ? [make("p", { class: "shared" }, word("shares_with", { names: schoolNames(sharing) }))] : []),
        areaList(areas, shown),
        ...(areas.length > shown ? [button(word("all_areas"), () => { state.listed = true; drawResult(); })] : []),
      ]);
    });
  }

  // ------------------------------------------------------------------ the map

  const map = L.map("map", { zoomControl: false, attributionControl: false, fadeAnimation: false, zoomSnap: 0.25, zoomDelta: 0.5 });
  for (const [name, zIndex] of [["land", 350], ["fills", 400], ["context", 410], ["schools", 450]]) {
    map.createPane(name).style.zIndex = zIndex;
    map.getPane(name).style.pointerEvents = "none";
  }
  const [land, over, points] = ["land", "context", "schools"].map((pane) => L.svg({ pane, padding: 0.4 }));
  const mesh = new AreaMesh.Mesh(data.areas.mesh, data.areas.name.length);
  const ground = new AreaLayer(mesh, { pane: "fills" });
  const marks = L.layerGroup();

  /** Rings of whole-number steps to rings of [latitude, longitude]. */
  function unfold(parts) {
    return parts.map((rings) => rings.map((steps) => {
      const points = [];
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        points.push([y / AreaMesh.STEPS_PER_DEGREE, x / AreaMesh.STEPS_PER_DEGREE]);
      }
      return points;
    }));
  }
  const lines = (parts) => unfold(parts).flat();

  function drawGround() {
    const { look, context } = data;
    const under = { pane: "land", renderer: land, interactive: false };
    const base = { pane: "context", renderer: over, interactive: false };
    L.polygon(unfold(context.county), { ...under, color: look.outline, weight: 2, fillColor: look.land, fillOpacity: 1 }).addTo(map);
    L.polyline(lines(context.streets), { ...base, color: look.street, weight: look.streetWidth, opacity: 0.9 }).addTo(map);
    for (const township of context.townships) {
      L.polygon(unfold(township.shape), { ...base, fill: false, color: look.township, weight: 1.3, dashArray: "1 5" }).addTo(map);
      const [x, y] = township.at;
      L.marker([y / AreaMesh.STEPS_PER_DEGREE, x / AreaMesh.STEPS_PER_DEGREE], {
        pane: "schools", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "township-name", html: make("span", {}, township.name), iconSize: null }),
      }).addTo(map);
    }
    for (const barrier of context.barriers) drawBarrier(barrier, base);
  }

  function drawBarrier({ kind, shape }, base) {
    const rings = lines(shape), { look } = data;
    if (kind === "lake" || kind === "river") {
      const closed = rings.length && rings.every((ring) => String(ring[0]) === String(ring[ring.length - 1]));
      if (closed) L.polygon(unfold(shape), { ...base, color: look.lake, weight: 1, fillColor: look.lake, fillOpacity: 1 }).addTo(map);
      else L.polyline(rings, { ...base, color: look.lake, weight: 3 }).addTo(map);
    } else if (kind === "railway") {
      L.polyline(rings, { ...base, color: look.railway, weight: 3 }).addTo(map);
      L.polyline(rings, { ...base, color: "#ffffff", weight: 1.6, dashArray: "7 7" }).addTo(map);
    } else L.polyline(rings, { ...base, color: look.trunkRoad, weight: 3 }).addTo(map);
  }

  /** The sections and areas that the map lights up in the stage that is shown. */
  function lit() {
    const stage = stageShown(), place = state.place === null ? null : places[state.place];
    if (!stage || !place) return { sections: [], areas: [], home: [] };
    if (place.kind === "school") {
      const rows = place.sections.filter((row) => sectionStage(row) === stage);
      return { sections: rows, areas: rows.flatMap((row) => areasOf(stage, row)), home: [] };
    }
    if (place.areas.length > 1) return { sections: [], areas: [], home: place.areas };
    const [area] = place.areas, zone = stage.zone[area], { sections } = spellOf(stage, area);
    return { sections, areas: zone < 0 ? [] : stage.zone.flatMap((other, i) => (other === zone ? [i] : [])), home: [area] };
  }

  function drawMap() {
    const stage = stageShown(), { look } = data, { sections, areas, home } = lit();
    const colours = new Array(mesh.count).fill(null);
    for (const area of areas) colours[area] = `${look.accent}55`;
    for (const area of home) colours[area] = `${look.accent}bb`;
    ground.show({
      areas: { colours, opacity: 1, line: { colour: look.outline, width: 0.6, opacity: 0.35 } },
      zones: stage && { groups: stage.zone, colours: new Map(), opacity: 0, line: { colour: look.ink, width: 1.2, opacity: 0.6 } },
    });
    ground.light(home.length === 1 ? { area: home[0], colour: look.accent, opacity: 0.25, line: { colour: look.ink, width: 3 } } : null);
    marks.clearLayers();
    for (const row of sections) markSchool(data.sections[row]);
    if (home.length === 1) {
      label(topOf(home[0]), nameOf(places[home[0]]), "home-name", "top").addTo(marks);
    }
  }

  function label(at, text, className, direction) {
    return L.tooltip({ permanent: true, direction, className, pane: "schools", offset: direction === "top" ? [0, -4] : [9, 0] })
      .setLatLng(at).setContent(make("span", {}, text));
  }

  function markSchool(section) {
    const at = [section.latitude, section.longitude];
    L.circleMarker(at, {
      pane: "schools", renderer: points, interactive: false, radius: 7, color: "#ffffff", weight: 2.5, fillColor: "#b3202c", fillOpacity: 1,
    }).addTo(marks);
    label(at, nameOf(section), "school-name", "auto").addTo(marks);
  }

  /** Corners of the box around areas, as [latitude, longitude]. */
  function corners(areas) {
    const { STEPS_PER_DEGREE: steps } = AreaMesh;
    const latitude = (y) => (Math.atan(Math.sinh((-(y + mesh.origin[1]) / steps) * (Math.PI / 180))) * 180) / Math.PI;
    return areas.flatMap((area) => {
      const [left, top, right, bottom] = mesh.boxes.subarray(4 * area, 4 * area + 4);
      if (!(left <= right)) return [];
      return [[left, top], [right, bottom]].map(([x, y]) => [latitude(y), (x + mesh.origin[0]) / steps]);
    });
  }

  /** The middle of an area's upper edge, where its name does not hide it. */
  function topOf(area) {
    const box = L.latLngBounds(corners([area]));
    return [box.getNorth(), box.getCenter().lng];
  }

  function fit() {
    const { sections, areas, home } = lit();
    const points = corners(areas.length || home.length ? [...areas, ...home] : data.areas.name.map((_, area) => area));
    points.push(...sections.map((row) => [data.sections[row].latitude, data.sections[row].longitude]));
    map.invalidateSize({ animate: false });
    if (points.length) map.fitBounds(L.latLngBounds(points), { padding: [30, 30], maxZoom: 17, animate: false });
  }

  /** Keep the map on paper as it is on the screen, only smaller: nothing can be drawn anew there. */
  function onPaper(printed) {
    const { clientWidth: width, clientHeight: height, style } = byId("map");
    const kept = { width: `${width}px`, height: `${height}px`, zoom: Math.min(1, PAPER_WIDTH / width, PAPER_HEIGHT / height) };
    Object.assign(style, printed ? kept : { width: "", height: "", zoom: "" });
  }

  function showStage(stage) {
    state.stage = stage;
    draw();
    fit();
    remember();
  }

  function onMap(event) {
    const area = ground.areaAt(event.latlng);
    if (area < 0) tell(word("outside"), true);
    else choose(area, { from: "map" });
  }

  // ------------------------------------------------------------------ the address of an answer

  /** Keep what is shown in the page's address, so that it can be sent on. */
  function remember() {
    const place = state.place === null ? null : places[state.place];
    const kept = new URLSearchParams();
    if (place?.kind === "area") kept.set("area", data.areas.key[place.areas[0]]);
    if (place?.kind === "school") kept.set("school", place.key);
    if (kept.size && state.stage !== stages[0]?.stage) kept.set("stage", state.stage);
    if (state.language !== data.language) kept.set("lang", state.language);
    const address = String(kept);
    if (address !== window.location.hash.slice(1)) window.location.hash = address;
  }

  /** Show what the page's address asks for. */
  function recall() {
    const kept = new URLSearchParams(window.location.hash.slice(1));
    const area = data.areas.key.indexOf(kept.get("area"));
    const school = places.findIndex((place) => place.kind === "school" && place.key === kept.get("school"));
    const number = kept.has("area") && area >= 0 ? area : kept.has("school") && school >= 0 ? school : null;
    const language = ["zh", "en"].includes(kept.get("lang")) ? kept.get("lang") : data.language;
    const stage = stages.find((known) => known.stage === kept.get("stage"))?.stage ?? stages[0]?.stage;
    const same = number === state.place && language === state.language && (number === null || stage === state.stage);
    if (same) return;
    Object.assign(state, { language });
    if (number !== null || state.place !== null) choose(number);
    if (number !== null && stage !== state.stage && kept.has("stage")) showStage(stage);
    else draw();
  }

  // ------------------------------------------------------------------ the page

  function drawFrame() {
    document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
    const county = either(data.names.zh, data.names.en), between = state.language === "zh" ? "" : " ";
    byId("county-name").textContent = county;
    document.title = `${county} – ${word("title")}`;
    byId("intake").textContent = word("intake", { year: data.year });
    byId("notice").textContent = word(data.inForce ? "in_force" : "draft") + between + word("binding");
    byId("sources").textContent = data.sources.length ? word("sources", { names: data.sources.join(" · ") }) : "";
    box.placeholder = word("type_here");
    list.setAttribute("aria-label", word("suggestions"));
    byId("clear").setAttribute("aria-label", word("clear"));
    byId("map").setAttribute("aria-label", word("map"));
    byId("stages").setAttribute("aria-label", word("stage"));
    byId("stages").replaceChildren(...stages.map((stage) => button(stageName(stage), () => showStage(stage.stage), {
      "aria-pressed": String(stage.stage === state.stage), "data-value": stage.stage,
    })));
  }

  function draw() {
    drawFrame();
    drawResult();
    drawMap();
  }

  function start() {
    const root = document.documentElement.style;
    for (const name of ["body", "background", "ink", "accent"]) root.setProperty(`--${name}`, data.look[name]);
    L.control.zoom({ position: "topright" }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
    map.setView([0, 0], 1);
    drawFrame();
    fit();
    drawGround();
    ground.addTo(map);
    marks.addTo(map);
    box.addEventListener("input", offer);
    box.addEventListener("keydown", onKey);
    box.addEventListener("blur", () => expand(false));
    byId("search").addEventListener("submit", (event) => event.preventDefault());
    byId("clear").addEventListener("click", clear);
    byId("language").addEventListener("click", () => {
      state.language = state.language === "zh" ? "en" : "zh";
      if (state.place !== null && !state.house) box.value = nameOf(places[state.place]);
      else if (state.place === null && box.value) offer();
      draw();
      remember();
    });
    map.on("click", onMap);
    window.addEventListener("hashchange", recall);
    window.addEventListener("beforeprint", () => onPaper(true));
    window.addEventListener("afterprint", () => onPaper(false));
    draw();
    recall();
  }

  // For those who want to know how it is found.
  window.lookupFind = (typed) => finder.find(typed);
  window.lookupHouses = (typed) => houses.meant(typed, finder.find(typed));
  start();
})();
