"""Make the study of Seattle's elementary schools from its public sources.

    python tests/studies/seattle/make_seattle.py [SOURCE] [OUT]

SOURCE is the folder with the source files (default: ../shared/data/us_seattle beside the
repository), OUT the folder for the tables (default: data/ beside this script). README.md here
says where every source comes from and under which licence. Same sources, same bytes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE: Final = Path(__file__).resolve().parent
SOURCE: Final = HERE.parents[3] / "shared" / "data" / "us_seattle"

METRES: Final = "EPSG:32610"
"""UTM zone 10 north, in which Seattle lies: every geometry is made on its 1 m grid."""

DEGREES: Final = "EPSG:4326"

BASE_YEAR: Final = 2023
"""School year of the October count in the schools table."""

SLIVER_M2: Final = 20_000.0
"""Below two blocks of Seattle (about 80 m by 120 m each) a part is no neighbourhood."""

SLIVER_WIDTH_METRES: Final = 40.0
"""Below half a block in mean width, a part is two drawings of one border, not a place."""

SLIVER_STREET_METRES: Final = 500.0
"""With less street than this nobody lives in a part: it is water, park or rail yard."""

BORDER_TOLERANCE_METRES: Final = 8.0
"""Borders of areas keep within about half a street's width of the source."""

LINE_TOLERANCE_METRES: Final = 5.0
"""Drawn lines keep within half a street's width; their true length has its own column."""

NUDGE_METRES: Final = 3
"""A junction moves no further than this to keep apart from its neighbours."""

SAME_CAMPUS_METRES: Final = 150.0
"""The coordinates of 2023 have three decimals (about 70 m) and mark the middle of a campus."""

ACROSS_THE_BORDER: Final = ("53033026001", "53033026400", "53033026500")
"""Tracts that go on beyond the district's southern border; all others end there or in water."""

SCHOOL_OF_ZONE: Final = {
    "Broadview-Thomson K-8": "Broadview-Thomson",
    "Bryant": "Bryant Main",
    "Catharine Blaine K-8": "Catharine Blaine",
    "Coe": "Frantz Coe",
    "Concord Int'l": "Concord",
    "Dearborn Park Int'l": "Dearborn Park",
    "Gatzert": "Bailey Gatzert",
    "Hay": "John Hay",
    "MLK Jr.": "Martin Luther King",
    "Madrona K-8": "Madrona",
    "Northgate": "James Baldwin",  # renamed
    "Schmitz Park": "Genesee Hill",  # moved to the Genesee Hill building
    "Van Asselt": "Rising Star",  # renamed
    "West Seattle Elem": "West Seattle",
}
"""School of 2023 that serves a zone of 2015, where the two names differ."""

RECEIVING_SCHOOL: Final = {
    "North Beach": "Viewlands",
    "Sacajawea": "John Rogers",
    "Sanislo": "Highland Park",
    "Stevens": "Montlake",
}
"""The four closures the district proposed in October 2024, and where pupils were to go."""

VACATED: Final = ("Schmitz Park", "Roxhill")
"""Schools that have left the buildings they had in 2015; these can be opened again."""

DOWNTOWN: Final = (-122.3385, 47.6110)
"""A point of our own choice for a school downtown, where there is none."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SourceError(Exception):
    """A source is absent or does not fit the others."""


def main() -> None:
    """Run the script from the command line."""
    arguments = [Path(word) for word in sys.argv[1:3]]
    source, out = (*arguments, *(SOURCE, HERE / "data")[len(arguments) :])
    try:
        print(make_seattle(source, out))
    except SourceError as error:
        sys.exit(f"make_seattle: {error}")


def make_seattle(source: Path, out: Path) -> str:
    """Write every table of the study and return what there is to know about the making.

    Args:
        source: Folder with the source files.
        out: Folder for the tables; files of the same names are replaced.

    Raises:
        SourceError: The folder is absent, or sources contradict one another.
    """
    if not source.is_dir():
        raise SourceError(
            f"{source} is not there. Name the folder with Seattle's source files as first word."
        )
    network = read_network(source)
    areas, joined = cut_areas(source, network)
    residents = share_children(source, areas)
    schools = read_schools(source)
    sites = read_sites(source)
    streets, dropped_share = contract_streets(network)

    out.mkdir(parents=True, exist_ok=True)
    _write_areas(areas, schools, out)
    _write_csv(residents, out / "residents.csv")
    _write_schools(schools, out)
    _write_csv(sites, out / "sites.csv")
    _write_zones(areas, schools, out)
    streets.to_parquet(out / "streets.parquet", compression="zstd", index=False)
    return (
        f"{len(areas)} areas ({joined} slivers joined to neighbours), {len(schools)} schools, "
        f"{len(streets)} street segments of {streets['length_metres'].sum() / 1000:.1f} km "
        f"({dropped_share:.2%} of the source's length hung on no other street)."
    )


# ---------------------------------------------------------------- the street network as it comes


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Streets as in the source: a node at every bend.

    Lengths are whole centimetres, as the source has them, so that sums along a street are exact.
    """

    x: Floats
    y: Floats
    tail: Ints
    head: Ints
    centimetres: Ints


