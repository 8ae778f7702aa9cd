"""Whatever is changed in the files of drawn zones, the audit names it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from planner.audit import audit_folder, refuse_faults
from planner.errors import InputError, NoPlanError
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def faults(folder: Path) -> str:
    """Return everything the audit finds wrong with the content, in English."""
    told = audit_folder(folder).sentences(Language.ENGLISH)
    return "\n".join(sentence for sentence in told if "manifest.json is missing" not in sentence)


def table(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change a table on the disk."""
    changed = change(pd.read_csv(path, dtype=str, keep_default_na=False))
    changed.to_csv(path, index=False)


def claim(folder: Path, **changes: Any) -> dict[str, Any]:
    """Change the claim on the disk and return what it was."""
    path = folder / "proof" / "primary" / "claim.json"
    before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**before, **changes}), encoding="utf-8")
    return before


def set_cell(key: str, row: str, column: str, value: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change of one cell."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[rows[key] == row, column] = value
        return rows

    return change


def test_zones_as_they_were_written_pass_in_full(drawn: Path) -> None:
    audit = audit_folder(drawn)
    assert audit.sentences(Language.ENGLISH) == []
    looked_at = {check.what.en for _, check in audit.checks}
    assert looked_at >= {
        "files unchanged", "each area once", "pupils beyond the seats", "walks", "value",
        "bound ≤ value", "gap", "status", "areas cut off", "areas of schools", "locked areas",
        "zones.gpkg as zones.csv", "map.html as zones.csv",
    }  # fmt: skip


def test_every_file_is_missed_when_it_is_gone_and_named_when_it_is_changed(drawn: Path) -> None:
    names = [path for path in sorted(drawn.rglob("*")) if path.is_file()]
    for path in names:
        if path.name == "manifest.json":
            continue
        name, content = path.relative_to(drawn).as_posix(), path.read_bytes()
        path.unlink()
        assert f"{name} is missing" in faults(drawn), name
        path.write_bytes(content + b" ")
        if path.suffix != ".gpkg":  # looking at it in QGIS changes its bytes
            assert f"{name} was changed" in faults(drawn), name
        path.write_bytes(content)
    assert faults(drawn) == ""


def test_a_file_of_other_results_does_not_belong(drawn: Path, squares_folder: Path) -> None:
    shutil.copy(drawn / "zones.csv", drawn / "zones_7.csv")
    assert "zones_7.csv does not belong" in faults(drawn)


def test_the_files_of_two_plans_mixed_are_told_apart(drawn: Path, tmp_path: Path) -> None:
    other = shutil.copytree(drawn, tmp_path / "other")
    table(other / "zones.csv", set_cell("area_id", "a8", "section_id", "P1"))
    shutil.copy(other / "zones.csv", drawn / "zones.csv")
    assert "zones.csv was changed after it was written, or belongs to other results" in faults(
        drawn
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows[rows["area_id"] != "a3"], "primary lacks area a3"),
        (lambda rows: pd.concat([rows, rows[:1]]), "has area a1 more than once"),
        (set_cell("area_id", "a3", "area_id", "a33"), "primary area a33 is not in"),
        (set_cell("area_id", "a3", "section_id", "P9"), "primary section P9 is not in"),
    ],
)
def test_an_area_zoned_not_at_all_twice_or_nowhere_is_named(
    unsealed: Path, change: Callable[[pd.DataFrame], pd.DataFrame], sentence: str
) -> None:
    table(unsealed / "zones.csv", change)
    assert sentence in faults(unsealed)


def test_an_area_sent_elsewhere_changes_walks_value_and_the_drawings(unsealed: Path) -> None:
    zones = pd.read_csv(unsealed / "zones.csv").set_index("area_id")["section_id"]
    other = {"P1": "P2", "P2": "P1"}[zones["a9"]]
    table(unsealed / "zones.csv", set_cell("area_id", "a9", "section_id", other))
    told = faults(unsealed)
    assert "the term walks is" in told
    assert "primary: the value is" in told
    assert "zones.gpkg: primary P1 has" in told
    assert "map.html: primary P1 has" in told


def test_a_locked_area_that_leaves_is_named(unsealed: Path) -> None:
    table(unsealed / "zones.csv", set_cell("area_id", "a1", "section_id", "P2"))
    assert "locked area a1 has left the section it was to keep" in faults(unsealed)


def test_the_area_of_a_school_that_goes_elsewhere_is_named(unsealed: Path) -> None:
    """a6 holds P2; zoned to P1, all that P2 has left is cut off from its own area."""
    table(unsealed / "zones.csv", set_cell("area_id", "a6", "section_id", "P1"))
    told = faults(unsealed)
    assert "a section stands in area a6, which is zoned to another one" in told
    assert "does not hang together with its section's area" in told


