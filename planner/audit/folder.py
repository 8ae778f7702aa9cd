"""Audit a results folder of `planner zone` or `planner plan` from the files in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.audit.claims import claim_checks, zone_check
from planner.audit.drawings import drawing_checks
from planner.audit.findings import Check, NotAsWrittenError, Said, said, word
from planner.audit.sealing import seal_check
from planner.audit.shared import shared_checks
from planner.audit.stage_files import read_claim, read_stage, read_zones, written_by_us
from planner.audit.years import plan_checks
from planner.errors import InputError, NoPlanError, Sentence
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Headed = tuple[Said, Check]

__all__ = ["Audit", "audit_folder", "refuse_faults"]

PROOF: Final = "proof"
"""Folder with one folder for each stage that was drawn."""
SHARED: Final = "shared"
"""Folder beside the claim of a stage in which zones are shared by several sections."""
RESULTS: Final = "results.gpkg"
"""What `planner plan` writes."""
_WHOLE: Final = word("whole")


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that was looked at, under a heading for each set of zones."""

    checks: tuple[Headed, ...]

    @property
    def faults(self) -> tuple[Check, ...]:
        """The checks that found something wrong."""
        return tuple(check for _, check in self.checks if not check.ok)

    def sentences(self, lang: Language) -> list[str]:
        """Return each fault in a sentence."""
        return [fault.in_(lang) for check in self.faults for fault in check.faults]


def audit_folder(folder: Path) -> Audit:
    """Reckon everything anew that a results folder claims of its zones.

    Raises:
        InputError: The folder holds no plan.
    """
    return Audit(((_WHOLE, seal_check(folder)), *_checks(folder)))


def refuse_faults(folder: Path) -> Audit:
    """Return the audit of a folder about to be sealed, in which everything is well.

    Raises:
        NoPlanError: Something is wrong: the plan must not be written.
    """
    audit = Audit(tuple(_checks(folder)))
    if audit.faults:
        raise NoPlanError(
            Sentence(
                "The zones did not pass their audit, so nothing was written. Please report this.",
                "招生范围未通过核验，因此没有写出任何结果。请反馈此问题。",
            ),
            *map(Sentence, audit.sentences(Language.ENGLISH), audit.sentences(Language.CHINESE)),
        )
    return audit


def _checks(folder: Path) -> list[Headed]:
    """Return every check of the content of a folder."""
    zone, plan = (folder / PROOF).is_dir(), (folder / RESULTS).is_file()
    if not zone and not plan:
        raise InputError(
            Sentence(
                f"{folder}: this folder holds no plan. Name a results folder of `planner zone` or "
                "`planner plan`, such as out/baseline-zone.",
                f"{folder}：此文件夹中没有方案。请指明planner zone或planner plan的结果文件夹，"
                "如out/baseline-zone。",
            )
        )
    checks: list[Headed] = []
    if zone:
        checks += _zone_checks(folder)
    if plan:
        checks += _reading(folder / RESULTS, folder, partial(_planned, folder / RESULTS))
    return checks


def _zone_checks(folder: Path) -> Iterator[Headed]:
    """Yield the checks of every claim in a folder of `planner zone`."""
    claims = sorted((folder / PROOF).glob("*/claim*.json"))
    if not claims:
        fault = said("missing", file=f"{PROOF}/*/claim.json")
        yield _WHOLE, Check(word("files"), "1", "0", (fault,))
    for path in claims:
        yield from _reading(path, folder, partial(_claimed, folder, path))


def _claimed(folder: Path, path: Path) -> Iterator[Headed]:
    """Yield the checks of one claim under its stage and, beside others, its number."""
    claim = read_claim(path)
    number = path.stem.removeprefix("claim").replace("_", " ")
    heading = Said(f"{claim['names']['zh']}{number}", f"{claim['names']['en']}{number}")
    files = read_stage(path.parent, claim)
    table = read_zones(folder / claim["zones"])
    check, zone = zone_check(claim, table, files)
    yield heading, check
    if zone is None:
        return
    yield from ((heading, each) for each in claim_checks(files, claim, zone))
    if not number:
        yield from ((heading, each) for each in drawing_checks(folder, claim, zone))
        if (shared := path.parent / SHARED).is_dir():
            heading = Said(f"{claim['names']['zh']}多校", f"{claim['names']['en']} lots")
            checks = shared_checks(shared, zone, int(claim["year"]))
            yield from ((heading, each) for each in checks)


def _planned(path: Path) -> Iterator[Headed]:
    """Yield the checks of a whole plan."""
    yield from ((_WHOLE, each) for each in plan_checks(path))


def _reading(path: Path, folder: Path, check: Callable[[], Iterator[Headed]]) -> Iterator[Headed]:
    """Yield checks under their heading; a file that cannot be read is a fault of its own."""
    try:
        with written_by_us(path):
            yield from check()
    except FileNotFoundError as error:
        missing = Path(error.filename or path)
        yield _WHOLE, _unread(missing, folder, "missing")
    except NotAsWrittenError as error:
        yield _WHOLE, _unread(error.path, folder, "unreadable", reason=error.reason)


def _unread(path: Path, folder: Path, key: str, **values: Said) -> Check:
    """Return the check of a file that could not be read."""
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return Check(word("files"), name.as_posix(), "–", (said(key, file=name.as_posix(), **values),))
