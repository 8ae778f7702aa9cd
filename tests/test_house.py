"""The house is in order: what the front page promises exists, and every module has its place."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from typer.main import get_command

import planner
from planner.cli import app
from planner.scenario import read_scenario, settings_of
from tests.benchmarks.record import command_line, write_section
from tests.towns import write_town

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data" / "README.md"])
GROUP: Any = get_command(app)
HEAVY = ("pandas", "geopandas", "pandera", "folium", "numba", "highspy", "matplotlib")


def modules() -> list[Path]:
    """Return every module of the package outside the command line, whose words are commands."""
    found = (ROOT / "planner").rglob("*.py")
    return sorted(
        path
        for path in found
        if path.name != "__main__.py" and not {"cli", "_shipped"} & set(path.parts)
    )


def public_names(path: Path) -> tuple[set[str], set[str]]:
    """Return the public functions and classes a module defines, and the names in its __all__."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id == "__all__":
            return defined, set(ast.literal_eval(ast.unparse(node.value)))  # type: ignore[attr-defined]
    return defined, set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_public_function_of_a_module_is_among_its_public_names(path: Path) -> None:
    defined, listed = public_names(path)
    assert defined <= listed, f"not in __all__: {sorted(defined - listed)}"


def test_every_public_name_of_the_package_leads_somewhere() -> None:
    assert planner.__all__, "the package offers nothing"
    missing = [name for name in planner.__all__ if not hasattr(planner, name)]
    assert missing == []


def test_the_package_offers_the_story_and_every_error() -> None:
    _, errors = public_names(ROOT / "planner" / "errors.py")
    story = {"read_study", "read_scenario", "make_plan", "compare_plans"}
    assert set(planner.__all__) >= story | errors


@pytest.mark.parametrize("module", ["planner", "planner.cli"])
def test_importing_the_package_or_asking_for_help_loads_no_heavy_library(module: str) -> None:
    look = f"import sys, {module}; print(*(set({HEAVY!r}) & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


def test_drawing_zones_waits_for_no_library_that_only_others_need(tmp_path: Path) -> None:
    write_town(tmp_path / "town")
    words = ["planner", "zone", "--study", str(tmp_path / "town"), "--seconds", "0.2"]
    look = (
        "import sys; from planner.cli import main\n"
        f"sys.argv = {words!r}\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "others = {'folium', 'hypothesis', 'matplotlib', 'scipy.special', 'osmium'}\n"
        "print('loaded:', *sorted(others & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "loaded:", said.stderr


def test_every_module_stands_on_a_floor_and_every_floor_has_its_module() -> None:
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    assert contract["type"] == "layers"
    assert contract["exhaustive"] is True
    floors = {name for row in contract["layers"] for name in row.split(" | ")}
    folder = ROOT / "planner"
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in folder.glob("*/__init__.py")}
    assert floors == there


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in modules() if path.stem in drawers] == []


def said_commands(text: str) -> Iterator[str]:
    """Yield what a page tells the reader to type after the word planner."""
    for typed in re.findall(r"`((?:\.venv\S*)?planner [^`\n]+)`", text):
        yield typed.partition("planner ")[2]
    for typed in re.findall(r"^ {4}(?:\S*[/\\])?planner (.+)$", text, flags=re.MULTILINE):
        yield typed
    for block in re.findall(r"(?ms)^```(?:sh|console|text)?\n(.*?)^```", text):
        yield from re.findall(r"^(?:\$ )?planner (.+)$", block, flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_and_option_a_page_names_exists(page: Path) -> None:
    unknown = []
    for typed in said_commands(page.read_text(encoding="utf-8")):
        name, *words = typed.split("#")[0].split()
        if name in {"COMMAND", "--help", "-h"}:
            continue
        command = GROUP.commands.get(name)
        options = {opt for param in getattr(command, "params", []) for opt in param.opts}
        options |= {"--help", "-h"}
        strange = [word for word in words if word.startswith("-") and word not in options]
        if command is None or strange:
            unknown.append(typed)
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_scenario_a_page_shows_is_one_planner_accepts(page: Path, tmp_path: Path) -> None:
    shown = re.findall(
        r"(?ms)^```toml\n# scenarios/(\w+)\.toml\n(.*?)^```", page.read_text(encoding="utf-8")
    )
    (tmp_path / "baseline.toml").write_text("", encoding="utf-8")
    for name, text in shown:
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        assert read_scenario(tmp_path, name).changes


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_setting_a_page_names_exists(page: Path) -> None:
    known = {info.path for info in settings_of()}
    groups = {path.partition(".")[0] for path in known}
    named = re.findall(r"`(([a-z]+)\.(?!csv|py|xlsx)[a-z_]+)`", page.read_text(encoding="utf-8"))
    assert [path for path, group in named if group in groups and path not in known] == []


def test_the_front_page_explains_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `planner (\w+)", readme, flags=re.MULTILINE))
    assert rows == set(GROUP.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_word_a_page_names_is_a_target(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, flags=re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_house_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_the_generated_pages_are_up_to_date() -> None:
    words = [sys.executable, "-m", "docs.build", "--check"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_the_newest_version_of_the_changelog_is_the_projects() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == PROJECT["project"]["version"]


def test_everything_planner_needs_is_pinned_to_a_version_it_accepts() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, separator, version = line.partition("==")
            assert separator == "==", line
            pins[plain(name)] = version
    project = PROJECT["project"]
    needed = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    needed += [need for extra in project["optional-dependencies"].values() for need in extra]
    for need in map(Requirement, needed):
        assert need.specifier.contains(pins[plain(need.name)]), need


def plain(name: str) -> str:
    """Return the name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_that_travels_in_the_wheel_is_there() -> None:
    shipped = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert [source for source in shipped if not (ROOT / source).exists()] == []
    assert (ROOT / PROJECT["project"]["readme"]).is_file()
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License")


def test_a_benchmark_replaces_its_own_section_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    write_section("zoning", "## Zoning\n\n1 second", page)
    write_section("main job", "## Main job\n\n9 seconds", page)
    write_section("zoning", "## Zoning\n\n2 seconds", page)
    text = page.read_text(encoding="utf-8")
    assert text.count("## Zoning") == text.count("## Main job") == 1
    assert "1 second\n" not in text
    assert text.index("2 seconds") < text.index("9 seconds")


def test_make_bench_runs_every_benchmark_that_has_a_section() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    said = re.search(r"^BENCHMARKS := (.*)$", makefile, re.MULTILINE)
    assert said is not None
    written = {
        path.stem
        for path in (ROOT / "tests" / "benchmarks").glob("*.py")
        if "command_line(__doc__)" in path.read_text(encoding="utf-8")
    }
    assert sorted(said.group(1).split()) == sorted(written)


def test_a_benchmark_asked_for_help_says_what_it_measures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        command_line("Time the bus.\n\nFrom the depot to 100 % of the stops.").parse_args(
            ["--help"]
        )
    said = capsys.readouterr().out
    assert "Time the bus.\n\nFrom the depot to 100 % of the stops." in said
    assert "--record" in said
