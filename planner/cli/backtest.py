"""How far would our forecasts have missed in the years that are counted already?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.talk import Lang, language, print_entry, print_table, progress
from planner.errors import Sentence, StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.projection.history import RollHistory
    from planner.terms import Language

Study = Annotated[
    Path | None,
    typer.Option("--study", help="Folder with study.toml; otherwise the current one."),
]
Rolls = Annotated[
    Path | None,
    typer.Option(
        "--rolls", help="Counts instead of a study: school_id, grade, year, pupils (csv, xlsx)."
    ),
]
Successions = Annotated[
    Path | None,
    typer.Option(
        "--successions",
        help="With --rolls: schools renamed, merged or split: from_school, to_school, year, share.",
    ),
]
Origins = Annotated[
    str | None,
    typer.Option(
        "--origins",
        help="Years to look ahead from: 2008,2009 or 2008-2010,2015; otherwise every counted "
        "year with one before and one after it.",
    ),
]
Leads = Annotated[
    str, typer.Option("--leads", help="How many years ahead: 3 or 1,2 or 1-3 or 1-3,5.")
]
Methods = Annotated[
    str,
    typer.Option(
        "--methods",
        help="naive (last year's roll), progression (three-year cohort survival), planner.",
    ),
]
Json = Annotated[Path | None, typer.Option("--json", help="Write every figure here as JSON.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write every figure here as CSV.")]
SeedOfNothing = Annotated[
    int,
    typer.Option(
        "--seed", min=0, help="Same seed, same result; today no method draws lots: all seeds agree."
    ),
]
Spans = list[tuple[int, int]]


def backtest(
    *,
    study: Study = None,
    rolls: Rolls = None,
    successions: Successions = None,
    origins: Origins = None,
    leads: Leads = "1-3",
    methods: Methods = "naive,progression,planner",
    json: Json = None,
    csv: Csv = None,
    lang: Lang = None,
    _seed: SeedOfNothing = 0,
) -> None:
    """Forecast past years again, knowing only what was known then, and say how far they missed."""
    from planner.report.backtest import write_backtest

    spoken = language(lang)
    spans, asked_leads, asked_methods = _wishes(origins, leads, methods)
    _check_files(study, rolls, successions, [json, csv])
    history, table = (
        _of_study(study or Path(), spans, asked_leads, asked_methods, spoken)
        if rolls is None
        else _of_rolls(rolls, successions, spans, asked_leads, asked_methods, spoken)
    )
    write_backtest(table, json, csv)
    _print(table, history, spoken)
    for path in (json, csv):
        if path is not None:
            typer.echo(str(path))


def _wishes(
    origins: str | None, leads: str, methods: str
) -> tuple[Spans | None, list[int], list[str]]:
    """Read origins, leads and methods from the command line, and name all slips together."""
    faults: list[Sentence] = []
    spans = None if origins is None else _spans("--origins", origins, r"\d{4}", "2008-2010", faults)
    ahead = _spans("--leads", leads, r"0?[1-9]|[1-9]\d", "1-3", faults)
    asked = _methods(methods, faults)
    if faults:
        raise StudyError(*faults)
    years = sorted({year for first, last in ahead for year in range(first, last + 1)})
    return spans, years, asked


def _spans(option: str, text: str, number: str, example: str, faults: list[Sentence]) -> Spans:
    """Read numbers and spans between commas, as 2008-2010,2015."""
    spans: Spans = []
    for part in re.split(r"[,，、]", text):
        found = re.fullmatch(rf"({number})(?:-({number}))?", part.strip())
        if found is None:
            faults.append(
                Sentence(
                    f"{option} takes numbers and spans such as {example}, with commas between "
                    f"them; found '{part.strip()}'.",
                    f"{option}应为数字或区间，如{example}，以逗号分隔；现为“{part.strip()}”。",
                )
            )
            continue
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            faults.append(
                Sentence(
                    f"{option} {part.strip()}: the end lies before the beginning. "
                    f"Write {last}-{first}.",
                    f"{option} {part.strip()}：终点早于起点；请写{last}-{first}。",
                )
            )
        spans.append((first, last))
    return spans


def _methods(text: str, faults: list[Sentence]) -> list[str]:
    """Read the methods, in the order of the tables."""
    from planner.projection.backtest import METHODS
    from planner.spelling import did_you_mean

    asked = [word.strip() for word in re.split(r"[,，、]", text)]
    faults += [
        Sentence(
            f"--methods: there is no method '{word}'.{did_you_mean(word, METHODS)} "
            f"There are: {', '.join(METHODS)}.",
            f"--methods：没有方法“{word}”。{did_you_mean(word, METHODS, lang='zh')}"
            f"现有：{'、'.join(METHODS)}。",
        )
        for word in asked
        if word not in METHODS
    ]
    return [method for method in METHODS if method in asked]


def _check_files(
    study: Path | None,
    rolls: Path | None,
    successions: Path | None,
    outputs: Sequence[Path | None],
) -> None:
    """Refuse inputs that contradict each other, and results that could not be written."""
    from planner.errors import OutputError
    from planner.report.backtest import check_file_writable

    if study is not None and rolls is not None:
        raise StudyError(
            Sentence(
                "--study and --rolls each bring their own counts. Leave one of them out.",
                "--study与--rolls各带一套学生数；请去掉其中一个。",
            )
        )
    if successions is not None and rolls is None:
        raise StudyError(
            Sentence(
                "--successions goes with --rolls; a study has a table 'successions' of its own.",
                "--successions与--rolls同用；研究自有学校沿革表successions。",
            )
        )
    wanted = [path for path in outputs if path is not None]
    inputs = _files_of(study or Path()) if rolls is None else [rolls, successions or rolls]
    for path in wanted:
        check_file_writable(path, inputs)
    if len({path.resolve() for path in wanted}) < len(wanted):
        raise OutputError(
            Sentence(
                f"--json and --csv both name {wanted[0]}. Give each a file of its own.",
                f"--json与--csv都写到{wanted[0]}；请各用一个文件。",
            )
        )


def _files_of(study: Path) -> list[Path]:
    """Return the files of a study, which no result may replace."""
    from planner.reading import study_folder

    folder = study_folder(study)
    kept = (folder / name for name in ("data", "scenarios"))
    return [folder / "study.toml", *(path for part in kept for path in part.rglob("*"))]


def _of_study(
    folder: Path, spans: Spans | None, leads: list[int], methods: list[str], lang: Language
) -> tuple[RollHistory, pd.DataFrame]:
    """Test a study's forecasts, with everything else that it knows of its past."""
    from planner.past import backtest_study
    from planner.projection.history import history_of_study
    from planner.reading import study_folder
    from planner.study import read_study

    place = study_folder(folder).resolve().name
    with progress(place, lang) as say:
        known = read_study(folder, progress=say, lang=lang)
        history = history_of_study(known)
        origins = _origins(spans, history.years, place)
        return history, backtest_study(known, origins, leads, methods, say)


