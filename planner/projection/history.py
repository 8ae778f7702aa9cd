"""Put the counts of many years side by side: who sat in which school, grade and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from planner.errors import Sentence, StudyError
from planner.projection.rolls import Rolls, counted_rolls
from planner.reading.rolls_file import read_rolls_file
from planner.reading.successions import under_new_keys
from planner.study import Fallback
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from planner.study import Study

    FloatArray = npt.NDArray[np.float64]
    BoolArray = npt.NDArray[np.bool_]
    IntArray = npt.NDArray[np.int64]

__all__ = ["RollHistory", "believed", "history_of_study", "read_history"]

JUMP_RATIO: Final = 3.0  # times as many, or a third: no cohort does so of itself
JUMP_PUPILS: Final = 40  # a class: smaller differences are the ups and downs of small grades
STEADY_SHARE: Final = 0.25  # change of a school's other grades within which one grade stands out
NAMED: Final = 5
CELLS_NAMED: Final = 12
_OF_ALL_YEARS: Final = frozenset(
    {"history_successions", "history_successions_unused", "history_never"}
)


@dataclass(frozen=True, slots=True, eq=False)
class RollHistory:
    """The counted rolls of a county, school by school, as far back as they are known.

    A zero is a grade that the school does not offer, unless the same grade has pupils in the
    counted year before and in the one after: then it was not counted, and a note names it. A
    school without any pupils in a year between two counted ones was not counted in that year.

    Attributes:
        schools: Keys of the schools (of a study: its sections), sorted.
        grades: Labels as they were written, lowest grade first; each is one year above the one
            before it.
        years: Years with any count, ascending; there may be gaps (2011, 2013).
        pupils: Pupils, [school, grade, year]; NaN where a grade was not offered or not counted:
            neither is a zero.
        doubtful: Same shape; True where a count looks like a typing error. Its number stays in
            `pupils`, learning leaves it out.
        notes: What was assumed and what a person should look at, named.
    """

    schools: tuple[str, ...]
    grades: tuple[str, ...]
    years: tuple[int, ...]
    pupils: FloatArray
    doubtful: BoolArray
    notes: tuple[Fallback, ...]

    def until(self, year: int) -> RollHistory:
        """Return the history as it was known in that year, for back-tests.

        Schools and grades keep their places, so that a forecast and the later count line up;
        those that came later are missing throughout. What is doubtful is judged again, since
        nobody could yet see what followed. Schools that merged later already stand under their
        new key, so that both sides of a comparison speak of the same school.

        Raises:
            StudyError: nothing had been counted by then.
        """
        known = sum(each <= year for each in self.years)
        if not known:
            raise StudyError(
                Sentence(
                    f"There is no count up to {year}; the first is of {self.years[0]}. "
                    "Choose a later year.",
                    f"截至{year}年没有学生数；最早的是{self.years[0]}年，请选更晚的年份。",
                )
            )
        told = [note for note in self.notes if note.key in _OF_ALL_YEARS]
        return _history(
            _Cube(self.schools, self.grades, self.years[:known], self.pupils[:, :, :known]), told
        )


def read_history(
    path: Path, successions: Path | None = None, *, lang: Language = Language.ENGLISH
) -> RollHistory:
    """Read a county's counts from one file, and what became of its schools from another.

    Args:
        path: Columns school_id, grade, year and pupils, one row for each count (see
            `planner.reading.rolls_file`).
        successions: Columns from_school, to_school, year and share of schools that were renamed,
            merged or split; counts from before stand under the key that came after.
        lang: Language of the sentences in an error.

    Raises:
        StudyError: every fault of both files together.
    """
    file = read_rolls_file(path, successions, lang=lang)
    rolls = under_new_keys(file.rolls, file.successions, key="section_id")
    as_written = _cube(file.rolls, file.labels, file.file)
    cube = _cube(rolls, file.labels, file.file)
    told = [*_succession_notes(file.successions, as_written.schools), *_never_note(cube)]
    # Merged schools hide a year in which only one of them was counted.
    return _history(cube, told, uncounted=_uncounted_years(as_written))


def history_of_study(study: Study) -> RollHistory:
    """Return the history of a study's sections up to its base year.

    The grades are all those of the norms, by their numbers. Rolls that are known only as totals
    are spread over the grades (see `planner.projection.rolls`).

    Raises:
        StudyError: the rolls hold no pupils.
    """
    sections = study.sections.sort_values("section_id")
    rolls = counted_rolls(study, sections, study.norms)
    counted = (rolls.pupils > 0).any(axis=(0, 1))
    if not counted.any():
        raise StudyError(
            Sentence(
                "rolls: nobody is counted up to the base year. Fill in the pupils.",
                "在校生表：截至基年没有任何学生数；请填写学生数。",
            )
        )
    cube = _Cube(
        tuple(sections["section_id"]),
        tuple(map(str, rolls.grades)),
        tuple(np.array(rolls.years)[counted].tolist()),
        rolls.pupils[:, :, counted],
    )
    told = _succession_notes(study.successions, study.rolls["section_id"])
    return _history(cube, [*told, *_never_note(cube)])


def believed(rolls: Rolls, sections: Sequence[str]) -> Rolls:
    """Return rolls without the counts that look like typing errors, to learn from.

    Args:
        rolls: Counted pupils.
        sections: Keys of the sections, in the order of the rolls.
    """
    cube = _Cube(tuple(sections), tuple(map(str, rolls.grades)), rolls.years, rolls.pupils)
    doubtful = _history(cube, []).doubtful
    return Rolls(rolls.grades, rolls.years, np.where(doubtful, np.nan, rolls.pupils))


class _Cube(NamedTuple):
    """Counts, [school, grade, year], and where a file has them; row 0 is no row."""

    schools: tuple[str, ...]
    grades: tuple[str, ...]
    years: tuple[int, ...]
    pupils: FloatArray
    file: str = ""
    rows: IntArray | None = None


def _cube(rolls: pd.DataFrame, labels: Mapping[int, str], file: str) -> _Cube:
    """Arrange counts by school, grade and year; counts of the same cell add up."""
    rolls = rolls[rolls["year"].isin(rolls.loc[rolls["pupils"] > 0, "year"])]
    school, schools = pd.factorize(rolls["section_id"], sort=True)
    lowest, highest = int(rolls["grade"].min()), int(rolls["grade"].max())
    year, years = pd.factorize(rolls["year"].to_numpy(dtype=int), sort=True)
    where = (school, rolls["grade"].to_numpy(dtype=int) - lowest, year)
    shape = (len(schools), highest - lowest + 1, len(years))
    pupils, counted = np.zeros(shape), np.zeros(shape, dtype=bool)
    np.add.at(pupils, where, rolls["pupils"].to_numpy(dtype=float))
    counted[where] = True
    rows = np.full(shape, np.iinfo(np.int64).max)
    np.minimum.at(rows, where, rolls["row"].to_numpy(dtype=np.int64))
    return _Cube(
        tuple(map(str, schools)),
        tuple(labels.get(grade, str(grade)) for grade in range(lowest, highest + 1)),
        tuple(map(int, years)),
        np.where(counted, pupils, np.nan),
        file,
        np.where(counted, rows, 0),
    )


def _history(cube: _Cube, told: list[Fallback], uncounted: list[str] | None = None) -> RollHistory:
    """Judge counts and say what is odd about them."""
    cube = cube._replace(pupils=np.where(cube.pupils > 0, cube.pupils, np.nan))
    doubtful = _doubtful_cells(cube)
    # One slip can outweigh a small school; the school is judged by its other grades.
    doubtful |= _doubtful_years(np.where(doubtful, np.nan, cube.pupils))[:, None, :]
    doubtful &= _counted(cube.pupils)
    missed = _uncounted_years(cube) if uncounted is None else uncounted
    notes = (
        *told,
        *_year_notes(cube.years),
        *_school_notes(cube),
        *_note("not_counted_years", missed),
        *_note("not_counted", _uncounted_grades(cube)),
        *_note("stays", _lasting_jumps(cube, doubtful)),
        *_doubt_note(cube, doubtful),
    )
    return RollHistory(cube.schools, cube.grades, cube.years, cube.pupils, doubtful, notes)


def _counted(pupils: FloatArray) -> BoolArray:
    """Tell where somebody counted pupils."""
    return np.asarray(~np.isnan(pupils))


def _doubtful_cells(cube: _Cube) -> BoolArray:
    """Tell which counts stand out against their cohort and against their grade.

    Such a count is at least three times, or at most a third, of all that stands beside it, and
    differs from each by a class: the same grade in the counted years before and after, and its
    own cohort in them, a grade lower and a grade higher. Three of these four are needed; so a
    new school that fills grade by grade is never doubted. Of the last year only two can be
    known; there a count is doubted where the grade is no new one and the school's other grades
    hardly changed.
    """
    beside = _beside(cube.pupils, cube.years)
    known = _counted(beside)
    high = ~known | _jumps(beside, cube.pupils)
    low = ~known | _jumps(cube.pupils, beside)
    apart = high.all(axis=0) | low.all(axis=0)
    enough = known.sum(axis=0) >= 3
    enough[:, :, -1] |= known[:, :, :, -1].sum(axis=0) == 2
    enough[:, :, -1] &= _steady_otherwise(cube.pupils)
    return np.asarray(apart & enough)


def _beside(pupils: FloatArray, years: Sequence[int]) -> FloatArray:
    """Return what stands beside each count: grade before, cohort before, grade and cohort after."""
    beside = np.full((4, *pupils.shape), np.nan)
    for layer in range(1, len(years)):
        apart = years[layer] - years[layer - 1]
        before, after = pupils[:, :, layer - 1], pupils[:, :, layer]
        beside[0, :, :, layer] = before
        beside[1, :, apart:, layer] = before[:, :-apart]
        beside[2, :, :, layer - 1] = after
        beside[3, :, :-apart, layer - 1] = after[:, apart:]
    return beside


def _jumps(before: FloatArray, after: FloatArray) -> BoolArray:
    """Tell where pupils become three times as many and a class more; never where one is missing."""
    return np.asarray((after >= JUMP_RATIO * before) & (after - before >= JUMP_PUPILS))


def _steady_otherwise(pupils: FloatArray) -> BoolArray:
    """Tell of each grade counted before whether the school's others changed little last year."""
    if pupils.shape[2] < 3:
        return np.zeros(pupils.shape[:2], dtype=bool)
    both = np.all(_counted(pupils[:, :, -2:]), axis=2)
    ends = np.where(both[:, :, None], pupils[:, :, -2:], 0.0)
    others = ends.sum(axis=1, keepdims=True) - ends
    before, after = others[:, :, 0], others[:, :, 1]
    several = both.sum(axis=1, keepdims=True) - both >= 2
    steady = np.abs(after - before) <= STEADY_SHARE * before
    return np.asarray(several & steady & _counted(pupils[:, :, -3]))


