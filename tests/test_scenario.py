"""A scenario says only what differs, and is refused in sentences where it is wrong."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.errors import ScenarioError
from planner.scenario import Scenario, read_scenario, settings_of

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = re.compile("[\u4e00-\u9fff]")


def write(folder: Path, **files: str) -> Path:
    """Write scenario files and return their folder."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, name: str) -> tuple[str, ...]:
    """Return the sentences with which a scenario is refused, each of which is Chinese as well."""
    with pytest.raises(ScenarioError) as refused:
        read_scenario(folder, name)
    for said in refused.value.said("zh"):
        assert CHINESE.search(said), said
        assert not said.endswith("."), said
    return refused.value.faults


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    read = read_scenario(write(tmp_path, baseline=""), "baseline")
    assert read == Scenario(name="baseline", files=("baseline.toml",))


def test_a_scenario_takes_what_it_does_not_say_from_the_one_it_extends(tmp_path: Path) -> None:
    write(
        tmp_path,
        baseline='[births]\nvariant = "low"\n[zones]\nyears_ahead = 5\n',
        redrawn='extends = "baseline"\n[zones]\nmethod = "redraw"\n',
    )
    read = read_scenario(tmp_path, "redrawn")
    assert (read.births.variant, read.zones.method, read.zones.years_ahead) == ("low", "redraw", 5)


def test_every_change_is_told_old_to_new_and_from_which_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        baseline="[zones]\nyears_ahead = 5\n",
        later='extends = "baseline"\n[zones]\nyears_ahead = 6\n[projects.P1]\ndelay_years = 1\n',
    )
    told = [(c.setting, c.old, c.new, c.file) for c in read_scenario(tmp_path, "later").changes]
    assert told == [
        ("zones.years_ahead", "3", "5", "baseline.toml"),
        ("zones.years_ahead", "5", "6", "later.toml"),
        ("projects.P1.delay_years", "–", "1", "later.toml"),
    ]


def test_saying_what_already_holds_is_no_change(tmp_path: Path) -> None:
    write(tmp_path, baseline='[births]\nvariant = "medium"\n')
    assert read_scenario(tmp_path, "baseline").changes == ()


def test_a_misspelt_setting_is_refused_with_the_nearest_known_one(tmp_path: Path) -> None:
    faults = faults_of(write(tmp_path, draft="[zones]\nmethd = 'redraw'\n"), "draft")
    assert faults == ("scenarios/draft.toml: [zones] has no 'methd'. Did you mean 'method'?",)


def test_all_faults_of_a_chain_come_together(tmp_path: Path) -> None:
    write(
        tmp_path,
        base='[zons]\nmethod = "redraw"\n[births]\nlow = -1\n',
        top='extends = "base"\n[seats]\noverflow = "crowded"\n[years]\nfirst = "2024"\n',
    )
    assert faults_of(tmp_path, "top") == (
        "scenarios/base.toml: there is no [zons]. Did you mean 'zones'?",
        "scenarios/base.toml: [births] low must be at least 0, found -1.",
        "scenarios/top.toml: [seats] overflow must be one of crowd, unseated, nearest; "
        "found 'crowded'. Did you mean 'crowd'?",
        "scenarios/top.toml: [years] first must be a whole number, found '2024'.",
    )


def test_a_scenario_that_extends_itself_is_refused_with_the_circle(tmp_path: Path) -> None:
    write(tmp_path, a='extends = "b"\n', b='extends = "a"\n')
    (fault,) = faults_of(tmp_path, "a")
    assert "a → b → a" in fault
    assert "Remove one `extends`" in fault


def test_an_unknown_scenario_is_refused_with_those_there_are(tmp_path: Path) -> None:
    write(tmp_path, baseline="", new_school="")
    (fault,) = faults_of(tmp_path, "new_shcool")
    assert "Did you mean 'new_school'?" in fault
    assert "There are: baseline, new_school." in fault


def test_extending_what_is_not_there_names_both_files(tmp_path: Path) -> None:
    write(tmp_path, late='extends = "basline"\n', baseline="")
    (fault,) = faults_of(tmp_path, "late")
    assert fault.startswith("scenarios/late.toml extends 'basline', which is not a scenario")


def test_text_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults_of(write(tmp_path, broken="[zones\n"), "broken")
    assert "scenarios/broken.toml is not valid TOML" in fault
    assert "line 1" in fault


def test_a_measure_says_what_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, build='[[measures]]\nid = "M1"\nkind = "new"\nsection = "S9"\n')
    assert faults_of(tmp_path, "build") == (
        "scenarios/build.toml: [[measures]] no. 1 lacks `stage`.",
        "scenarios/build.toml: [[measures]] no. 1 lacks `site`.",
        "scenarios/build.toml: [[measures]] no. 1 lacks `hand_over`, such as hand_over = "
        "2027-08-15.",
        "scenarios/build.toml: [[measures]] no. 1 lacks `rooms`, the rooms gained or lost.",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[measures]\nid = 'M1'\n", "[measures] must be a list; write [[measures]] above each"),
        ("measures = ['M1']\n", "[[measures]] no. 1 must be a table of settings, found 'M1'."),
        ("[[measures]]\nid = [1]\n", "[[measures]] no. 1 id must be a text in quotes"),
        ("norms = 40\n", "[norms] must be a table of figures, found 40."),
        ("projects = 3\n", "[projects.?] must be a table of settings, found 3."),
        ("extends = 3\n", "`extends` must be the name of one scenario in quotes."),
    ],
)
def test_what_is_no_table_where_one_is_needed_is_refused_in_a_sentence(
    tmp_path: Path, text: str, says: str
) -> None:
    (fault,) = faults_of(write(tmp_path, odd=text), "odd")
    assert fault.startswith("scenarios/odd.toml: ")
    assert says in fault


