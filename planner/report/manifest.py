"""Say what the results were made from: inputs, settings, versions and seed, but no time of day."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.norms import Norms
    from planner.scenario import Scenario
    from planner.study import Study

__all__ = ["MANIFEST", "Made", "digest", "outputs_of", "seal", "write_json", "write_manifest"]

MANIFEST: Final = "manifest.json"

_LIBRARIES: Final = (
    "geopandas",
    "highspy",
    "matplotlib",
    "numba",
    "numpy",
    "openpyxl",
    "pandas",
    "pyogrio",
    "pyproj",
    "scipy",
    "shapely",
)


class Made(Protocol):
    """Whatever was made from a study for a scenario with a seed, such as a plan."""

    @property
    def study(self) -> Study:
        """What was known."""

    @property
    def scenario(self) -> Scenario:
        """What was wished for and assumed."""

    @property
    def norms(self) -> Norms:
        """The norms that were applied."""

    @property
    def seed(self) -> int:
        """The seed of every choice by lot."""


def write_manifest(plans: Sequence[Made], folder: Path) -> None:
    """Write manifest.json: everything that is needed to make the same results again.

    It holds no time, no host and no path outside the study folder, so that the same inputs,
    seed and versions give the same bytes. The first plan's study speaks for all.
    """
    study = plans[0].study
    content = {
        "planner": _planner_version(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "study": {"names": dict(study.names), "crs": study.crs.to_string()},
        "norms": plans[0].norms.id,
        "stages": {stage.stage: dict(stage.names) for stage in plans[0].norms.stages},
        "inputs": {file.path: file.sha256 for file in study.inputs},
        "scenarios": [_scenario(plan) for plan in plans],
        "outputs": outputs_of(folder),
    }
    write_json(content, folder / MANIFEST)


def seal(folder: Path) -> None:
    """Bring the list of outputs in manifest.json up to what the folder holds now."""
    path = folder / MANIFEST
    content: dict[str, Any] = {"planner": _planner_version()}
    if path.exists():
        content = json.loads(path.read_text(encoding="utf-8"))
    write_json({**content, "outputs": outputs_of(folder)}, path)


def outputs_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder by its path there, the manifest left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        name: digest(path)
        for path in files
        if (name := path.relative_to(folder).as_posix()) != MANIFEST
    }


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(content: Any, path: Path) -> None:
    """Write JSON that people can read: UTF-8, two spaces, keys in their given order."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _planner_version() -> str:
    """Return planner's version, or say that it runs from its source and has none."""
    try:
        return version("planner")
    except PackageNotFoundError:
        return "source, not installed"


def _scenario(plan: Made) -> dict[str, Any]:
    """Return one scenario with every setting, so that its files need not be found again."""
    settings = dataclasses.asdict(plan.scenario)
    for known in ("name", "files", "changes"):
        del settings[known]
    return {
        "name": plan.scenario.name,
        "files": list(plan.scenario.files),
        "seed": plan.seed,
        "settings": json.loads(json.dumps(settings, default=str)),
    }