def _doubtful_years(pupils: FloatArray) -> BoolArray:
    """Tell in which years a whole school is thrice or a third of itself, and back a year later.

    Only grades counted in all three years are compared, and only where they are at least half
    of the grades of that year, so that opening and closing grades do not count as jumps.
    """
    doubtful = np.zeros((pupils.shape[0], pupils.shape[2]), dtype=bool)
    for year in range(1, pupils.shape[2] - 1):
        three = pupils[:, :, year - 1 : year + 2]
        matched = np.all(_counted(three), axis=2)
        before, now, after = np.where(matched[:, :, None], three, 0.0).sum(axis=1).T
        half = 2 * matched.sum(axis=1) >= _counted(three[:, :, 1]).sum(axis=1)
        up = _jumps(before, now) & _jumps(after, now)
        down = _jumps(now, before) & _jumps(now, after)
        doubtful[:, year] = half & np.any(matched, axis=1) & (up | down)
    return doubtful


def _lasting_jumps(cube: _Cube, doubtful: BoolArray) -> list[str]:
    """Name schools that become thrice or a third of themselves in the same grades, to stay."""
    found = []
    for year in range(1, len(cube.years)):
        two = cube.pupils[:, :, year - 1 : year + 1]
        matched = np.all(_counted(two), axis=2)
        before, now = np.where(matched[:, :, None], two, 0.0).sum(axis=1).T
        half = 2 * matched.sum(axis=1) >= _counted(two).sum(axis=1).max(axis=1)
        judged = doubtful[:, :, year - 1 : year + 1].any(axis=(1, 2))
        jump = (
            half & np.any(matched, axis=1) & ~judged & (_jumps(before, now) | _jumps(now, before))
        )
        found += [
            f"{cube.schools[school]} ({cube.years[year]}: {before[school]:g} → {now[school]:g})"
            for school in np.flatnonzero(jump)
        ]
    return found