def _of_rolls(
    path: Path,
    successions: Path | None,
    spans: Spans | None,
    leads: list[int],
    methods: list[str],
    lang: Language,
) -> tuple[RollHistory, pd.DataFrame]:
    """Test forecasts from counts alone."""
    from planner.projection.backtest import backtest as test
    from planner.projection.history import read_history

    with progress(path.name, lang) as say:
        say(Sentence("rolls", "在校生数"))
        history = read_history(path, successions, lang=lang)
        origins = _origins(spans, history.years, path.name)
        return history, test(history, origins, leads, methods, say)


def _origins(spans: Spans | None, years: Sequence[int], place: str) -> list[int]:
    """Return the years to look ahead from.

    Years that are named must be counted (the back-test refuses others); of a span its ends are
    named, and between them only counted years are meant.
    """
    if len(years) == 1:
        raise StudyError(
            Sentence(
                f"{place}: only {years[0]} is counted, and with one year nothing can be tested on "
                "the past. A forecast is still possible, with every cohort climbing whole, but "
                "nobody can say how sure it is. Add the rolls of earlier years: three in all "
                "make a test.",
                f"{place}：只有{years[0]}年的学生数，一年无法用过去检验。"
                "仍可预测（各年级整级升上去），但说不出把握多大；请补上以前各年的在校生数，"
                "共三年即可检验。",
            )
        )
    if spans is None:
        if len(years) == 2:
            raise StudyError(
                Sentence(
                    f"{place}: {years[0]} and {years[1]} are counted, so no year has one before "
                    "it to learn from and one after it to be tested on. Add the rolls of another "
                    f"year, or test what nothing was learned for: --origins {years[0]}.",
                    f"{place}：只有{years[0]}年与{years[1]}年的学生数，没有哪一年既有前一年可学、"
                    "又有后一年可检验。请再补一年的在校生数，或检验无需学习的方法：--origins "
                    f"{years[0]}。",
                )
            )
        return list(years[1:-1])
    named = {year for span in spans for year in span}
    within = {year for year in years for first, last in spans if first <= year <= last}
    return sorted(named | within)


def _print(table: pd.DataFrame, history: RollHistory, lang: Language) -> None:
    """Print the tables, and below them what they come to and what was assumed."""
    from planner.report.backtest import backtest_entries, backtest_tables

    for shown in backtest_tables(table, lang):
        print_table(shown.title, shown.headings, shown.rows)
        typer.echo()
    for head, body in backtest_entries(table, history.notes, lang):
        print_entry(head, body)
        typer.echo()
