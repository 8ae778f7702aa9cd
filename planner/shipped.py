"""Where the norms, the sample county and the map assets lie that travel with planner."""

from __future__ import annotations

from pathlib import Path

__all__ = ["map_assets", "map_templates", "norms_folder", "sample_study"]

_PACKAGE = Path(__file__).resolve().parent


def sample_study() -> Path:
    """Return the folder of the sample county: the repository itself, or its copy in a wheel."""
    packed = _PACKAGE / "_shipped"
    return packed if packed.is_dir() else _PACKAGE.parent


def norms_folder() -> Path:
    """Return the folder with one norms file per country."""
    return sample_study() / "data" / "norms"


def map_assets() -> Path:
    """Return the folder with the vendored scripts and styles of the maps."""
    return sample_study() / "maps" / "assets"


def map_templates() -> Path:
    """Return the folder with the page templates of the maps."""
    return sample_study() / "maps" / "templates"