def _uncounted_years(cube: _Cube) -> list[str]:
    """Name the years between two counted ones in which a school has no pupils at all."""
    there = np.any(cube.pupils > 0, axis=1)
    between = ~there & _since_first(there) & _since_first(there[:, ::-1])[:, ::-1]
    return [f"{cube.schools[row]} ({cube.years[year]})" for row, year in np.argwhere(between)]


def _uncounted_grades(cube: _Cube) -> list[str]:
    """Name grades without pupils that have some in the counted years before and after."""
    there = _counted(cube.pupils)
    empty = ~there[:, :, 1:-1] & there[:, :, :-2] & there[:, :, 2:]
    empty &= there[:, :, 1:-1].any(axis=1, keepdims=True)
    return [
        f"{cube.schools[school]}/{cube.grades[grade]} ({cube.years[year + 1]})"
        for school, grade, year in np.argwhere(empty)
    ]


def _since_first(there: BoolArray) -> BoolArray:
    """Tell along the last axis from where on something has been there."""
    return np.logical_or.accumulate(there, axis=-1)


def _school_notes(cube: _Cube) -> Iterator[Fallback]:
    """Name schools that opened, closed, gained or lost grades between the first and last year."""
    there = _counted(cube.pupils)
    school = np.any(there, axis=1)
    years = np.array(cube.years)
    opened, closed = school.argmax(axis=1), _last(school)
    counted = np.any(school, axis=1)
    rows = np.arange(len(cube.schools))

    def named(where: BoolArray, when: IntArray) -> list[str]:
        return [f"{cube.schools[row]} ({years[when[row]]})" for row in rows[counted & where]]

    later = np.any(there, axis=2) & (there.argmax(axis=2) > opened[:, None])
    sooner = np.any(there, axis=2) & (_last(there) < closed[:, None])
    yield from _note("opened", named(opened > 0, opened))
    yield from _note("closed", named(closed < len(years) - 1, closed))
    yield from _note("gained", _grades_named(cube, later))
    yield from _note("lost", _grades_named(cube, sooner))