def read_network(source: Path) -> Network:
    """Read nodes and edges, in metres of UTM zone 10."""
    nodes = pd.read_parquet(source / "roads_nodes.parquet")
    edges = pd.read_parquet(source / "roads_edges.parquet")
    if not (nodes["node"].to_numpy() == np.arange(len(nodes))).all():
        raise SourceError("roads_nodes.parquet does not number its nodes 0, 1, 2 and so on.")
    to_metres = Transformer.from_crs(DEGREES, METRES, always_xy=True)
    x, y = to_metres.transform(nodes["lon"].to_numpy(), nodes["lat"].to_numpy())
    return Network(
        x=x,
        y=y,
        tail=edges["u"].to_numpy(dtype=np.int64),
        head=edges["v"].to_numpy(dtype=np.int64),
        centimetres=np.rint(edges["length_m"].to_numpy(dtype=np.float64) * 100).astype(np.int64),
    )


# ---------------------------------------------------------------- areas: tracts cut by zones


def cut_areas(source: Path, network: Network) -> tuple[gpd.GeoDataFrame, int]:
    """Cut the census tracts by the zones of 2015 into areas of one tract and one zone each.

    Both sets of borders are drawn into one net on the 1 m grid, so that neighbours share their
    vertices. Parts too small, too thin or too streetless to be lived in, and parts outside
    every tract, join the neighbour in their zone with which they share the longest border;
    zones therefore keep their borders. All borders are simplified together.

    Returns:
        Areas (area_id, name, zone, GEOID, street_metres, geometry), and the slivers joined.
    """
    zones = gpd.read_file(source / "zones_2015_ES.geojson").to_crs(METRES)
    tracts = gpd.read_file(source / "census_tracts_2010_seattle.gpkg").to_crs(METRES)
    parts = _parts(zones, tracts, network)
    too_small = (
        (parts.area < SLIVER_M2)
        | (2 * parts.area / parts.length < SLIVER_WIDTH_METRES)
        | (parts["street_metres"] < SLIVER_STREET_METRES)
        | parts["GEOID"].isna()
    )
    parts["owner"] = _owners(parts, too_small.to_numpy())
    areas = parts.loc[parts["owner"] == parts.index, ["zone", "GEOID", "tract"]].copy()
    areas["street_metres"] = parts.groupby("owner")["street_metres"].sum()
    shapes = parts.groupby("owner")["geometry"].agg(shapely.coverage_union_all)
    areas = gpd.GeoDataFrame(areas, geometry=gpd.GeoSeries(shapes, crs=METRES))
    areas = areas.sort_values(["GEOID", "zone", "street_metres"], ascending=[True, True, False])
    areas["geometry"] = shapely.normalize(
        shapely.coverage_simplify(areas.geometry.to_numpy(), BORDER_TOLERANCE_METRES)
    )
    return _named(areas).reset_index(drop=True), int(too_small.sum())


