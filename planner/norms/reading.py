"""Read the norms of a country, or of a county that has its own, whole or not at all."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import NormsError
from planner.norms.consistency import contradictions, missing
from planner.norms.country import norms_of
from planner.norms.frame import read_frame
from planner.norms.sources import read_documents, read_figures
from planner.shipped import norms_folder
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from planner.norms.country import Norms

__all__ = ["available", "read_norms"]


def available() -> tuple[str, ...]:
    """Return the names of the norms that travel with planner."""
    return tuple(sorted(path.stem for path in norms_folder().glob("*.toml")))


def read_norms(name_or_path: str | Path) -> Norms:
    """Read norms by name ("cn") or from a planner's own file ("norms/our_county.toml").

    Raises:
        NormsError: naming every fault at once: unknown keys with the nearest known one, figures
            without document or certainty, values of the wrong kind, stages that overlap. Faults
            of stages, grades and kinds of school come first, as the figures hang on them.
    """
    path = _file_of(name_or_path)
    content = _content_of(path)
    faults: list[str] = []
    frame = read_frame(path.stem, content, faults)
    documents = read_documents(content, faults)
    _refuse(faults, path)
    figures = read_figures(content, frame.vocabulary, documents, faults)
    faults += missing(figures, frame.vocabulary.stages)
    faults += contradictions(figures, frame.vocabulary.stages)
    _refuse(faults, path)
    return norms_of(frame, figures)


def _file_of(name_or_path: str | Path) -> Path:
    """Return the file that is meant; a name without .toml is one of ours."""
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml"):
        return Path(name_or_path)
    if name_or_path not in available():
        known = ", ".join(available())
        # Names of norms are short: one letter of 'cn' is half of it.
        hint = did_you_mean(name_or_path, available(), likeness=0.5)
        fault = (
            f"There are no norms '{name_or_path}'.{hint} Choose one of {known}, or "
            "give the path of a .toml file."
        )
        raise NormsError(fault)
    return norms_folder() / f"{name_or_path}.toml"


def _content_of(path: Path) -> dict[str, Any]:
    """Return what the file says, or one sentence about why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        fault = f"{path}: cannot be read ({error.strerror}). Check the path of the norms."
    except UnicodeDecodeError:
        fault = f"{path}: is not UTF-8 text. Save it again as UTF-8."
    except tomllib.TOMLDecodeError as error:
        fault = f"{path}: is not valid TOML: {error}."
    raise NormsError(fault)


def _refuse(faults: list[str], path: Path) -> None:
    """Raise all faults of a file together, if there are any."""
    if faults:
        raise NormsError(*(f"{path.name}: {fault}" for fault in dict.fromkeys(faults)))
