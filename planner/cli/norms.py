"""Which norms are applied, and how sure is each figure?"""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.talk import Lang, language, print_table


def norms(
    name: Annotated[str, typer.Argument(help="Norms file: cn, england, us or a path.")] = "cn",
    lang: Lang = None,
) -> None:
    """Print every figure of a norms file with document, article and certainty."""
    from planner.norms import norm_rows, read_norms

    spoken = language(lang)
    rows = norm_rows(read_norms(name), spoken)
    headings = (
        ["标准", "数值", "单位", "文件与条款", "可靠程度"]
        if spoken == "zh"
        else ["norm", "value", "unit", "document and article", "certainty"]
    )
    print_table(
        name,
        headings,
        [
            [row.path, str(row.value), row.unit, f"{row.document} {row.article}", row.certainty]
            for row in rows
        ],
    )
