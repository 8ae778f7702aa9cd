"""Find targets and actuals that nobody can hold against anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from planner.norms.indicators import read_register
from planner.reading.findings import Severity, Words
from planner.reading.targets import parse_actual, parse_target
from planner.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from planner.norms.indicators import Indicator
    from planner.reading import Finding, RawStudy

__all__ = ["CHECKS"]

_SHOWN: Final = 3
_PERCENT: Final = ("%", "％", "百分比")
_MOST_SHARE: Final = 1.0
_MOST_RATE: Final = 2.0  # gross enrolment and retention may exceed 1; 92 for 92 % exceeds any rate
_RATES: Final = ("gross_enrolment", "retention")


def _unknown(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that indicators are those of the register or of the county's own."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours, known = study.tables[table], _known(study)
        named = ours.frame["indicator"]
        where = named.notna() & ~named.isin(known)
        close = {word: nearest(word, known) for word in named[where].unique()}
        pairs = [(word, like) for word, like in close.items() if like][:_SHOWN]
        misspelt = where & named.map(lambda word: bool(close.get(word)))
        yield from ours.at(
            misspelt,
            Words("no indicator is called {values}.", "没有名为{values}的指标。"),
            Words(
                " ".join(f"For '{word}', did you mean '{like}'?" for word, like in pairs)
                + " Otherwise list it in the table indicators.",
                "".join(f"“{word}”是否应为“{like}”？" for word, like in pairs)
                + "如系自定指标，请列入自定指标表（indicators）。",
            ),
            column="indicator",
        )
        yield from ours.at(
            where & ~misspelt,
            Words("planner does not know {values}.", "系统没有{values}这一指标。"),
            Words(
                "List it in the table indicators, with its unit and which way is better.",
                "请列入自定指标表（indicators），注明单位和优劣方向。",
            ),
            column="indicator",
            severity=Severity.WARNING,
        )

    return check


def _senseless(study: RawStudy) -> Iterator[Finding]:
    """Yield targets of figures and signs that make no number, bound or range."""
    ours = study.tables["targets"]
    texts = ours.frame["target"].fillna("")
    yield from ours.at(
        texts.map(lambda text: parse_target(text) is None).astype(bool),
        Words("nobody can read {values} as a target.", "无法识别目标值{values}。"),
        Words(
            "Write a number or share (0.93, 92%), a bound (>=85%), a range with the smaller end "
            "first (3-5), a change (-10%) or words.",
            "请填数值或比例（0.93、92%）、界限（不低于85%）、由小到大的区间（3-5）、"
            "增减幅度（-10%）或文字。",
        ),
        column="target",
    )


def _unlikely_share(study: RawStudy) -> Iterator[Finding]:
    """Yield targets of a share that were written as if it were a number of percent."""
    ours, known = study.tables["targets"], _known(study)
    yield from ours.at(
        [
            _is_unlikely(str(row["indicator"]), row["target"], row["unit"], known)
            for row in ours.frame.to_dict("records")
        ],
        Words("{values} is more than a share can be.", "比例目标填为{values}，过大。"),
        Words("Write 92% or 0.92, or % in the column unit.", "请填92%或0.92，或在单位列填%。"),
        column="target",
    )


def _unlikely_actual(study: RawStudy) -> Iterator[Finding]:
    """Yield shares that the bureau entered as if they were a number of percent, or below 0."""
    ours, known = study.tables["actuals"], _known(study)
    yield from ours.at(
        [
            isinstance(figure := parse_actual(str(row["value"])), float)
            and (one := known.get(str(row["indicator"]))) is not None
            and one.unit == "share"
            and not 0 <= figure <= _most(one)
            for row in ours.frame.to_dict("records")
        ],
        Words("{values} cannot be a share.", "{values}不能是比例。"),
        Words("Write 92% or 0.92.", "请填92%或0.92。"),
        column="value",
    )


def _change_without_base(study: RawStudy) -> Iterator[Finding]:
    """Yield changes such as -10 % of which nobody says against which year, or a later one."""
    ours = study.tables["targets"]
    change = ours.frame["target"].map(_is_change, na_action="ignore").fillna(value=False)
    base = ours.frame["base"]
    yield from ours.at(
        change.astype(bool) & base.isna(),
        Words("{values} is a change without a base year.", "{values}为增减幅度，未填基期。"),
        Words(
            "Write the school year it is measured against in the column base.",
            "请在基期列填写对比的学年。",
        ),
        column="target",
    )
    yield from ours.at(
        (base >= ours.frame["year"]).fillna(value=False),
        Words(
            "the base year {values} is not before the year aimed at.", "基期{values}不早于目标年。"
        ),
        Words("Write an earlier year.", "请填更早的学年。"),
        column="base",
    )


def _before_base_year(study: RawStudy) -> Iterator[Finding]:
    """Warn of targets for years before the base year: nothing is planned for them any more."""
    ours, rolls = study.tables["targets"], study.tables["rolls"].frame
    base = study.settings.base_year or (None if rolls.empty else int(rolls["year"].max()))
    if base is None:
        return
    yield from ours.at(
        (ours.frame["year"] < base).fillna(value=False),
        Words(
            f"{{values}} lies before the base year {base}; only what is entered in the table "
            "actuals can be held against it.",
            f"{{values}}早于基准年{base}，只能与指标实绩表中的填报值比较。",
        ),
        Words("Enter the value of that year, or take the row out.", "请填报该年实绩，或删除该行。"),
        column="year",
        severity=Severity.WARNING,
    )


def _stages(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that an indicator is known for the stage a row names."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours, known = study.tables[table], _known(study)
        yield from ours.at(
            [
                not pd.isna(row["stage"])
                and (one := known.get(str(row["indicator"]))) is not None
                and one.known == "computed"
                and row["stage"] not in one.stages
                for row in ours.frame.to_dict("records")
            ],
            Words(
                "the indicator is not reckoned for the stage {values}.",
                "该指标不按学段{values}计算。",
            ),
            Words("Leave the stage empty, or name another one.", "请将学段留空，或改填其他学段。"),
            column="stage",
        )

    return check


def _unread_actuals(study: RawStudy) -> Iterator[Finding]:
    """Warn of actuals that are neither a number nor yes or no: people must judge them."""
    ours, known = study.tables["actuals"], _known(study)
    yield from ours.at(
        [
            (one := known.get(str(row["indicator"]))) is not None
            and one.unit != "word"
            and parse_actual(str(row["value"])) is None
            for row in ours.frame.to_dict("records")
        ],
        Words("expected a number, found {values}.", "应填数值，实为{values}。"),
        Words("Write a number such as 0.93 or 92%.", "请填数值，例如0.93或92%。"),
        column="value",
    )


def _taken(study: RawStudy) -> Iterator[Finding]:
    """Yield own indicators with a name that the register has already."""
    ours = study.tables["indicators"]
    national = read_register(study.settings.norms.country).indicators
    yield from ours.at(
        ours.frame["indicator"].isin(list(national)),
        Words("{values} is an indicator planner knows already.", "{values}已在指标总表中。"),
        Words("Take the row out, or choose another key.", "请删除该行，或改用其他名称。"),
        column="indicator",
    )


def _known(study: RawStudy) -> Mapping[str, Indicator | None]:
    """Return every name an indicator goes by; the county's own have no entry in the register."""
    register = read_register(study.settings.norms.country)
    own: dict[str, Indicator | None] = dict.fromkeys(
        study.tables["indicators"].frame["indicator"].dropna()
    )
    items = {one.item: one for one in register.items}
    return {**own, **items, **register.indicators}


def _is_unlikely(
    name: str, text: object, unit: object, known: Mapping[str, Indicator | None]
) -> bool:
    """Tell whether a target of a share is too large for one."""
    indicator = known.get(name)
    if indicator is None or indicator.unit != "share" or pd.isna(text):  # type: ignore[call-overload]
        return False
    target = parse_target(str(text), percent=not pd.isna(unit) and str(unit) in _PERCENT)  # type: ignore[call-overload]
    figure = None if target is None else target.figure
    return figure is not None and figure > _most(indicator)


def _most(indicator: Indicator) -> float:
    """Return the largest value a share can have."""
    return _MOST_RATE if any(rate in indicator.id for rate in _RATES) else _MOST_SHARE


def _is_change(text: str) -> bool:
    """Tell whether a target is a change against a base year."""
    target = parse_target(text)
    return target is not None and target.kind == "change"


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of every table."""
    return {
        "targets": [
            _unknown("targets"),
            _stages("targets"),
            _senseless,
            _unlikely_share,
            _change_without_base,
            _before_base_year,
        ],
        "actuals": [_unknown("actuals"), _stages("actuals"), _unread_actuals, _unlikely_actual],
        "indicators": [_taken],
    }


CHECKS: Final = _all_checks()
