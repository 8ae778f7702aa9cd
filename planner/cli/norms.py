"""Which norms are applied, and how sure is each figure?"""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.talk import Lang, language, print_entry


def norms(
    name: Annotated[str, typer.Argument(help="Norms file: cn, england, us or a path.")] = "cn",
    lang: Lang = None,
) -> None:
    """Print every figure of a norms file with document, article and certainty."""
    from planner.norms import norm_rows, read_norms

    spoken = language(lang)
    for row in norm_rows(read_norms(name), spoken):
        if not row.value:
            print_entry(row.path, f"{row.title} — {row.note}")
            continue
        print_entry(
            f"{row.path} = {row.value} {row.unit}  [{row.certainty}]",
            f"{row.title} — {row.document} {row.article}{f'; {row.note}' if row.note else ''}",
        )
