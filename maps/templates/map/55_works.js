// -------------------------------------------------------------------- projects and sites

/** Whether a project is ready in the year, under way, or not yet begun; null where no year is known. */
function progressOf(project) {
  if (project.year === null) return "undated";
  if (state.year >= project.year) return "ready";
  return project.starts !== null && state.year >= project.starts ? "under_way" : "to_come";
}

function drawWorks(view) {
  view.works.clearLayers();
  if (state.layers.sites) {
    for (const site of data.sites) drawPlace(view, site, sitePicture(), siteTip(site), `${word("site")}: ${site.name}`);
  }
  if (!state.layers.projects) return;
  // Projects at one place stand side by side.
  const stacked = new Map();
  for (const project of planOf(view).projects.filter((item) => item.stage === state.stage)) {
    const key = `${project.longitude} ${project.latitude}`, step = stacked.get(key) || 0;
    stacked.set(key, step + 1);
    drawPlace(view, project, projectPicture(progressOf(project)), projectTip(project), projectName(project), 18 * step);
  }
}

function drawPlace(view, item, picture, told, label, shift = 0) {
  if (item.longitude === null) return;
  const marker = L.marker([item.latitude, item.longitude], {
    pane: "circles", title: "", alt: label,
    icon: L.divIcon({ className: "work", html: picture, iconSize: [18, 18], iconAnchor: [-3 - shift, 21] }),
  });
  marker.bindTooltip(told, { direction: "top", offset: [12 + shift, -20], opacity: 1 }).addTo(view.works);
  marker.getElement().setAttribute("aria-label", label);
}

const projectName = (project) => either(project.name, project.nameEn);

const PROGRESS_FILL = { ready: "#1d7a45", under_way: "#e3b23c", to_come: "#ffffff", undated: "#ffffff" };

/** A small house, filled when the rooms can be used. */
function projectPicture(progress) {
  return svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18" }, [
    svg("path", {
      d: "M2 8.5 L9 2.5 L16 8.5 V16 H2 Z", fill: PROGRESS_FILL[progress], stroke: style.sections.border, "stroke-width": 1.3,
      "stroke-linejoin": "round", ...(progress === "undated" ? { "stroke-dasharray": "2 2" } : {}),
    }),
    ...(progress === "ready" ? [svg("path", { d: "M5.5 11 L8 13.5 L12.5 8.5", fill: "none", stroke: "#fff", "stroke-width": 1.8 })] : []),
  ]);
}

/** A stake in the ground. */
function sitePicture() {
  return svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18" }, [
    svg("rect", { x: 3, y: 3, width: 12, height: 12, fill: "#fff", stroke: style.sections.border, "stroke-width": 1.3, "stroke-dasharray": "3 2" }),
    svg("path", { d: "M9 5.5 V12.5 M5.5 9 H12.5", stroke: style.sections.border, "stroke-width": 1.3 }),
  ]);
}

function projectTip(project) {
  const kind = hasWord(`project_${project.kind}`) ? word(`project_${project.kind}`) : project.kind;
  return tip(projectName(project), [
    [word("project_kind"), kind],
    ...(project.rooms ? [[word("rooms"), number(project.rooms)]] : []),
    ...(project.roomsLost ? [[word("rooms_lost"), number(project.roomsLost)]] : []),
    [word("counts_from"), project.year === null ? word("year_unknown") : String(project.year)],
  ], word(`progress_${progressOf(project)}`));
}

function siteTip(site) {
  const stages = site.stages.map((stage) => (data.stages.some((item) => item.stage === stage) ? either(...namesOfStage(stage)) : stage));
  return tip(site.name, [
    ...(stages.length ? [[word("suits"), listed(stages)]] : []),
    ...(site.land !== null ? [[word("land"), word("square_metres", { n: number(site.land) })]] : []),
    ...(site.cost !== null ? [[word("land_cost"), word("yuan", { n: number(site.cost) })]] : []),
  ], site.township);
}
