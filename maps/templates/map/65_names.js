// -------------------------------------------------------------------- names on the map

const ruler = document.createElement("canvas").getContext("2d");

/** Write as many names as fit without covering one another; large schools come first. */
function drawNames(view) {
  view.names.clearLayers();
  if (!state.layers.names) return;
  const taken = [...boxesOnTop(view), ...(state.layers.sections ? circleBoxes(view) : [])];
  const index = yearIndex(view), most = largestSize(), size = (section) => measures[state.measure].size(section.byYear, index);
  if (state.layers.context) {
    for (const lake of data.context.barriers.filter((barrier) => barrier.kind === "lake" && barrier.name)) {
      writeName(view, lake.name, "water-name", 13, 1.28, degrees(lake.at), 0, taken);
    }
    for (const township of data.context.townships) {
      writeName(view, township.name, "township-name", 14, 1.28, degrees(township.at), 0, taken);
    }
  }
  if (!state.layers.sections) return;
  sectionsOf(view)
    .filter((section) => section.byYear.open[index])
    .sort((a, b) => b.byYear.pupils[index] - a.byYear.pupils[index])
    .forEach((section) => writeName(view, sectionName(section), "school-name", 11.5, 1,
      [section.latitude, section.longitude],
      radius(size(section), most) + besideCircle(view, section, index), taken));
}

/** Pixels between a circle and its name: room for the mark of a new section, or a ring. */
function besideCircle(view, section, index) {
  if (standing(view, section) === "new") return 13;
  return section.byYear.large[index] > 0 ? 7 : 4;
}

/** Where panel and legend hide the map; no name begins beneath them. */
function boxesOnTop(view) {
  const map = view.map.getContainer().getBoundingClientRect();
  return ["panel", "legend"].map((id) => {
    const box = byId(id).getBoundingClientRect();
    return [box.left - map.left, box.top - map.top, box.right - map.left, box.bottom - map.top];
  });
}

function circleBoxes(view) {
  const index = yearIndex(view), most = largestSize();
  return sectionsOf(view).filter((section) => section.byYear.open[index]).map((section) => {
    const at = view.map.latLngToContainerPoint([section.latitude, section.longitude]);
    const size = radius(measures[state.measure].size(section.byYear, index), most);
    return [at.x - size, at.y - size, at.x + size, at.y + size];
  });
}

/** Try places beside a circle, or around a point; write nothing where no place is free. */
function writeName(view, text, className, size, spread, at, distance, taken) {
  if (!view.map.getBounds().contains(at)) return;
  ruler.font = `${size}px ${style.fonts.body}`;
  const width = ruler.measureText(text).width * spread + 2, height = size + 3;
  const point = view.map.latLngToContainerPoint(at);
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
    }).addTo(view.names);
    return;
  }
}
