"""Read the norms of a country, or of a county that has its own, whole or not at all."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import NormsError, Sentence
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
    faults: list[Sentence] = []
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
        known = available()
        # Names of norms are short: one letter of 'cn' is half of it.
        hint, zh = (
            did_you_mean(name_or_path, known, likeness=0.5, lang=lang) for lang in ("en", "zh")
        )
        fault = Sentence(
            f"There are no norms '{name_or_path}'.{hint} Choose one of {', '.join(known)}, or "
            "give the path of a .toml file.",
            f"没有标准“{name_or_path}”。{zh}可选：{'、'.join(known)}；或给出.toml文件的路径。",
        )
        raise NormsError(fault)
    return norms_folder() / f"{name_or_path}.toml"


def _content_of(path: Path) -> dict[str, Any]:
    """Return what the file says, or one sentence about why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        fault = Sentence(
            f"cannot be read ({error.strerror}). Check the path of the norms.",
            f"无法读取（{error.strerror}）；请检查标准文件的路径。",
        )
    except UnicodeDecodeError:
        fault = Sentence(
            "is not UTF-8 text. Save it again as UTF-8.", "不是UTF-8文本；请另存为UTF-8编码。"
        )
    except tomllib.TOMLDecodeError as error:
        fault = Sentence(f"is not valid TOML: {error}.", f"不符合TOML格式：{error}。")
    raise NormsError(fault.after(f"{path}: ", f"{path}："))


def _refuse(faults: list[Sentence], path: Path) -> None:
    """Raise all faults of a file together, if there are any."""
    if faults:
        name = path.name
        raise NormsError(
            *(fault.after(f"{name}: ", f"{name}：") for fault in dict.fromkeys(faults))
        )
