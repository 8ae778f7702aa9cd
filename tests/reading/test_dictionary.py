"""The printed data dictionary is the one of the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import OutputError
from planner.reading.dictionary import dictionary_markdown, is_current, refresh
from planner.tables import TABLES, columns_of
from planner.terms import Language

README = Path(__file__).parents[2] / "data" / "README.md"


@pytest.mark.parametrize("lang", list(Language))
def test_every_column_of_every_table_has_one_row(lang: Language) -> None:
    rows = dictionary_markdown(lang).splitlines()
    named = [row.split("`")[1] for row in rows if row.startswith("| `")]
    assert named == [column.name for table in TABLES for column in columns_of(table)]
    assert [row.split()[1] for row in rows if row.startswith("### ")] == list(TABLES)


def test_the_dictionary_is_written_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Data\n<!-- dictionary -->\nold\n<!-- /dictionary -->\nend\n", "utf-8")
    assert not is_current(readme)
    refresh(readme)
    assert is_current(readme)
    text = readme.read_text("utf-8")
    assert text.startswith("# Data\n<!-- dictionary -->\n\n### schools 学校\n")
    assert text.endswith("<!-- /dictionary -->\nend\n")
    assert "\nold\n" not in text


def test_a_file_without_marks_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Data\n", "utf-8")
    with pytest.raises(OutputError, match=r"README\.md has no place for the dictionary"):
        refresh(readme)
    assert readme.read_text("utf-8") == "# Data\n"


@pytest.mark.skipif(not README.exists(), reason="The repository has no data/README.md.")
def test_the_readme_of_the_data_is_up_to_date() -> None:
    assert is_current(README)