def _parts(zones: gpd.GeoDataFrame, tracts: gpd.GeoDataFrame, network: Network) -> gpd.GeoDataFrame:
    """Return the faces of the net of both sets of borders, each with zone, tract and streets."""
    borders = np.concatenate([zones.boundary.to_numpy(), tracts.boundary.to_numpy()])
    net = shapely.unary_union(borders, grid_size=1.0)
    faces = shapely.normalize(np.array(shapely.polygonize(shapely.get_parts(net)).geoms))
    parts = gpd.GeoDataFrame(geometry=faces, crs=METRES)
    inner = parts.geometry.representative_point()
    parts["zone"] = zones["ES_ZONE"].reindex(_holder(inner, zones)).to_numpy()
    parts["GEOID"] = tracts["GEOID"].reindex(_holder(inner, tracts)).to_numpy()
    parts["tract"] = tracts["name"].reindex(_holder(inner, tracts)).to_numpy()
    # Zones end at the water front, tracts in the middle of the lake: what no zone holds is water.
    parts = parts[parts["zone"].notna()].reset_index(drop=True)
    middle = shapely.points(
        (network.x[network.tail] + network.x[network.head]) / 2,
        (network.y[network.tail] + network.y[network.head]) / 2,
    )
    part, edge = shapely.STRtree(middle).query(parts.geometry.to_numpy(), predicate="contains")
    metres = np.bincount(part, weights=network.centimetres[edge] / 100, minlength=len(parts))
    return parts.assign(street_metres=metres)


def _holder(points: gpd.GeoSeries, polygons: gpd.GeoDataFrame) -> Ints:
    """Return for each point the row of the polygon that holds it, -1 for none."""
    rows = np.full(len(points), -1, dtype=np.int64)
    point, polygon = shapely.STRtree(polygons.geometry.to_numpy()).query(
        points.to_numpy(), predicate="intersects"
    )
    rows[point] = polygon
    return rows


def _owners(parts: gpd.GeoDataFrame, sliver: NDArray[np.bool_]) -> Ints:
    """Return for each part the row of the part it belongs to, its own where it is no sliver."""
    shapes = parts.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="touches")
    same_zone = parts["zone"].to_numpy()[one] == parts["zone"].to_numpy()[other]
    one, other = one[same_zone], other[same_zone]
    shared = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    owner = np.where(sliver, -1, np.arange(len(parts)))
    while (owner < 0).any():
        open_border = (owner[one] < 0) & (owner[other] >= 0) & (shared > 0)
        if not open_border.any():
            lost = ", ".join(sorted(set(parts["zone"].to_numpy()[owner < 0])))
            raise SourceError(f"A part of these zones touches no area of the zone: {lost}.")
        best = int(np.argmax(np.where(open_border, shared, -1.0)))
        owner[one[best]] = owner[other[best]]
    return owner


