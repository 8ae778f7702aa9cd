// -------------------------------------------------------------------- finding schools, areas, townships

const MOST_FOUND = 8;
let found = [], marked = -1;

/** Letters that count: width, case and spaces do not. */
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

/** Whatever has a name: what is shown beside it and what choosing it does. */
function* named() {
  for (const { stage } of data.stages) {
    for (const section of sectionsOf(main, stage)) {
      yield { names: [section.name, section.name_en], kind: either(...namesOfStage(stage)), go: () => goToSection(section) };
    }
  }
  for (const township of data.context.townships) {
    yield { names: [township.name], kind: word("township_short"), go: () => main.map.flyTo(degrees(township.at), Math.max(main.map.getZoom(), 12.5)) };
  }
  for (let area = 0; area < data.areas.name.length; area += 1) {
    yield { names: [data.areas.name[area], data.areas.nameEn[area]], kind: data.areas.township[area], go: () => goToArea(area) };
  }
}

/** The best matches: names that begin with the text first, then those that contain it. */
function search(text) {
  const wanted = plain(text), begin = [], within = [];
  if (!wanted) return [];
  for (const item of named()) {
    const at = Math.min(...item.names.map((name) => plain(name || "").indexOf(wanted)).map((place) => (place < 0 ? Infinity : place)));
    if (at === 0) begin.push(item);
    else if (at < Infinity && within.length < MOST_FOUND) within.push(item);
    if (begin.length >= MOST_FOUND) break;
  }
  return [...begin, ...within].slice(0, MOST_FOUND);
}

function goToSection(section) {
  change({ stage: section.stage });
  main.map.setView([section.latitude, section.longitude], Math.max(main.map.getZoom(), 13), { animate: false });
  openSection(main, sectionsOf(main).find((item) => item.section_id === section.section_id));
}

function goToArea(area) {
  const [west, south, east, north] = mesh.boundsOf(area);
  main.map.fitBounds([[south, west], [north, east]], { ...room(), maxZoom: 15, animate: false });
  const middle = L.latLng((south + north) / 2, (west + east) / 2);
  main.ground.light({ area, colour: style.paper.accent, opacity: 0.3, line: { colour: style.paper.accent, width: 3 } });
  main.pointed = `area ${area}`;
  main.hint.setContent(areaTip(main, area)).setLatLng(middle).addTo(main.map);
  if (main.tried) chooseArea(area);
}

function drawFound() {
  const box = byId("search"), list = byId("found");
  list.replaceChildren(...found.map((item, i) => {
    const name = either(...item.names) || item.names[0];
    const line = make("li", { id: `found-${i}`, role: "option", "aria-selected": String(i === marked) }, name, [make("small", {}, ` ${item.kind}`)]);
    line.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
    return line;
  }));
  if (box.value.trim() && !found.length) list.replaceChildren(make("li", { class: "none" }, word("found_none")));
  list.hidden = !box.value.trim();
  box.setAttribute("aria-expanded", String(found.length > 0));
  if (marked >= 0) box.setAttribute("aria-activedescendant", `found-${marked}`);
  else box.removeAttribute("aria-activedescendant");
}

function take(i) {
  const item = found[i];
  byId("search").value = "";
  [found, marked] = [[], -1];
  drawFound();
  item.go();
}

function searchKey(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!found.length) return;
    marked = (marked + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
    event.preventDefault();
    drawFound();
  } else if (event.key === "Enter" && found.length) {
    take(Math.max(0, marked));
  } else if (event.key === "Escape") {
    event.target.value = "";
    [found, marked] = [[], -1];
    drawFound();
  }
}
