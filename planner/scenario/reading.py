"""A chain of files becomes one scenario: the general comes first, the particular wins."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from planner.errors import ScenarioError, Sentence
from planner.scenario.changes import changes_of, merged
from planner.scenario.faults import contradictions, faults_of
from planner.scenario.notation import flat
from planner.scenario.settings import GROUPS, Change, Measure, ProjectSettings, Scenario
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_scenario"]


def read_scenario(folder: Path, name: str) -> Scenario:
    """Read one scenario with everything it extends, from the general to the particular.

    Args:
        folder: Folder of scenario files, one TOML file per scenario.
        name: Name of the scenario, without its ending.

    Raises:
        ScenarioError: All faults of the chain of files together: unknown settings (with the
            nearest known one), values of the wrong kind or out of range, a scenario that
            extends itself, a file that is missing or is not TOML.
    """
    chain = _chain(folder, name)
    faults: list[Sentence] = []
    for path, content in chain:
        faults += faults_of(f"scenarios/{path.name}", content)
    _refuse(faults)
    settings: dict[str, Any] = {}
    changes: list[Change] = []
    for path, content in chain:
        changes += changes_of(settings, content, path.name)
        settings = merged(settings, content)
    scenario = _build(name, settings, tuple(changes), tuple(path.name for path, _ in chain))
    _refuse(contradictions(scenario, f"scenarios/{name}.toml"))
    return scenario


def _chain(folder: Path, name: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return the files of a scenario from the most general to the one asked for."""
    chain: list[tuple[Path, dict[str, Any]]] = []
    seen: list[str] = []
    wanted: str | None = name
    while wanted is not None:
        if wanted in seen:
            round_trip = " → ".join([*seen, wanted])
            raise ScenarioError(
                Sentence(
                    f"scenarios/{wanted}.toml extends itself ({round_trip}). "
                    "Remove one `extends` from this circle.",
                    f"scenarios/{wanted}.toml循环继承自身（{round_trip}）。请去掉其中一个extends。",
                )
            )
        seen.append(wanted)
        path, content = _load(folder, wanted, asked_by=seen[-2] if len(seen) > 1 else None)
        chain.append((path, content))
        extends = content.pop("extends", None)
        if extends is not None and not isinstance(extends, str):
            raise ScenarioError(
                Sentence(
                    f"scenarios/{path.name}: `extends` must be the name of one scenario in quotes.",
                    f"scenarios/{path.name}：extends须为一个方案的名称，加引号。",
                )
            )
        wanted = extends
    return chain[::-1]


def _load(folder: Path, name: str, *, asked_by: str | None) -> tuple[Path, dict[str, Any]]:
    """Read one file, or say which ones there are."""
    path = folder / f"{name}.toml"
    known = sorted(item.stem for item in folder.glob("*.toml")) if folder.is_dir() else []
    if name not in known:
        where = f"scenarios/{asked_by}.toml extends '{name}', which" if asked_by else f"'{name}'"
        there = f"There are: {', '.join(known)}." if known else "There is no scenario yet."
        hint = did_you_mean(name, known, lang="zh")
        raise ScenarioError(
            Sentence(
                f"{where} is not a scenario of this study.{did_you_mean(name, known)} {there}",
                (f"scenarios/{asked_by}.toml继承的“{name}”" if asked_by else f"“{name}”")
                + f"不是本项目的方案。{hint}"
                + (f"现有方案：{'、'.join(known)}。" if known else "目前还没有方案。"),
            )
        )
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(
            Sentence(
                f"scenarios/{path.name} is not valid TOML: {error}. Correct this place.",
                f"scenarios/{path.name}：TOML语法有误：{error}。请更正此处。",
            )
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(
            Sentence(
                f"scenarios/{path.name} is not UTF-8: save it as UTF-8.",
                f"scenarios/{path.name}不是UTF-8编码：请另存为UTF-8。",
            )
        ) from error


def _refuse(faults: list[Sentence]) -> None:
    """Raise all faults together, if there are any."""
    if faults:
        raise ScenarioError(*faults)


def _build(
    name: str, settings: dict[str, Any], changes: tuple[Change, ...], files: tuple[str, ...]
) -> Scenario:
    """Make the frozen scenario from settings that have been checked."""
    groups = {key: kind(**settings.get(key, {})) for key, kind in GROUPS.items()}
    projects = settings.get("projects", {}).items()
    return Scenario(
        name=name,
        projects={key: ProjectSettings(**said) for key, said in projects},
        measures=tuple(Measure(**entry) for entry in settings.get("measures", [])),
        norms={path: float(value) for path, value in flat(settings.get("norms", {}))},
        changes=changes,
        files=files,
        **groups,
    )