def test_a_zone_in_two_pieces_is_named(unsealed: Path) -> None:
    """With a8 at P1, a7 in the north-west does not touch what P2 has in the east."""
    table(unsealed / "zones.csv", set_cell("area_id", "a8", "section_id", "P1"))
    table(unsealed / "zones.csv", set_cell("area_id", "a7", "section_id", "P2"))
    told = faults(unsealed)
    assert "area a7 does not hang together with its section's area" in told
    assert "zones must be in one piece, but area a7 is cut off" in told


@pytest.mark.parametrize(
    ("file", "change", "sentence"),
    [
        ("areas.csv", set_cell("area_id", "a9", "pupils", "11"), "the term walks is"),
        ("areas.csv", set_cell("area_id", "a9", "pupils", "900"), "pupils beyond its seats"),
        ("areas.csv", set_cell("area_id", "a1", "today", "P2"), "changes of section is"),
        ("areas.csv", set_cell("area_id", "a1", "locked_to", "P2"), "locked area a1 has left"),
        ("areas.csv", set_cell("area_id", "a9", "moved_to", "P1"), "area a9 was moved by hand but"),
        ("areas.csv", set_cell("area_id", "a9", "limit_metres", "1"), "the term beyond the limit"),
        (
            "areas.csv",
            set_cell("area_id", "a9", "pupils", "many"),
            "areas.csv cannot be read (pupils 'many' is no number)",
        ),
        ("areas.csv", lambda rows: rows.drop(columns="today"), "it lacks today"),
        ("areas.csv", lambda rows: rows[:8], "primary area a9 is not in proof/primary/areas.csv"),
        ("sections.csv", set_cell("section_id", "P2", "seats", "1"), "pupils beyond its seats"),
        ("sections.csv", set_cell("section_id", "P2", "home_area_id", "a2"), "stands in area a2"),
        ("sections.csv", lambda rows: rows[:1], "primary section P2 is not in"),
        ("edges.csv", lambda rows: rows[:0], "does not hang together"),
    ],
)
def test_a_changed_input_contradicts_the_claim(
    unsealed: Path,
    file: str,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    sentence: str,
) -> None:
    table(unsealed / "proof" / "primary" / file, change)
    assert sentence in faults(unsealed)


def test_a_changed_walk_contradicts_the_claim(unsealed: Path) -> None:
    path = unsealed / "proof" / "primary" / "walks.parquet"
    walks = pd.read_parquet(path)
    walks.loc[0, ["P1", "P2"]] += 1.0
    walks.to_parquet(path, index=False)
    assert "the term walks is" in faults(unsealed)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("value", 1.0, "the value is"),
        ("bound", 1e9, "the bound 1,000,000,000.0 is above the value"),
        ("gap", 0.25, "the claim says 25.0000%"),
        ("status", "overfull", "the claim says overfull"),
        ("overflow", {"P1": 5}, "the claim says 5"),
        ("terms", {"walk": 0.0}, "the term walks is"),
        ("breaches", {"limit": ["a9"]}, "the claim says that 'limit' is broken for area a9"),
        ("zones", "zones_9.csv", "zones_9.csv is missing"),
        (
            "pieces",
            [{"section": "P1", "areas": ["a1"], "reason": "detached"}],
            "the claim calls area a1 cut off",
        ),
        ("prices", {}, "claim.json cannot be read (it lacks overflow_metres)"),
    ],
)
def test_a_claim_that_says_something_else_is_found_out(
    unsealed: Path, name: str, value: Any, sentence: str
) -> None:
    claim(unsealed, **{name: value})
    assert sentence in faults(unsealed)


def test_nothing_is_called_optimal_that_is_not(unsealed: Path) -> None:
    before = claim(unsealed)
    bound = before["value"] / 2
    claim(unsealed, bound=bound, gap=0.5, status="optimal")
    assert "the status is feasible; the claim says optimal" in faults(unsealed)


def test_a_claim_that_is_no_json_is_named(unsealed: Path) -> None:
    (unsealed / "proof" / "primary" / "claim.json").write_text("{", encoding="utf-8")
    assert "proof/primary/claim.json cannot be read" in faults(unsealed)


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("zones.csv", b"", "文件为空", "it is empty"),
        ("zones.csv", b"area_id,stage\na1,primary\n", "缺少section_id", "it lacks section_id"),
        ("zones.csv", b"\xff\xfe\xfd", "不是UTF-8文本", "it is no UTF-8 text"),
        ("proof/primary/areas.csv", b'a,"b\n', "不是表格文件", "it is no table"),
        ("proof/primary/claim.json", b"{", "不是JSON文件", "it is no JSON"),
        ("zones.gpkg", b"no database", "不是GeoPackage文件", "it is no GeoPackage"),
        ("map.html", b"<html></html>", "缺少atlas-data", "it lacks atlas-data"),
        (
            "map.html",
            b'<script type="text/plain" id="atlas-data">{</script>',
            "不是JSON文件",
            "it is no JSON",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    unsealed: Path, name: str, content: bytes, zh: str, en: str
) -> None:
    (unsealed / name).write_bytes(content)
    audit = audit_folder(unsealed)
    assert f"\n{name}：无法读取（{zh}" in "\n" + "\n".join(audit.sentences(Language.CHINESE))
    assert f"{name} cannot be read ({en}" in "\n".join(audit.sentences(Language.ENGLISH))