def _never_note(cube: _Cube) -> Iterator[Fallback]:
    """Name schools that nobody was ever counted in."""
    there = np.any(cube.pupils > 0, axis=(1, 2))
    yield from _note("never", [cube.schools[row] for row in np.flatnonzero(~there)])


def _last(there: BoolArray) -> IntArray:
    """Return the last place along the last axis at which something is there."""
    return np.asarray(there.shape[-1] - 1 - there[..., ::-1].argmax(axis=-1), dtype=np.int64)


def _grades_named(cube: _Cube, where: BoolArray) -> list[str]:
    """Name each school with its grades."""
    return [
        f"{cube.schools[row]} ({' '.join(cube.grades[grade] for grade in np.flatnonzero(own))})"
        for row, own in enumerate(where)
        if own.any()
    ]


def _year_notes(years: Sequence[int]) -> Iterator[Fallback]:
    """Say which years nobody counted, and what can be learned from a single one."""
    missing = sorted(set(range(years[0], years[-1])) - set(years))
    yield from _note("years_missing", list(map(str, missing)))
    if len(years) == 1:
        yield from _note("one_year", [str(years[0])])


def _succession_notes(
    successions: pd.DataFrame, counted: Sequence[str] | pd.Series[str]
) -> Iterator[Fallback]:
    """Name the successions that moved counts, and those whose old key has none."""
    if successions.empty:
        return
    links = successions.sort_values(["year", "from_section", "to_section"])
    known = set(counted)
    said = [
        (old in known, f"{old} → {new} ({year})")
        for old, new, year in links[["from_section", "to_section", "year"]].itertuples(index=False)
    ]
    yield from _note("successions", [text for moved, text in said if moved])
    yield from _note("successions_unused", [text for moved, text in said if not moved])


