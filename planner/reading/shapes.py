"""Find where things are: shapes of a file, shapes written as text, or pairs of coordinates."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

from planner.reading.coordinates import CHINESE_SYSTEMS, shapes_to_wgs84
from planner.reading.findings import Finding, Severity, Words
from planner.reading.values import as_text, read_cells
from planner.tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planner.norms import Norms
    from planner.reading.files import Sheet
    from planner.reading.settings import Entry

__all__ = ["GEOMETRY", "local_metres", "read_shapes", "to_degrees"]

GEOMETRY: Final = "geometry"
WGS84: Final = CRS.from_epsg(4326)
COORDINATE: Final = Column(
    table="", name="", kind="number", required=False, unit="", zh="", meaning="", allowed=()
)
POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class _Found(NamedTuple):
    """Shapes as found, and the coordinate system the file itself declares."""

    shapes: NDArray[Any]
    crs: CRS | None


def read_shapes(
    sheet: Sheet, places: Mapping[str, int], entry: Entry, norms: Norms
) -> tuple[gpd.GeoSeries | None, list[Finding]]:
    """Return the shapes of a sheet with their coordinate system, WGS 84 for GCJ-02 and BD-09.

    Args:
        sheet: The rows as they stand.
        places: Positions of columns with longitude and latitude, x and y, or shapes as text.
        entry: What study.toml says about the file, above all its coordinate system.
        norms: Needed to read numbers as all other numbers are read.
    """
    findings: list[Finding] = []
    found = _find(sheet, places, norms, findings)
    if found is None:
        return None, findings
    shapes = _repaired(sheet, shapely.force_2d(_single(found.shapes)), findings)
    if entry.crs.upper() in CHINESE_SYSTEMS:
        placed = gpd.GeoSeries(shapes, crs=found.crs or WGS84).to_crs(WGS84)
        moved = shapes_to_wgs84(placed.to_numpy(), entry.crs)
        return gpd.GeoSeries(moved, crs=WGS84), findings
    crs = _declared(sheet, found.crs, entry, findings)
    if crs is None:
        return None, findings
    findings += _off_the_globe(sheet, shapes, crs)
    return gpd.GeoSeries(shapes, crs=crs), findings


@cache
def to_degrees(crs: CRS) -> Transformer:
    """Return what turns coordinates of a system into longitudes and latitudes of WGS 84.

    Each system is looked up once: the database of systems takes its time.
    """
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def local_metres(areas: gpd.GeoSeries) -> CRS:
    """Return the UTM zone in whose middle strip most areas lie, good enough for one county."""
    degrees = shapely.bounds(areas.to_crs(WGS84).to_numpy())
    degrees = degrees[np.isfinite(degrees).all(axis=1)]
    lon, lat = np.median((degrees[:, :2] + degrees[:, 2:]) / 2.0, axis=0)
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return CRS.from_epsg((32_600 if lat >= 0 else 32_700) + zone)


def _find(
    sheet: Sheet, places: Mapping[str, int], norms: Norms, findings: list[Finding]
) -> _Found | None:
    """Return shapes from wherever the sheet holds them."""
    if sheet.shapes is not None:
        return _Found(sheet.shapes, sheet.crs)
    if GEOMETRY in places:
        return _Found(_from_text(sheet, places[GEOMETRY], findings), None)
    for pair, crs in ((("longitude", "latitude"), WGS84), (("x", "y"), None)):
        if all(name in places for name in pair):
            east, north = (_numbers(sheet, places[name], norms, findings) for name in pair)
            known = ~(np.isnan(east) | np.isnan(north))
            shapes = np.full(len(east), None, dtype=object)
            shapes[known] = shapely.points(east[known], north[known])
            return _Found(shapes, crs)
    findings.append(
        sheet.source.finding(
            Words("it does not say where things are.", "文件没有位置信息。"),
            Words(
                "Add columns 'longitude' and 'latitude', or give a file with shapes (.gpkg).",
                "请补充“经度”“纬度”两列，或提供带图形的文件（.gpkg）。",
            ),
        )
    )
    return None


def _from_text(sheet: Sheet, position: int, findings: list[Finding]) -> NDArray[Any]:
    """Return shapes written as well-known text."""
    texts = as_text(sheet.cells[position])
    shapes = shapely.from_wkt(texts.where(texts != "", None).to_numpy(object), on_invalid="ignore")
    unread = shapely.is_missing(shapes) & (texts != "").to_numpy()
    if unread.any():
        findings.append(
            sheet.source.finding(
                Words("the shape cannot be read.", "图形无法读取。"),
                Words("Write it as WKT, such as POINT (102.7 24.3).", "请用WKT书写图形。"),
                rows=tuple(sheet.rows[unread].tolist()),
                column=sheet.headings[position],
            )
        )
    return np.asarray(shapes, dtype=object)


def _numbers(
    sheet: Sheet, position: int, norms: Norms, findings: list[Finding]
) -> NDArray[np.float64]:
    """Return one column of coordinates."""
    cells = read_cells(COORDINATE, sheet.cells[position], norms)
    findings += [
        sheet.source.finding(
            problem.what.about(sheet.cells[position][problem.cells]),
            Words("Write decimal degrees or metres.", "请填十进制度数或米。"),
            rows=tuple(sheet.rows[problem.cells].tolist()),
            column=sheet.headings[position],
        )
        for problem in cells.problems
    ]
    return cells.typed.to_numpy(dtype=float, na_value=np.nan)


def _single(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return collections that hold one part as that part; files often wrap single shapes."""
    kinds = shapely.get_type_id(shapes)
    wrapped = (kinds >= shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    single = np.asarray(shapes, dtype=object).copy()
    single[wrapped] = shapely.get_geometry(single[wrapped], 0)
    lines = shapely.get_type_id(single) == shapely.GeometryType.MULTILINESTRING
    single[lines] = shapely.line_merge(single[lines])
    return single


def _repaired(sheet: Sheet, shapes: NDArray[Any], findings: list[Finding]) -> NDArray[Any]:
    """Return the shapes with polygons that cross themselves put right, and say so."""
    wrong = np.isin(shapely.get_type_id(shapes), POLYGONS) & ~shapely.is_valid(shapes)
    if not wrong.any():
        return shapes
    made = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    sound = np.isin(shapely.get_type_id(made), POLYGONS) & (shapely.area(made) > 0)
    places, reasons = np.flatnonzero(wrong), shapely.is_valid_reason(shapes[wrong])
    repaired = Words(
        "It was repaired for this run; repair it in the file too ('Fix geometries').",
        "本次计算已自动修复；请同时在文件中修复（“修复几何图形”）。",
    )
    redraw = Words("Draw the polygon again.", "请重新绘制该图形。")
    findings += [
        sheet.source.finding(
            Words("the polygon is invalid: {values}.", "图形无效：{values}。").about(
                reasons[chosen]
            ),
            remedy,
            rows=tuple(sheet.rows[places[chosen]].tolist()),
            severity=severity,
            kind="repaired" if severity == Severity.WARNING else "",
        )
        for severity, chosen, remedy in (
            (Severity.WARNING, sound, repaired),
            (Severity.ERROR, ~sound, redraw),
        )
        if chosen.any()
    ]
    mended = shapes.copy()
    mended[places[sound]] = made[sound]
    return mended


def _declared(sheet: Sheet, own: CRS | None, entry: Entry, findings: list[Finding]) -> CRS | None:
    """Return the coordinate system that file and study.toml agree on."""
    said = CRS.from_user_input(entry.crs) if entry.crs else None
    if own is None and said is None:
        findings.append(
            sheet.source.finding(
                Words("it does not say its coordinate system.", "文件没有注明坐标系。"),
                Words(
                    f'Name it in study.toml: {{ file = "{entry.file}", crs = "EPSG:4490" }}.',
                    f'请在study.toml中注明：{{ file = "{entry.file}", crs = "EPSG:4490" }}。',
                ),
            )
        )
        return None
    if own is None or said is None or sheet.shapes is None:
        return said or own
    if not own.equals(said, ignore_axis_order=True):
        findings.append(
            sheet.source.finding(
                Words(
                    f"it says {own.name}, study.toml says {said.name}.",
                    f"文件的坐标系是{own.name}，study.toml写的是{said.name}。",
                ),
                Words(
                    "Remove `crs` from study.toml, or correct the file.",
                    "请从study.toml删去crs，或更正文件。",
                ),
            )
        )
        return None
    return own


def _off_the_globe(sheet: Sheet, shapes: NDArray[Any], crs: CRS) -> list[Finding]:
    """Return places whose degrees do not exist, most often swapped ones."""
    if not crs.is_geographic:
        return []
    west, south, east, north = shapely.bounds(shapes).T
    off = (west < -180) | (east > 180) | (south < -90) | (north > 90)
    if not off.any():
        return []
    return [
        sheet.source.finding(
            Words("there is no such latitude or longitude.", "经纬度超出范围。"),
            Words(
                "Longitude and latitude may be swapped, or these are metres: name their `crs`.",
                "可能是经度与纬度颠倒，或数值以米为单位（请注明crs）。",
            ),
            rows=tuple(sheet.rows[off].tolist()),
        )
    ]
