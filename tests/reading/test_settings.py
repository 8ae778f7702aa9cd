"""study.toml is refused with a reason wherever it is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.reading.settings import read_settings
from planner.terms import Language

if TYPE_CHECKING:
    from pathlib import Path

STUDY = '[study]\nname = "江川"\nnorms = "cn"\n'


def said(folder: Path, text: str, lang: Language = Language.ENGLISH) -> list[str]:
    """Return what is wrong with a study.toml."""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    _, found = read_settings(folder)
    return [finding.sentence(lang) for finding in found]


def test_the_shortest_study(tmp_path: Path) -> None:
    assert said(tmp_path, STUDY) == []
    settings, _ = read_settings(tmp_path)
    assert settings is not None
    assert (settings.name, settings.name_en) == ("江川", "江川")
    assert (settings.detour_factor, settings.walking_kmh) == (1.3, 4.0)
    assert settings.crs is None
    assert settings.tables["schools"] == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[study\n", "study.toml: it is not valid TOML:"),
        (STUDY.replace("name =", "nam ="), "study.toml: [study] nam is not a setting. Did you"),
        (STUDY.replace("name =", "nam ="), "study.toml: [study] lacks `name`. Add it, such as"),
        (STUDY.replace('"cn"', '"cm"'), "Did you mean 'cn'?"),
        ('[study]\nname = "x"\n', "[study] lacks `norms`. Name one of"),
        (STUDY + "base_year = true\n", "[study] base_year must be a whole number."),
        (STUDY + 'attributions = "x"\n', "[study] attributions must be a list of texts in quotes."),
        (STUDY + 'crs = "EPSG:4326"\n', "[study] crs = 'EPSG:4326' is not projected in metres."),
        (STUDY + 'crs = "EPSG:2230"\n', "[study] crs = 'EPSG:2230' is not projected in metres."),
        (STUDY + 'crs = "metres"\n', "[study] crs = 'metres' is unknown. Name a projected system"),
        (STUDY + "[travel]\ndetour = 1.3\n", "[travel] detour is not a setting. Did you mean 'det"),
        (STUDY + "[travel]\ndetour_factor = 0\n", "[travel] detour_factor must be a number above"),
        (STUDY + "[tabels]\n", "study.toml: [tabels] is not a setting. Did you mean 'tables'?"),
        (STUDY + '[tables]\nschool = "x"\n', "[tables] school is not a setting. Did you mean 'sc"),
        (STUDY + "[tables]\nschools = 3\n", "[tables] schools names no file. Write schools ="),
        (STUDY + '[tables]\nschools = "data/s.csv"\n', "the file 'data/s.csv' does not exist."),
        (
            STUDY + '[tables]\nschools = "../s.csv"\n',
            "names '../s.csv', outside the study folder. Copy the file into data/.",
        ),
        (
            STUDY + '[tables]\nschools = { file = "study.toml", shet = "1" }\n',
            "[tables] schools shet is not a setting. Did you mean 'sheet'?",
        ),
        (
            STUDY + '[tables]\nrolls = { file = "study.toml", columns = { "人数" = "pupil" } }\n',
            "[tables] rolls columns '人数' = 'pupil' is not a setting. Did you mean 'pupils'?",
        ),
        (
            STUDY + '[tables]\nareas = { file = "study.toml", crs = "GJC-02" }\n',
            "[tables] areas crs = 'GJC-02' is unknown. Name a system such as EPSG:4490, GCJ-02",
        ),
        (STUDY + '[norms]\n"class_size.primry" = 40\n', "class_size.primary"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    faults = said(tmp_path, text)
    assert any(sentence in fault for fault in faults), faults


def test_a_misspelt_norm_is_named_in_chinese(tmp_path: Path) -> None:
    (fault,) = said(tmp_path, STUDY + '[norms]\n"class_size.primry" = 40\n', Language.CHINESE)
    assert fault == (
        "study.toml：标准中没有“class_size.primry”这一项。是否为“class_size.primary”？"
    )


def test_a_folder_without_study_toml_is_named(tmp_path: Path) -> None:
    settings, found = read_settings(tmp_path)
    assert settings is None
    assert (
        found[0]
        .sentence(Language.ENGLISH)
        .startswith(f"study.toml: the folder '{tmp_path.name}' has no study.toml.")
    )


def test_two_files_for_one_table_are_not_chosen_between(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for ending in ("csv", "xlsx"):
        (tmp_path / "data" / f"rolls.{ending}").touch()
    (fault,) = said(tmp_path, STUDY)
    assert fault == (
        "study.toml: data/ has several files for 'rolls': rolls.csv, rolls.xlsx. "
        "Name the one to read under [tables] rolls."
    )


def test_a_study_may_depart_from_the_norms(tmp_path: Path) -> None:
    assert said(tmp_path, STUDY + '[norms]\n"class_size.primary" = 40\n') == []
    settings, _ = read_settings(tmp_path)
    assert settings is not None
    assert settings.norms.stage("primary").class_size[1] == 40


def test_overrides_may_be_grouped(tmp_path: Path) -> None:
    assert said(tmp_path, STUDY + "[norms.class_size]\nprimary = 40\n") == []
    settings, _ = read_settings(tmp_path)
    assert settings is not None
    assert settings.norms.stage("primary").class_size[6] == 40