def _doubt_note(cube: _Cube, doubtful: BoolArray) -> Iterator[Fallback]:
    """Name the counts that look like typing errors, with the rows in which they stand."""
    cells = np.argwhere(doubtful)
    said = []
    for school, grade, year in cells[:CELLS_NAMED]:
        cell = (school, grade, year)
        row = f", {cube.file} row {cube.rows[cell]}" if cube.rows is not None else ""
        said.append(
            f"{cube.schools[school]}/{cube.grades[grade]} "
            f"({cube.years[year]}: {cube.pupils[cell]:g}{row})"
        )
    yield from _note("doubtful", said, count=len(cells), shown=CELLS_NAMED)


def _note(
    key: str, names: list[str], *, count: int | None = None, shown: int = NAMED
) -> Iterator[Fallback]:
    """Yield a note about these names, the first of them shown; none where there are none."""
    number = len(names) if count is None else count
    if not number:
        return
    first, more = names[:shown], number - min(len(names), shown)
    en, zh = _SENTENCES[key]
    listed = ", ".join(first) + (f" and {more} more" if more else "")
    listed_zh = "、".join(first) + (f"等{number}项" if more else "")
    # Keys of schools may hold braces, so the sentence is not a format of them.
    yield Fallback(
        f"history_{key}",
        en.replace("{n}", str(number)).replace("{names}", listed),
        zh.replace("{n}", str(number)).replace("{names}", listed_zh),
    )


_SENTENCES: Final = {
    "successions": (
        "Schools that were renamed, merged or split stand under their later key: {names}.",
        "更名、合并或分立的学校已归入新编号：{names}。",
    ),
    "successions_unused": (
        "Nobody is counted under the old key of these successions: {names}.",
        "下列学校沿革的原编号没有在校生数：{names}。",
    ),
    "years_missing": (
        "Nobody was counted in {names}; nothing is learned from the steps across a gap of years.",
        "缺少{names}学年的在校生数，跨越缺失年份的变化不用于学习。",
    ),
    "one_year": (
        "Only {names} is counted: no ratio can be learned and no forecast tested. "
        "The only forecast is that every cohort climbs whole (ratios of 1).",
        "只有{names}学年的在校生数：无法学习升级率，也无法检验预测，只能假定各年级全部升级（升级率为1）。",
    ),
    "opened": (
        "Schools counted for the first time after the first year, with that year ({n}): {names}.",
        "首个学年之后才有在校生的学校及其首个学年（{n}所）：{names}。",
    ),
    "closed": (
        "Schools counted for the last time before the last year, with that year ({n}): {names}.",
        "最后学年之前已无在校生的学校及其最后学年（{n}所）：{names}。",
    ),
    "gained": (
        "Schools that gained grades ({n}): {names}.",
        "增加年级的学校（{n}所）：{names}。",
    ),
    "lost": (
        "Schools that lost grades ({n}): {names}.",
        "减少年级的学校（{n}所）：{names}。",
    ),
    "never": (
        "Schools without pupils in any year ({n}): {names}.",
        "始终没有在校生的学校（{n}所）：{names}。",
    ),
    "not_counted_years": (
        "Schools without pupils in a year between two counted ones; the year is missing there, "
        "not zero ({n}): {names}.",
        "前后均有在校生而当年没有的学校，该学年按缺失处理而非零（{n}项）：{names}。",
    ),
    "not_counted": (
        "Grades without pupils between two counted years; the count is missing, not zero "
        "({n}): {names}.",
        "前后学年均有学生而当年没有的年级，按缺失处理而非零（{n}项）：{names}。",
    ),
    "stays": (
        "A jump that stays, or of which the next year is not yet known: schools three times "
        "or a third as large in the same grades ({n}): {names}.",
        "同年级在校生增至三倍以上或减至三分之一以下、且未复原（或次年未知）的学校（{n}项）：{names}。",
    ),
    "doubtful": (
        "Counts that look like typing errors and are left out of learning ({n}): {names}. "
        "Check them.",
        "疑似录入错误、不用于学习的人数（{n}项）：{names}。请核对。",
    ),
}
"""What the notes say, in English and Chinese; {n} is their number, {names} the first of them."""
