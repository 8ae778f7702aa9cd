"""Say which sheets are wished for, and refuse at once what cannot be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as day
from typing import TYPE_CHECKING, Final

from planner.atlas.sheets.paper import PAPERS
from planner.atlas.sheets.scene import first_changed_year
from planner.errors import InputError, Sentence
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.atlas.figures import Shown
    from planner.norms import StageNorm

__all__ = ["FORMATS", "KINDS", "Order", "Wish", "ordered"]

KINDS: Final = ("county", "townships", "sections")
FORMATS: Final = ("pdf", "png")
_DPI: Final = (50, 600)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a planner asks for; None where nothing was said.

    `of` is county, townships or sections; naming a township or a section already says which.
    `portrait` None turns the paper as the county lies. `public` leaves out all numbers of pupils.
    `date` is a day such as 2026-08-01, or "today"; without one only the day of the count is named.

    Raises:
        InputError: Words that no study can give a meaning to, all together.
    """

    of: str | None = None
    stage: str | None = None
    township: str | None = None
    section: str | None = None
    year: int | None = None
    paper: str = "A3"
    portrait: bool | None = None
    formats: tuple[str, ...] = ("pdf",)
    dpi: int = 150
    date: str | None = None
    public: bool = False

    def __post_init__(self) -> None:
        faults = [
            *_unknown("--of", [self.of] if self.of else [], KINDS),
            *_unknown("--paper", [self.paper.upper()], PAPERS),
            *_unknown("--format", self.formats, FORMATS),
        ]
        if not _DPI[0] <= self.dpi <= _DPI[1]:
            low, high = _DPI
            faults.append(
                Sentence(
                    f"--dpi must be from {low} to {high}; found {self.dpi}.",
                    f"--dpi须在{low}到{high}之间；现为{self.dpi}。",
                )
            )
        if (self.of == "county" and (self.township or self.section)) or (
            self.of == "townships" and self.section
        ):
            faults.append(
                Sentence(
                    f"--of {self.of} cannot be narrowed to that. Leave out --of: --township and "
                    "--section say what is drawn.",
                    f"--of {self.of}不能这样限定。请去掉--of：--township、--section已说明画什么。",
                )
            )
        if self.date not in {None, "today"} and _day(str(self.date)) is None:
            faults.append(
                Sentence(
                    f"--date takes a day such as 2026-08-01, or today; found '{self.date}'.",
                    f"--date须为日期，如2026-08-01，或写today；现为“{self.date}”。",
                )
            )
        if faults:
            raise InputError(*faults)

    @property
    def kind(self) -> str:
        """What the sheets show one by one."""
        if self.of:
            return self.of
        return "sections" if self.section else "townships" if self.township else "county"


@dataclass(frozen=True, slots=True)
class Order:
    """A wish that the study can fulfil; `township` None stands for all, `sections` for some."""

    kind: str
    stages: tuple[StageNorm, ...]
    year: int
    township: str | None
    section: str | None
    wish: Wish

    @property
    def paper(self) -> str:
        """Its name, such as A3."""
        return self.wish.paper.upper()

    @property
    def drawn_on(self) -> str:
        """The day that was given, as it is written; empty without one."""
        if self.wish.date is None:
            return ""
        return day.today().isoformat() if self.wish.date == "today" else self.wish.date


def ordered(wish: Wish, plans: Sequence[Shown]) -> Order:
    """Hold a wish against a plan, the last one.

    Raises:
        InputError: The plan has no such stage, township, section or year; all at once.
    """
    plan = plans[-1]
    faults = [*_stage_faults(wish, plan), *_place_faults(wish, plan)]
    if wish.year is not None and any(wish.year not in each.years for each in plans):
        first, last = plan.years[0], plan.years[-1]
        faults.append(
            Sentence(
                f"--year {wish.year} is not planned; the plan has {first} to {last}.",
                f"--year {wish.year}不在方案之内；方案为{first}至{last}学年。",
            )
        )
    if faults:
        raise InputError(*faults)
    stages = _stages(wish, plan)
    year = wish.year or first_changed_year(plans, [norm.stage for norm in stages])
    return Order(wish.kind, stages, year, wish.township, wish.section, wish)


def _stages(wish: Wish, plan: Shown) -> tuple[StageNorm, ...]:
    """Return the stages to draw: the one asked for, the section's, or all that have zones."""
    norms = {norm.stage: norm for norm in plan.norms.stages}
    if wish.section is not None:
        of_section = plan.sections.set_index("section_id")["stage"]
        return (norms[str(of_section[wish.section])],)
    if wish.stage is not None:
        return (norms[wish.stage],)
    zoned = set(plan.area_years.loc[plan.area_years["section_id"].notna(), "stage"])
    chosen = [norm for name, norm in norms.items() if name in zoned]
    taught = set(plan.sections["stage"])
    return tuple(chosen or [norm for name, norm in norms.items() if name in taught])


def _stage_faults(wish: Wish, plan: Shown) -> list[Sentence]:
    """Say what is wrong with the stage."""
    names = [norm.stage for norm in plan.norms.stages]
    return [] if wish.stage is None else _unknown("--stage", [wish.stage], names)


def _place_faults(wish: Wish, plan: Shown) -> list[Sentence]:
    """Say what is wrong with township and section."""
    townships = [str(name) for name in plan.study.areas["township"].dropna().unique()]
    faults = []
    if wish.township is not None and townships:
        faults += _unknown("--township", [wish.township], townships)
    if not townships and (wish.township is not None or wish.kind == "townships"):
        faults.append(
            Sentence(
                "The areas name no township. Fill in the column 'township' of areas, or draw "
                "--of county or --of sections.",
                "单元表没有乡镇街道。请在单元表中补充“乡镇街道”一列，"
                "或改用--of county、--of sections。",
            )
        )
    if wish.section is not None:
        ids = plan.sections["section_id"].astype(str).tolist()
        faults += _unknown("--section", [wish.section], ids)
        stage = dict(zip(ids, plan.sections["stage"], strict=True)).get(wish.section)
        if stage is not None and wish.stage not in {None, stage}:
            faults.append(
                Sentence(
                    f"--section {wish.section} teaches {stage}, not {wish.stage}. "
                    "Leave out --stage.",
                    f"--section {wish.section}的学段是{stage}，不是{wish.stage}；请去掉--stage。",
                )
            )
    return faults


def _unknown(option: str, found: Iterable[str], known: Iterable[str]) -> list[Sentence]:
    """Return a sentence for every word that is not known."""
    names = list(known)
    few = names[:8]
    more = len(names) - len(few)
    return [
        Sentence(
            f"{option} '{word}' is not known."
            + (
                did_you_mean(word, names)
                or f" There are: {', '.join(few)}{f' and {more} more' if more else ''}."
            ),
            f"{option} “{word}”无法识别。"
            + (
                did_you_mean(word, names, lang="zh")
                or f"可选：{'、'.join(few)}{f'等{len(names)}个' if more else ''}。"
            ),
        )
        for word in found
        if word not in names
    ]


def _day(text: str) -> day | None:
    """Return a day, if the text is one."""
    try:
        return day.fromisoformat(text)
    except ValueError:
        return None
