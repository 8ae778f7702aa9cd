from __future__ import annotations

from typing import Any

import pytest

from planner.reading.osm_tags import COLUMNS, barrier_kind, street_cells


def told(**tags: str) -> dict[str, Any]:
    """Return what tags say, a colon in a key written as two underscores; silence left out."""
    cells = street_cells({key.replace("__", ":"): value for key, value in tags.items()})
    return {name: cell for name, cell in zip(COLUMNS, cells, strict=True) if cell is not None}


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({}, None),
        ({"access": "private"}, False),
        ({"access": "private", "foot": "yes"}, True),
        ({"access": "agricultural"}, None),
        ({"foot": "no"}, False),
        ({"motorroad": "yes"}, False),
        ({"motorroad": "yes", "foot": "designated"}, True),
        ({"access": "yes", "highway": "motorway"}, None),  # open to all: as the class is
    ],
)
def test_the_most_particular_tag_says_who_may_walk(
    tags: dict[str, str], walkable: bool | None
) -> None:
    assert told(**tags).get("walkable") is walkable


def test_a_street_closed_to_cars_may_be_open_to_buses_and_bicycles() -> None:
    said = told(highway="pedestrian", vehicle="no", bus="yes", bicycle="yes")
    assert (said["drivable"], said["cyclable"]) == (True, True)
    assert told(motor_vehicle="no")["drivable"] is False
    assert told(vehicle="no")["cyclable"] is False


@pytest.mark.parametrize(
    ("tags", "wheels", "cycles", "feet"),
    [
        ({"oneway": "yes"}, "forward", None, None),
        ({"oneway": "-1"}, "backward", None, None),
        ({"junction": "roundabout"}, "forward", None, None),
        ({"highway": "motorway"}, "forward", None, None),
        ({"highway": "motorway", "oneway": "no"}, None, None, None),
        ({"oneway": "yes", "oneway__bicycle": "no"}, "forward", "both", None),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, "forward", "both", None),
        ({"oneway": "yes", "oneway__foot": "yes"}, "forward", None, "forward"),
        ({"foot__backward": "no"}, None, None, "forward"),
        ({"highway": "steps", "oneway": "yes"}, "forward", None, "forward"),
        ({"highway": "residential", "oneway": "yes"}, "forward", None, None),
    ],
)
def test_walkers_heed_a_one_way_street_only_where_it_is_for_them(
    tags: dict[str, str], wheels: str | None, cycles: str | None, feet: str | None
) -> None:
    said = told(**tags)
    assert said.get("direction") == wheels
    assert said.get("cycle_direction") == cycles
    assert said.get("foot_direction") == feet


@pytest.mark.parametrize(
    ("limit", "kmh"),
    [("30", 30.0), ("20 mph", 20 * 1.609344), ("CN:urban", None), ("none", None), ("0", None)],
)
def test_a_speed_limit_is_read_in_kmh(limit: str, kmh: float | None) -> None:
    assert told(maxspeed=limit).get("speed_kmh") == kmh


@pytest.mark.parametrize(
    ("tags", "crosses"),
    [
        ({"bridge": "viaduct"}, "bridge"),
        ({"tunnel": "yes"}, "tunnel"),
        ({"tunnel": "building_passage"}, None),
        ({"bridge": "no"}, None),
        ({"highway": "footway", "footway": "crossing"}, "crossing"),
    ],
)
def test_bridges_tunnels_and_crossings_lead_over_barriers(
    tags: dict[str, str], crosses: str | None
) -> None:
    assert told(**tags).get("crosses") == crosses


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "rail"}, "railway"),
        ({"railway": "rail", "bridge": "yes"}, ""),  # one walks below it
        ({"railway": "abandoned"}, ""),
        ({"waterway": "river"}, "river"),
        ({"waterway": "stream"}, ""),
        ({"highway": "motorway_link"}, "motorway"),
        ({"highway": "trunk"}, "trunk_road"),
        ({"highway": "trunk", "tunnel": "yes"}, ""),
        ({"highway": "primary"}, ""),
    ],
)
def test_railways_rivers_and_fast_roads_are_barriers_where_they_are_on_the_ground(
    tags: dict[str, str], kind: str
) -> None:
    assert barrier_kind(tags) == kind
