"""Set planner's map beside stock folium on the same areas: size, building, first picture, frames.

    python tests/benchmarks/atlas.py [--areas 10000 50000] [--bends 3] [--only planner]

The areas are those of an invented county whose borders have been given bends: with three to an
edge some 110 points to an area, with none as few as villages drawn coarsely have. More than 10,000
are several such counties side by side. planner's map is the whole map of a plan: every stage and
year, schools, streets. Stock folium shows the same areas once, coloured by zone, with a tooltip, as
SVG and on a canvas, and is left out above 10,000 areas unless --only names it; as it would be blank
without a network, its requests for Leaflet are answered from the vendored copy and all others
refused. Chromium runs headless with the network off.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import sync_playwright

from planner.atlas import draw_map
from planner.plan import make_plan
from planner.sample import make_sample
from planner.scenario import read_scenario
from planner.shipped import map_assets
from planner.study import read_study
from planner.terms import Language
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from planner.plan import Plan

CHROMIUM: Final = Path("/usr/bin/chromium")
SEED, RUNS, EDITS = 1, 3, 10
AREAS_EACH: Final = 60
"""Areas for each section."""
MOST_INVENTED: Final = 10_000
"""Areas of one invented county; in a larger one some would be smaller than its grid of a metre."""
PROGRAMS: Final = ("planner", "folium", "folium, canvas")
BENDS: Final = 3
"""Points put into every edge of an area."""
WIDTH, HEIGHT = 1400, 900
STAGE: Final = "primary"
HEADING: Final = (
    *("map of", "areas", "points each", "built, s", "MB", "first picture, s", "panning, frames/s"),
    *("pointing, frames/s", "longest frame, ms", "trying a zone, ms"),
)
FRAMES: Final = """() => {
  window.frames_ = [];
  const note = (now) => { window.frames_.push(now); window.requestAnimationFrame(note); };
  window.requestAnimationFrame(note);
}"""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a reader sees of a map."""

    picture_seconds: float
    pan_rate: float
    point_rate: float
    longest_ms: float
    edit_ms: float
    """From giving an area to another school to the next frame; missing where that cannot be."""


EDIT: Final = """async () => {
  const frame = () => new Promise((go) => window.requestAnimationFrame(go));
  const button = document.querySelector(".gives button");
  await frame();
  const began = performance.now();
  button.click();
  await frame();
  return performance.now() - began;
}"""


def main() -> None:
    """Draw, open and move the maps."""
    words = command_line(__doc__)
    words.add_argument("--areas", type=int, nargs="+", default=[10_000, 50_000])
    words.add_argument("--bends", type=int, default=BENDS, help="points put into every edge")
    words.add_argument("--only", nargs="+", choices=PROGRAMS)
    wanted = words.parse_args()
    if not CHROMIUM.exists():
        sys.exit("There is no /usr/bin/chromium; install it to open maps.")
    before, rows = machine(), []
    for areas in wanted.areas:
        usual = PROGRAMS if areas <= MOST_INVENTED else PROGRAMS[:1]
        for row in measured(areas, wanted.only or usual, wanted.bends):
            rows.append(row)
            sys.stdout.write(f"{row}\n")
            sys.stdout.flush()
    text = table(HEADING, rows)
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("atlas", f"## The map\n\n{before}\n\n{READING}\n{text}")


READING: Final = """\
Headless Chromium without a network; medians of three. First picture:
from opening the file until a picture of the whole window is there. planner's map holds every stage
and year, folium's the areas once; above 10,000 areas folium is left out. Five counties of 10,000
areas stand side by side for 50,000.
"""