def _named(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give areas a key and a name by tract and zone, numbered where a tract's part is divided."""
    number = areas.groupby(["GEOID", "zone"]).cumcount() + 1
    again = number > 1
    tract = areas["tract"].str.extract(r"Census (Tract [\d.]+)", expand=False)
    key = areas["GEOID"].str[-6:] + "-" + areas["zone"].map(_key)
    name = tract + " " + areas["zone"]
    return areas.assign(
        area_id=key.where(~again, key + "-" + number.astype(str)),
        name=name.where(~again, name + " " + number.astype(str)),
    )


def _key(name: str) -> str:
    """Return a name as a key: lower case, hyphens, nothing else."""
    return re.sub(r"[^a-z0-9]+", "-", name.replace(".", "").replace("'", "").lower()).strip("-")


# ---------------------------------------------------------------- children of tracts to areas


def share_children(source: Path, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share each tract's children out to its areas by the length of street in them.

    Streets stand in for homes (a dasymetric method: people live along streets, not evenly over
    land). Shares are rounded to hundredths of a child, as the source has them, so that the
    areas of a tract add up to the tract exactly. Of a tract that goes on beyond the district,
    only the children of its share of land within the district are counted.
    """
    counted = pd.read_csv(
        source / "king_county_tract_children_2000_2019.csv", dtype={"GEOID": str}
    ).melt(["GEOID", "Year"], var_name="ages", value_name="children")
    tracts = set(gpd.read_file(source / "census_tracts_2010_seattle.gpkg")["GEOID"])
    without_area = sorted((tracts & set(counted["GEOID"])) - set(areas["GEOID"]))
    if without_area:
        raise SourceError(f"No area is left of tract {', '.join(without_area)}.")
    inside = counted["GEOID"].map(_shares_inside(source)).fillna(1.0)
    counted["hundredths"] = (counted["children"] * inside * 100).round().astype(np.int64)
    shared = counted.merge(areas[["GEOID", "area_id", "street_metres"]], on="GEOID")
    for _, tract in shared.groupby(["GEOID", "Year", "ages"]):
        parts = _shared_out(int(tract["hundredths"].iloc[0]), tract["street_metres"].to_numpy())
        shared.loc[tract.index, "residents"] = parts / 100
    shared[["age_from", "age_to"]] = shared["ages"].str.split("-", expand=True).astype(np.int64)
    shared = shared.rename(columns={"Year": "year"})
    columns = ["area_id", "year", "age_from", "age_to", "residents"]
    return shared[columns].sort_values(columns[:3], ignore_index=True)


def _shares_inside(source: Path) -> dict[str, float]:
    """Return the share of land within the district of each tract that goes on beyond it."""
    district = gpd.read_file(source / "zones_2015_ES.geojson").to_crs(METRES).union_all()
    tracts = gpd.read_file(source / "census_tracts_2010_seattle.gpkg").to_crs(METRES)
    shapes = tracts.set_index("GEOID").geometry[list(ACROSS_THE_BORDER)]
    return dict(shapes.intersection(district).area / shapes.area)


def _shared_out(total: int, weights: Floats) -> Ints:
    """Divide a whole number by weights into whole numbers that add up to it."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    neediest = np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]
    shares: Ints = whole + np.isin(np.arange(len(whole)), neediest)
    return shares


# ---------------------------------------------------------------- schools, sections, sites


def read_schools(source: Path) -> pd.DataFrame:
    """Return the schools of 2023 with seats, pupils, zone of 2015 (empty: none) and point.

    Points are those of the district's site file of 2015 where a school has kept its campus,
    else those of the table of 2023.
    """
    facts = pd.read_csv(source / "elementary_schools_2023.csv")
    zones = gpd.read_file(source / "zones_2015_ES.geojson")["ES_ZONE"]
    zone_of = {SCHOOL_OF_ZONE.get(zone, zone): zone for zone in zones}
    unknown = sorted(set(zone_of) - set(facts["school"]))
    if unknown:
        raise SourceError(f"No school of 2023 serves the zone of {', '.join(unknown)}.")
    schools = facts[["school", "building", "region", "k_8", "capacity", "enrollment"]].copy()
    schools["zone"] = schools["school"].map(zone_of)
    schools["school_id"] = schools["school"].map(_key)
    schools["section_id"] = schools["school_id"] + "-elementary"
    points = gpd.GeoSeries(gpd.points_from_xy(facts["longitude"], facts["latitude"]), crs=DEGREES)
    places = _surveyed(points, gpd.read_file(source / "sps_school_site_2015_2016.geojson"))
    schools["longitude"], schools["latitude"] = places.x.round(6), places.y.round(6)
    return schools.sort_values("school_id", ignore_index=True)


def _surveyed(points: gpd.GeoSeries, sites: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Move each point to the site of 2015 on the same campus; a site takes its nearest point."""
    here, there = points.to_crs(METRES).to_numpy(), sites.to_crs(METRES).geometry.to_numpy()
    apart = shapely.distance(here[:, None], there[None, :])
    nearest = apart.argmin(axis=1)
    mutual = apart.argmin(axis=0)[nearest] == np.arange(len(here))
    same = mutual & (apart.min(axis=1) <= SAME_CAMPUS_METRES)
    moved = sites.geometry.to_numpy()[nearest]
    return gpd.GeoSeries(np.where(same, moved, points.to_numpy()), crs=DEGREES)


def read_sites(source: Path) -> pd.DataFrame:
    """Return the places where a school could open: two vacated buildings and downtown."""
    sites = gpd.read_file(source / "sps_school_site_2015_2016.geojson").set_index("PROPERTY_L")
    rows = [
        (f"{_key(name)}-building", f"{name} building, vacated", point.x, point.y)
        for name, point in sites.geometry.reindex(VACATED).items()
    ]
    rows.append(("downtown", "Downtown, a point of our choice", *DOWNTOWN))
    table = pd.DataFrame(rows, columns=["site_id", "name", "longitude", "latitude"])
    table.insert(2, "stages", "elementary")
    return table.round(6)


# ---------------------------------------------------------------- streets from bends to junctions


def contract_streets(network: Network) -> tuple[gpd.GeoDataFrame, float]:
    """Return the largest connected piece of the network, one segment per pair of junctions.

    A segment's length is the sum of the lengths it replaces, to the centimetre; its line is
    simplified for drawing. A street that returns to the junction it left keeps a junction
    halfway, so that every segment has two different ends.

    Returns:
        Streets (street_id, length_metres, geometry) and the share of length that was dropped.
    """
    edges, dropped_share = _one_piece(network)
    chains = list(_chains(edges))
    ends = np.unique([node for chain in chains for node in (chain.nodes[0], chain.nodes[-1])])
    grid = _on_the_grid(np.column_stack([network.x, network.y]), ends)
    lines = shapely.linestrings(
        np.concatenate([grid[chain.nodes] for chain in chains]),
        indices=np.repeat(np.arange(len(chains)), [len(chain.nodes) for chain in chains]),
    )
    lines = shapely.simplify(lines, LINE_TOLERANCE_METRES, preserve_topology=False)
    streets = gpd.GeoDataFrame(
        {
            "street_id": [f"s{number}" for number in range(len(chains))],
            "length_metres": np.array([chain.centimetres for chain in chains]) / 100,
        },
        geometry=lines,
        crs=METRES,
    )
    return streets, dropped_share


def _one_piece(network: Network) -> tuple[pd.DataFrame, float]:
    """Return the edges of the largest piece, without length 0 and doubles; tail below head."""
    # Two nodes 0 cm apart are one: a segment must have a length.
    place = _pieces(network.tail, network.head, network.centimetres == 0, len(network.x))
    first = np.full(len(network.x), len(network.x))
    np.minimum.at(first, place, np.arange(len(network.x)))
    tail, head = first[place[network.tail]], first[place[network.head]]
    table = pd.DataFrame(
        {
            "tail": np.minimum(tail, head),
            "head": np.maximum(tail, head),
            "centimetres": network.centimetres,
        }
    )
    edges = table[table["tail"] != table["head"]].groupby(["tail", "head"], as_index=False).min()
    every = np.ones(len(edges), dtype=bool)
    piece = _pieces(edges["tail"], edges["head"], every, len(network.x))[edges["tail"]]
    metres = np.bincount(piece, weights=edges["centimetres"])
    kept = edges[piece == metres.argmax()].reset_index(drop=True)
    return kept, float(1 - metres.max() / metres.sum())


def _pieces(tail: Any, head: Any, used: NDArray[np.bool_], nodes: int) -> Ints:
    """Return for each node the connected piece it belongs to, over the edges that are used."""
    ends = (np.asarray(tail)[used], np.asarray(head)[used])
    graph = coo_array((np.ones(used.sum()), ends), shape=(nodes, nodes))
    piece: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return piece


@dataclass(frozen=True, slots=True)
class Chain:
    """A street from junction to junction: the nodes it passes and its length."""

    nodes: list[int]
    centimetres: int


def _chains(edges: pd.DataFrame) -> Iterator[Chain]:
    """Walk every street from junction to junction, each once."""
    near: dict[int, list[tuple[int, int]]] = {}
    for tail, head, length in edges.itertuples(index=False):
        near.setdefault(tail, []).append((head, length))
        near.setdefault(head, []).append((tail, length))
    walked: set[tuple[int, int]] = set()
    for start in sorted(node for node, next_to in near.items() if len(next_to) != 2):
        for step, length in near[start]:
            if (start, step) in walked:
                continue
            nodes, lengths = [start, step], [length]
            while len(near[nodes[-1]]) == 2:
                to_left, to_right = near[nodes[-1]]
                onward = to_right if to_left[0] == nodes[-2] else to_left
                nodes.append(onward[0])
                lengths.append(onward[1])
            # The last step backwards is the first step of the same street from its other end.
            walked.add((nodes[-1], nodes[-2]))
            yield from _two_ended(nodes, lengths)


def _two_ended(nodes: list[int], lengths: list[int]) -> Iterator[Chain]:
    """Yield a street as it is, or in two halves where it returns to its own beginning."""
    if nodes[0] != nodes[-1]:
        yield Chain(nodes, sum(lengths))
        return
    halfway = int(np.abs(np.cumsum(lengths[:-1]) * 2 - sum(lengths)).argmin()) + 1
    yield Chain(nodes[: halfway + 1], sum(lengths[:halfway]))
    yield Chain(nodes[halfway:], sum(lengths[halfway:]))


def _on_the_grid(points: Floats, junctions: Ints) -> Floats:
    """Round points to whole metres, with every two junctions more than a metre apart.

    Whoever reads streets takes ends within a metre of one another for one junction; lengths
    stay exact only where that joins nothing that the source keeps apart.
    """
    grid = np.rint(points)
    reach = range(-NUDGE_METRES, NUDGE_METRES + 1)
    steps = sorted(((east, north) for east in reach for north in reach), key=lambda s: np.hypot(*s))
    taken: set[tuple[int, int]] = set()
    for junction in junctions:
        x, y = round(grid[junction, 0]), round(grid[junction, 1])
        free = (
            (x + east, y + north)
            for east, north in steps
            if taken.isdisjoint(_within_a_metre(x + east, y + north))
        )
        place = next(free, None)
        if place is None:
            raise SourceError(f"Too many junctions lie within metres of {x}, {y} (UTM zone 10).")
        grid[junction] = place
        taken.add(place)
    return grid


def _within_a_metre(x: int, y: int) -> tuple[tuple[int, int], ...]:
    """Return a place on the grid and its four neighbours."""
    return (x, y), (x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)


# ---------------------------------------------------------------- the tables as files


def _write_areas(areas: gpd.GeoDataFrame, schools: pd.DataFrame, out: Path) -> None:
    """Write the areas, each in the region of its zone's school."""
    region = schools.dropna(subset="zone").set_index("zone")["region"]
    table = areas.assign(township=areas["zone"].map(region), setting="city")
    # The format stamps the time of writing, which would change the bytes at every run.
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2023-09-01T00:00:00Z"})
    path = out / "areas.gpkg"
    path.unlink(missing_ok=True)
    try:
        table[["area_id", "name", "township", "setting", "geometry"]].to_file(path, layer="areas")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_schools(schools: pd.DataFrame, out: Path) -> None:
    """Write schools, their elementary sections and the count of 2023."""
    kinds = {"K-5": "primary", "K-8": "nine_year"}
    table = schools.assign(
        name=schools["school"],
        kind=schools["k_8"].map(kinds),
        setting="city",
        township=schools["region"],
    )
    columns = ["school_id", "name", "kind", "setting", "township", "longitude", "latitude"]
    _write_csv(table[columns], out / "schools.csv")
    sections = schools.assign(
        stage="elementary",
        seats=schools["capacity"],
        intake=np.where(schools["zone"].isna(), "county", "zone"),
    )
    _write_csv(
        sections[["section_id", "school_id", "stage", "seats", "intake"]], out / "sections.csv"
    )
    rolls = schools.assign(year=BASE_YEAR, pupils=schools["enrollment"])
    _write_csv(rolls[["section_id", "year", "pupils"]], out / "rolls.csv")


def _write_zones(areas: gpd.GeoDataFrame, schools: pd.DataFrame, out: Path) -> None:
    """Write the zones of 2015, and those of the closures proposed in 2024."""
    section_of = schools.set_index("school")["section_id"]
    school_of = schools.dropna(subset="zone").set_index("zone")["school"]
    serving = areas["zone"].map(school_of)
    for file, school in (
        ("zones.csv", serving),
        ("zones_closures_2024.csv", serving.replace(RECEIVING_SCHOOL)),
    ):
        zones = areas[["area_id"]].assign(stage="elementary", section_id=school.map(section_of))
        _write_csv(zones, out / file)


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 with plain line ends, whatever the machine."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main()
