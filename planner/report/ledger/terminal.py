"""Say in the terminal how the ledger stands: states, fates, targets, the most urgent entries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from planner.fitting import fitted
from planner.ledger import STATES, How, Standing, Verdict
from planner.report.backtest import ShownTable
from planner.report.headings import stage_name
from planner.report.ledger.sheets import grade_name, school_names
from planner.report.ledger.words import said
from planner.report.names import both_of
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.ledger import Entry, Forecast, Outlook, TargetYear

__all__ = [
    "assumed_sentence",
    "fate_sentences",
    "ledger_tables",
    "ledger_title",
    "unfollowed_sentence",
]

_WIDTH: Final = 78
_URGENT: Final = 10
_ROWS_NAMED: Final = 3
_SCHOOL_WIDTH: Final = 17
_NOTE_WIDTH: Final = 60


def ledger_title(outlook: Outlook, lang: Language) -> str:
    """Return one line: which county, which scenario, how many entries, what sizes rest on."""
    plan = outlook.plan
    county = getattr(both_of(plan.study.names), lang)
    about = plan.scenario.about
    title = getattr(both_of({"zh": about.title_zh, "en": about.title}), lang) or plan.scenario.name
    followed = [one for one in outlook.ledger.entries if one.standing == Standing.FOLLOWED]
    base = plan.study.classes["year"] == plan.study.base_year
    basis = "by_rolls" if not base.any() else "partly" if outlook.ledger.notes else "by_lists"
    line = said(
        "title",
        lang,
        county=fitted(county, 16),
        title=fitted(title, 16),
        entries=len(followed),
        year=plan.study.base_year,
        basis=said(basis, lang),
    )
    return fitted(line, _WIDTH)


def ledger_tables(outlook: Outlook, lang: Language) -> list[ShownTable]:
    """Return the tables of the terminal: states, targets where there are any, urgent entries."""
    tables = [_states(outlook, lang)]
    if outlook.targets:
        tables.append(_targets(outlook, lang))
    if outlook.standing():
        tables.append(_urgent(outlook, lang))
    return tables


def fate_sentences(outlook: Outlook, lang: Language) -> tuple[str, str]:
    """Return a line and what is said below it: which entries close by themselves, which do not."""
    standing = outlook.standing()
    by_verdict = {
        verdict: [one for _, one in standing if one.verdict == verdict] for verdict in Verdict
    }
    parts = [
        *_of_themselves(by_verdict[Verdict.ITSELF], lang),
        *_of_division(by_verdict[Verdict.DIVISION], lang),
        *_counted("fate_measure", len(by_verdict[Verdict.MEASURE]), lang),
        *_counted("fate_no_due", sum(one.due_year is None for _, one in standing), lang),
        *_counted("fate_returns", len(outlook.returning()), lang),
    ]
    if outlook.expected:
        classes = sum(one.classes for one in outlook.expected)
        first = outlook.expected[0].first_year
        cohorts = len(outlook.expected)
        parts.append(said("fate_expected", lang, classes=classes, cohorts=cohorts, first=first))
    if not outlook.targets:
        parts.append(said("no_targets", lang))
    return said("fate_title", lang, entries=len(standing)), _joined(parts, lang)


def unfollowed_sentence(outlook: Outlook, lang: Language) -> tuple[str, str] | None:
    """Return a line and the first rows that could not be followed; None where there are none."""
    rows = outlook.unfollowed()
    if not rows:
        return None
    comma = "、" if lang == Language.CHINESE else "; "
    first = comma.join(
        said("row_said", lang, row=row.row, note=fitted(_why(row, lang), _NOTE_WIDTH))
        for row in rows[:_ROWS_NAMED]
    )
    return said("rows_title", lang), said("rows_said", lang, count=len(rows), first=first)


def assumed_sentence(outlook: Outlook, lang: Language) -> tuple[str, str] | None:
    """Return a line and what was assumed in reading the ledger; None where nothing was."""
    assumed = [words.said(lang) for words in outlook.ledger.assumed]
    return (said("assumed_title", lang), _joined(assumed, lang)) if assumed else None


def _why(row: Entry, lang: Language) -> str:
    """Return why a row is not followed."""
    if row.notes:
        return row.notes[0].said(lang).rstrip("。.")
    return said(row.standing.value, lang)


def _joined(parts: list[str], lang: Language) -> str:
    """Return sentences one after the other."""
    return ("" if lang == Language.CHINESE else " ").join(parts)


def _of_themselves(found: list[Forecast], lang: Language) -> list[str]:
    """Say how many entries close by themselves, how, and when the last one does."""
    if not found:
        return []
    how = Counter(one.how for one in found)
    last = max(one.closes for one in found)
    leaves, shrinks = how[How.LEAVES], how[How.SHRINKS]
    return [said("fate_itself", lang, count=len(found), leaves=leaves, shrinks=shrinks, last=last)]


def _of_division(found: list[Forecast], lang: Language) -> list[str]:
    """Say how many entries the plan closes by dividing the grade."""
    if not found:
        return []
    first = min(one.closes for one in found)
    return [said("fate_division", lang, count=len(found), first=first)]


def _counted(key: str, count: int, lang: Language) -> list[str]:
    """Return a sentence that counts, nothing where there is nothing to count."""
    return [said(key, lang, count=count)] if count else []


def _states(outlook: Outlook, lang: Language) -> ShownTable:
    """Return how many entries of each stage are in each state."""
    plan = outlook.plan
    stage_of = plan.sections.set_index("section_id")["stage"]
    counts = Counter(
        (str(stage_of.get(one.section_id, "")), one.state)
        for one in outlook.ledger.entries
        if one.standing == Standing.FOLLOWED
    )
    stages = [stage.stage for stage in plan.norms.stages if stage.large_class is not None]
    stages = [stage for stage in stages if (stage_of == stage).any()]
    headings = [
        said("stage", lang), *(words.said(lang) for words in STATES.values()), said("total", lang)
    ]  # fmt: skip
    rows = [
        [stage_name(stage, plan.norms, lang), *_counts([counts[stage, one] for one in STATES])]
        for stage in stages
    ]
    sums = [sum(counts[stage, one] for stage in stages) for one in STATES]
    rows.append([said("all_stages", lang), *_counts(sums)])
    return ShownTable(said("states_title", lang), tuple(headings), tuple(map(tuple, rows)))


def _counts(numbers: list[int]) -> list[str]:
    """Return numbers and their sum as cells; nothing is a dash."""
    return [f"{number:,}" if number else "–" for number in (*numbers, sum(numbers))]


def _targets(outlook: Outlook, lang: Language) -> ShownTable:
    """Return the path of targets beside what is counted and expected."""
    keys = ("stage", "year_short", "target", "large_short", "interval", "met", "to_remove_short",
            "beyond_short")  # fmt: skip
    rows = tuple(_target_cells(target, outlook, lang) for target in outlook.targets)
    return ShownTable(said("targets_title", lang), tuple(said(key, lang) for key in keys), rows)


def _target_cells(target: TargetYear, outlook: Outlook, lang: Language) -> tuple[str, ...]:
    """Return the cells of one target."""
    norms = outlook.plan.norms
    known = target.low80 is not None and target.high80 is not None
    met = "–" if target.met is None else said("yes" if target.met else "no", lang)
    return (
        stage_name(target.stage, norms, lang) if target.stage else said("all_stages", lang),
        str(target.year),
        fitted(target.said, 12) or "–",
        _number(target.classes),
        f"{target.low80:,.0f}–{target.high80:,.0f}" if known else "–",
        met,
        _number(target.to_remove),
        _number(target.beyond),
    )


def _number(count: int | None) -> str:
    """Return a count, a dash where there is none to give."""
    return "–" if count is None else f"{count:,}"


def _urgent(outlook: Outlook, lang: Language) -> ShownTable:
    """Return the entries that press most."""
    first = outlook.standing()[:_URGENT]
    keys = ("school", "grade", "class", "size", "due", "closes_short", "verdict")
    names = school_names(outlook.plan, lang)
    rows = tuple(_urgent_cells(entry, one, outlook, names, lang) for entry, one in first)
    title = said("urgent_title", lang, count=len(first))
    return ShownTable(title, tuple(said(key, lang) for key in keys), rows)


def _urgent_cells(
    entry: Entry, one: Forecast, outlook: Outlook, names: Mapping[str, str], lang: Language
) -> tuple[str, ...]:
    """Return the cells of one entry."""
    due = "–" if entry.due is None else entry.due.isoformat()
    verdict = "overdue" if outlook.overdue(entry) else f"{one.verdict.value}_short"
    return (
        fitted(names.get(entry.section_id, entry.section_id), _SCHOOL_WIDTH),
        grade_name(outlook.plan, entry, lang),
        fitted(entry.class_name or entry.opened_class, 8),
        _number(entry.size),
        due,
        str(one.closes),
        said(verdict, lang),
    )