def measured(areas: int, only: Sequence[str], bends: int) -> list[tuple[object, ...]]:
    """Return a row for each program that is asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = -(-areas // MOST_INVENTED)
        plan = side_by_side(bent(planned(folder / "county", areas // copies), bends), copies)
        shown = shown_once(plan)
        programs: dict[str, Callable[[Path], None]] = {
            "planner": lambda path: draw_map([plan], path, Language.ENGLISH),
            "folium": lambda path: draw_folium(shown, path, on_canvas=False),
            "folium, canvas": lambda path: draw_folium(shown, path, on_canvas=True),
        }
        rows: list[tuple[object, ...]] = []
        for number, program in enumerate(only):
            draw = programs[program]
            path, took = folder / f"{number}.html", []
            for _ in range(RUNS):
                began = time.perf_counter()
                draw(path)
                took.append(time.perf_counter() - began)
            names = plan.study.areas["name"].iloc[:: max(1, areas // EDITS)].tolist()[:EDITS]
            seen = [look_at(path, names) for _ in range(RUNS)]
            median = [
                statistics.median(getattr(one, field.name) for one in seen)
                for field in dataclasses.fields(Seen)
            ]
            picture, pan, point, longest, edit = median
            rows.append(
                (
                    program,
                    f"{areas:,}",
                    f"{shapely.get_num_coordinates(plan.study.areas.geometry).mean():.0f}",
                    f"{statistics.median(took):.2f}",
                    f"{path.stat().st_size / 1e6:.2f}",
                    f"{picture:.2f}",
                    f"{pan:.0f}",
                    f"{point:.0f}",
                    f"{longest:.0f}",
                    "–" if np.isnan(edit) else f"{edit:.0f}",
                )
            )
        return rows


def planned(folder: Path, areas: int) -> Plan:
    """Invent a county and plan it."""
    make_sample(folder, areas=areas, sections=max(8, areas // AREAS_EACH), years=3, seed=SEED)
    return make_plan(read_study(folder), read_scenario(folder / "scenarios", "baseline"), seed=SEED)


def bent(plan: Plan, bends: int) -> Plan:
    """Return the plan with bends in the borders of areas, which match as before."""
    if not bends:
        return plan
    areas = plan.study.areas
    points = shapely.get_coordinates(areas.geometry.to_numpy())
    step = float(np.median(np.hypot(*np.diff(points, axis=0).T))) / (bends + 1)
    finer = shapely.segmentize(areas.geometry.to_numpy(), step)

    def moved(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        # The same point moves alike in both areas.
        phase = points @ np.array([12.9898, 78.233])
        return points + step / 4 * np.column_stack([np.sin(phase), np.cos(phase)])

    # What lies between two points differs in the last digit with the side it is seen from.
    cleaned = shapely.coverage_clean(list(shapely.transform(finer, moved)))
    geometry = gpd.GeoSeries(cleaned, index=areas.index, crs=areas.crs)
    study = dataclasses.replace(plan.study, areas=areas.set_geometry(geometry))
    return dataclasses.replace(plan, study=study)


def side_by_side(plan: Plan, copies: int) -> Plan:
    """Return a plan of several such counties, each with its own schools, in about a square."""
    if copies == 1:
        return plan
    west, south, east, north = plan.study.areas.total_bounds
    size = (east - west, north - south)
    study = dataclasses.replace(
        plan.study,
        **{
            name: _repeated(getattr(plan.study, name), copies, size)
            for name in ("areas", "barriers", "streets")
        },
    )
    tables = ("sections", "section_years", "section_grades", "area_years", "zones")
    areas, sections = plan.metres.shape
    metres = np.full((areas * copies, sections * copies), np.inf)
    for copy in range(copies):
        row, column = areas * copy, sections * copy
        metres[row : row + areas, column : column + sections] = plan.metres
    return dataclasses.replace(
        plan,
        study=study,
        metres=metres,
        **{name: _repeated(getattr(plan, name), copies, size) for name in tables},
    )


def _repeated(frame: Any, copies: int, size: tuple[float, float]) -> Any:
    """Return a table several times, each time at another place and with keys of its own."""
    made, each_row = [], math.ceil(math.sqrt(copies))
    for copy in range(copies):
        keys = {key: frame[key].where(frame[key].isna(), frame[key].astype(str) + f"-{copy}")
                for key in ("area_id", "section_id", "school_id") if key in frame}  # fmt: skip
        one = frame.assign(**keys)
        if "geometry" in one:
            one = one.set_geometry(
                one.geometry.translate(copy % each_row * size[0], copy // each_row * size[1])
            )
        made.append(one)
    return pd.concat(made, ignore_index=True)


def shown_once(plan: Plan) -> gpd.GeoDataFrame:
    """Return the areas with name and zone, in degrees."""
    zoned = plan.area_years
    of_year = zoned[(zoned["stage"] == STAGE) & (zoned["year"] == plan.years[1])]
    zone = of_year.set_index("area_id")["section_id"]
    areas = plan.study.areas[["area_id", "name", "geometry"]].to_crs(4326)
    return areas.assign(zone=areas["area_id"].map(zone).astype(object).fillna("").astype(str))


def draw_folium(areas: gpd.GeoDataFrame, path: Path, *, on_canvas: bool) -> None:
    """Draw areas as somebody would who knows folium."""
    west, south, east, north = areas.total_bounds
    page = folium.Map(prefer_canvas=on_canvas)
    page.fit_bounds([[south, west], [north, east]])
    colours = ["#b8cfe8", "#f4bfae", "#f3eabf", "#9fdac4", "#f9d0da", "#d6c9ea"]
    folium.GeoJson(
        areas,
        style_function=lambda feature: {
            "fillColor": colours[hash(feature["properties"]["zone"]) % len(colours)],
            "color": "#ffffff",
            "weight": 0.5,
            "fillOpacity": 0.8,
        },
        highlight_function=lambda _feature: {"fillOpacity": 1.0},
        tooltip=folium.GeoJsonTooltip(["name", "zone"]),
    ).add_to(page)
    page.save(path)


def look_at(path: Path, names: list[str]) -> Seen:
    """Open a map, drag it, move the pointer over it, and try some areas at other schools."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        context.route("**/*", _answer)
        page = context.new_page()
        page.set_default_timeout(300_000)
        began = time.perf_counter()
        page.goto(path.as_uri())
        # planner's page unpacks its data first.
        page.wait_for_function(
            "() => !document.getElementById('atlas-data') || 'ready' in document.body.dataset"
        )
        page.screenshot()
        picture = time.perf_counter() - began
        page.evaluate(FRAMES)
        pan, longest_pan = _rate(page, lambda: _drag(page))
        point, longest_point = _rate(page, lambda: _wander(page))
        edit = _edit(page, names)
        browser.close()
    return Seen(picture, pan, point, max(longest_pan, longest_point), edit)


def _edit(page: Any, names: list[str]) -> float:
    """Give areas to another school; return the median time until the page says what follows."""
    if not page.query_selector("#trial-toggle"):
        return float("nan")
    page.click(f"#stages [data-value={STAGE}]")
    page.locator("#slider").fill("1")
    page.click("#trial-toggle")
    took = []
    for name in names:
        page.fill("#search", name)
        page.keyboard.press("Enter")
        took.append(page.evaluate(EDIT))
    return float(statistics.median(took))


def _answer(route: Any) -> None:
    """Answer what is asked for Leaflet itself, refuse all else."""
    address = route.request.url
    if address.startswith("file:"):
        route.continue_()
    elif address.rsplit("/", 1)[-1] in {"leaflet.js", "leaflet.css"}:
        route.fulfill(path=map_assets() / "leaflet" / address.rsplit("/", 1)[-1])
    else:
        route.abort()


def _rate(page: Any, do: Callable[[], None]) -> tuple[float, float]:
    """Return frames per second while something is done, and the longest frame in ms."""
    page.evaluate("() => { window.frames_ = []; }")
    do()
    frames = np.array(page.evaluate("() => window.frames_"))
    if len(frames) < 2:
        return 0.0, np.inf
    each = np.diff(frames)
    return float(1000 * len(each) / each.sum()), float(each.max())


def _drag(page: Any) -> None:
    """Drag the map to and fro."""
    page.mouse.move(800, 450)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(800 + 4 * (step if step < 30 else 60 - step), 450 + step)
    page.mouse.up()
    page.wait_for_timeout(300)


def _wander(page: Any) -> None:
    """Move the pointer across the map."""
    for step in range(120):
        page.mouse.move(500 + 5 * step, 300 + 2 * step)


if __name__ == "__main__":
    main()