def test_a_measure_of_the_same_key_replaces_the_one_it_extends(tmp_path: Path) -> None:
    measure = (
        '[[measures]]\nid = "M1"\nkind = "extension"\nsection = "S1"\n'
        "rooms = {rooms}\nhand_over = 2026-08-15\n"
    )
    write(
        tmp_path,
        small=measure.format(rooms=6),
        large='extends = "small"\n' + measure.format(rooms=12),
    )
    (read,) = read_scenario(tmp_path, "large").measures
    assert (read.rooms, read.hand_over) == (12, date(2026, 8, 15))


def test_years_that_run_backwards_are_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(write(tmp_path, odd="[years]\nfirst = 2030\nlast = 2025\n"), "odd")
    assert fault == "scenarios/odd.toml: [years] last = 2025 lies before first = 2030."


def test_a_norm_of_the_scenario_is_a_number_by_its_path(tmp_path: Path) -> None:
    write(tmp_path, small='[norms]\n"class_size.primary" = 40\n')
    assert read_scenario(tmp_path, "small").norms == {"class_size.primary": 40.0}
    write(tmp_path, wrong='[norms]\n"class_size.primary" = "forty"\n')
    (fault,) = faults_of(tmp_path, "wrong")
    assert (
        fault
        == "scenarios/wrong.toml: [norms] 'class_size.primary' must be a number, found 'forty'."
    )


def test_yes_and_no_are_not_numbers(tmp_path: Path) -> None:
    (fault,) = faults_of(write(tmp_path, odd="[zones]\nyears_ahead = true\n"), "odd")
    assert "must be a whole number, found true" in fault


def test_every_setting_has_a_meaning_and_a_path_of_its_own() -> None:
    infos = settings_of()
    assert len({info.path for info in infos}) == len(infos)
    assert all(info.meaning.endswith(".") for info in infos)


def test_measures_of_every_kind_say_what_they_need(tmp_path: Path) -> None:
    kinds = ("conversion", "merger", "rebuilding", "closure")
    entry = '[[measures]]\nid = "{0}"\nkind = "{0}"\nsection = "S1"\nhand_over = 2026-08-15\n'
    write(tmp_path, build="".join(entry.format(kind) for kind in kinds))
    place = "scenarios/build.toml: [[measures]] no."
    assert faults_of(tmp_path, "build") == (
        f"{place} 1 lacks `from_section`.",
        f"{place} 1 lacks `rooms`, the rooms gained or lost.",
        f"{place} 2 lacks `from_section`.",
        f"{place} 3 lacks `rooms_lost`.",
        f"{place} 3 lacks `started`.",
        f"{place} 3 lacks `rooms`, the rooms gained or lost.",
    )


def test_what_limits_seats_is_chosen_from_a_list_that_begins_with_rooms(tmp_path: Path) -> None:
    write(tmp_path, area='[seats]\nlimits = ["rooms", "flor_area"]\n')
    assert faults_of(tmp_path, "area") == (
        "scenarios/area.toml: [seats] limits must be one of rooms, floor_area, beds, "
        "sports_area, staff; found 'flor_area'. Did you mean 'floor_area'?",
    )
    write(tmp_path, beds='[seats]\nlimits = ["beds"]\n')
    assert faults_of(tmp_path, "beds") == (
        "scenarios/beds.toml: [seats] limits lacks 'rooms', by which every section's seats are "
        "counted; add it.",
    )
    write(tmp_path, staff='[seats]\nlimits = ["rooms", "staff"]\n[building]\ndelay_years = 1\n')
    read = read_scenario(tmp_path, "staff")
    assert read.seats.limits == ["rooms", "staff"]
    assert read.building.delay_years == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[zones]\nmetod = 'redraw'\n",
            "scenarios/fresh.toml：[zones]没有“metod”。是否为“method”？",
        ),
        (
            "[zones]\nyears_ahead = 0\n",
            "scenarios/fresh.toml：[zones] years_ahead不得小于1，现为0。",
        ),
        (
            "[[measures]]\nid = 'M1'\nrooms = 'ten'\n",
            "scenarios/fresh.toml：[[measures]]第1项 rooms须为整数，现为'ten'。",
        ),
        ("extends = 'fresch'\n", "scenarios/fresh.toml继承的“fresch”不是本项目的方案。"),
    ],
)
def test_a_fault_is_told_in_chinese_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, fresh=text)
    with pytest.raises(ScenarioError) as refused:
        read_scenario(tmp_path, "fresh")
    assert refused.value.said("zh")[0].startswith(says)
    assert refused.value.said("en") == list(refused.value.faults)