def test_results_without_their_seal_are_not_passed(unsealed: Path) -> None:
    (told,) = audit_folder(unsealed).sentences(Language.ENGLISH)
    assert told.startswith("manifest.json is missing, so nobody can tell whether")


def test_a_folder_without_claims_is_no_proof(unsealed: Path) -> None:
    (unsealed / "proof" / "primary" / "claim.json").unlink()
    assert "proof/*/claim.json is missing" in faults(unsealed)


def test_a_folder_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no plan"):
        audit_folder(tmp_path)


def test_zones_that_fail_their_audit_are_never_sealed(unsealed: Path) -> None:
    claim(unsealed, value=1.0)
    with pytest.raises(NoPlanError, match="did not pass their audit"):
        refuse_faults(unsealed)


def test_a_drawn_zone_with_other_areas_is_named(unsealed: Path) -> None:
    layer = gpd.read_file(unsealed / "zones.gpkg", layer="zones")
    layer.loc[layer["section_id"] == "P2", "areas"] = 7
    pyogrio.write_dataframe(layer, unsealed / "zones.gpkg", layer="zones")
    assert "zones.gpkg: primary P2 has 7" in faults(unsealed)


def rewrite(folder: Path, layer: str, change: Callable[[Any], Any]) -> None:
    """Change one layer of results.gpkg."""
    path = folder / "results.gpkg"
    changed = change(pyogrio.read_dataframe(path, layer=layer))
    drawn = isinstance(changed, gpd.GeoDataFrame)
    pyogrio.write_dataframe(
        changed, path, layer=layer, geometry_type=None if drawn else "None", driver="GPKG"
    )


def test_a_whole_plan_as_it_was_written_passes(planned_once: Path) -> None:
    audit = audit_folder(planned_once)
    assert audit.sentences(Language.ENGLISH) == []
    looked_at = {check.what.en for _, check in audit.checks}
    assert looked_at >= {
        "files unchanged", "zones year by year", "pieces of zone layer", "extent of zone layer",
        "primary 2024: walks", "primary 2024: pupils beyond the seats",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "change", "sentence"),
    [
        ("area_years", lambda rows: rows[1:], "lacks area a1"),
        ("area_years", lambda rows: pd.concat([rows, rows[:1]]), "has area a1 more than once"),
        ("area_years", lambda rows: rows.assign(section_id="X"), "section X is not in"),
        ("area_years", lambda rows: rows.assign(walk_metres=9.0), "primary 2024: the term walks"),
        ("area_years", lambda rows: rows.assign(entrants=50), "the term pupils beyond the seats"),
        ("section_years", lambda rows: rows.assign(ordinary_intake=0), "pupils beyond the seats"),
        ("zones", lambda rows: rows.assign(areas=rows["areas"] + 1), "areas) has"),
        ("zones", lambda rows: rows.assign(pieces=5), "pieces) has 5"),
        ("zones", lambda rows: rows.assign(entrants=1), "pupils) has 1"),
        ("zones", lambda rows: rows.set_geometry(rows.buffer(50)), "shape) has"),
        ("zone_proofs", lambda rows: rows.assign(bound=1e12), "is above the value"),
        ("zone_proofs", lambda rows: rows.assign(value=1e12), "the claim says 1,000,000,000,000"),
        ("zone_terms", lambda rows: rows.assign(part=1.0), "the value is"),
        ("zone_proofs", lambda rows: rows.assign(gap=0.5), "the claim says 50.0000%"),
        ("zone_proofs", lambda rows: rows.assign(status="overfull"), "the claim says overfull"),
    ],
)
def test_a_tampered_plan_is_found_out(
    planned: Path, layer: str, change: Callable[[Any], Any], sentence: str
) -> None:
    rewrite(planned, layer, change)
    assert sentence in faults(planned)


def test_a_tampered_plan_is_found_out_in_chinese_as_well(planned: Path) -> None:
    rewrite(planned, "zone_proofs", lambda rows: rows.assign(bound=1e12))
    rewrite(planned, "zones", lambda rows: rows.assign(pieces=5))
    audit = audit_folder(planned)
    told = "\n".join(audit.sentences(Language.CHINESE))
    assert "小学2024：下界1,000,000,000,000.0高于目标值" in told
    assert "小学P1（2023年，片数）有5" in told
    assert "小学2024：步行" in {check.what.zh for _, check in audit.checks}


def test_results_without_zones_are_named(planned: Path) -> None:
    (planned / "results.gpkg").write_bytes(b"no database")
    assert "results.gpkg cannot be read" in faults(planned)
