from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from planner.errors import OutputError
from planner.report.folder import check_writable, results_folder
from planner.report.manifest import digest

RUN_THAT_IS_KILLED = """
import sys, time
from pathlib import Path
from planner.report.folder import results_folder
with results_folder(Path(sys.argv[1])) as folder:
    (folder / "results.txt").write_text("half of the n")
    print("writing", flush=True)
    time.sleep(60)
"""


def write(out: Path, text: str = "first", name: str = "results.txt") -> None:
    """Write results of one file."""
    with results_folder(out) as folder:
        (folder / name).write_text(text)


def seen(folder: Path) -> list[str]:
    """Return everything in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def test_results_stand_in_their_folder_with_a_manifest_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    write(tmp_path / "out" / "baseline")
    assert seen(tmp_path / "out") == ["baseline"]
    assert seen(tmp_path / "out" / "baseline") == ["manifest.json", "results.txt"]
    manifest = json.loads((tmp_path / "out" / "baseline" / "manifest.json").read_text())
    assert manifest["outputs"] == {
        "results.txt": digest(tmp_path / "out" / "baseline" / "results.txt")
    }


def test_new_results_take_the_place_of_former_ones(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "first", name="older.txt")
    write(out, "second")
    assert seen(out) == ["manifest.json", "results.txt"]
    assert seen(tmp_path) == ["out"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert (tmp_path / "out" / "results.txt").read_text() == "first"


def test_former_results_stand_untouched_while_new_ones_are_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "first")
    with results_folder(out) as folder:
        (folder / "results.txt").write_text("second")
        assert (out / "results.txt").read_text() == "first"
    assert (out / "results.txt").read_text() == "second"


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_interruption_leaves_the_former_results_and_nothing_else(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    out = tmp_path / "out"
    write(out, "first")

    def interrupted() -> None:
        with results_folder(out) as folder:
            (folder / "results.txt").write_text("half of the n")
            raise interruption

    with pytest.raises(interruption):
        interrupted()
    assert seen(tmp_path) == ["out"]
    assert (out / "results.txt").read_text() == "first"


def killed_run(out: Path) -> None:
    """Start a run in a process of its own and kill it while it writes."""
    run = subprocess.Popen(
        [sys.executable, "-c", RUN_THAT_IS_KILLED, str(out)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "writing\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()


def test_a_killed_run_halves_nothing_and_the_next_run_clears_up(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "first")
    killed_run(out)
    assert (out / "results.txt").read_text() == "first"
    assert len(seen(tmp_path)) == 2, "the killed run cannot have cleared up itself"
    write(out, "second")
    assert seen(tmp_path) == ["out"]
    assert (out / "results.txt").read_text() == "second"


def test_a_run_killed_on_first_use_leaves_no_results_that_look_complete(tmp_path: Path) -> None:
    killed_run(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    check_writable(tmp_path / "out")
    assert seen(tmp_path) == []


def finished_process() -> int:
    """Return the number of a process that has ended."""
    run = subprocess.Popen([sys.executable, "-c", ""])
    run.wait()
    return run.pid


def test_a_run_killed_in_the_middle_of_the_swap_gets_its_former_results_back(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    write(out, "first")
    out.rename(tmp_path / f".out.former-{finished_process()}")
    check_writable(out)
    assert seen(tmp_path) == ["out"]
    assert (out / "results.txt").read_text() == "first"


def test_the_folder_of_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / f".out.writing-{os.getppid()}"
    theirs.mkdir()
    write(tmp_path / "out")
    assert theirs.is_dir()


def test_a_swap_that_fails_puts_the_former_results_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write(out, "first")
    rename = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if ".writing-" in path.name:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OutputError, match=r"No space left.*untouched; make room"):
        write(out, "second")
    monkeypatch.undo()
    assert seen(tmp_path) == ["out"]
    assert (out / "results.txt").read_text() == "first"


def test_a_full_disk_is_told_as_a_sentence(tmp_path: Path) -> None:
    def full() -> None:
        with results_folder(tmp_path / "out"):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        full()
    assert seen(tmp_path) == []


def test_a_folder_with_other_files_is_refused_before_any_work(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for number in range(5):
        (out / f"letter{number}.docx").write_text("dear")
    with pytest.raises(
        OutputError, match=r"did not write: letter0.docx, letter1.docx, letter2.docx and 2 more"
    ):
        check_writable(out)
    assert len(seen(out)) == 5


def test_a_note_put_beside_former_results_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out)
    (out / "notes.docx").write_text("dear")
    with pytest.raises(OutputError, match=r"did not write: notes.docx\. Move them"):
        write(out)
    assert (out / "notes.docx").exists()


def test_results_edited_afterwards_are_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out)
    (out / "results.txt").write_text("first, and my remarks")
    with pytest.raises(OutputError, match=r"results.txt was changed after planner wrote it"):
        check_writable(out)


def test_a_geopackage_that_was_looked_at_in_qgis_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, name="results.gpkg")
    (out / "results.gpkg").write_text("first, touched by QGIS")
    (out / "results.gpkg-wal").write_text("")
    write(out, "second", name="results.gpkg")
    assert seen(out) == ["manifest.json", "results.gpkg"]


@pytest.mark.parametrize("content", ['{"name": "a web page"}', "[]", "not json", '{"outputs": []}'])
def test_a_manifest_of_something_else_does_not_make_a_folder_ours(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text(content)
    with pytest.raises(OutputError, match=r"did not write: manifest.json"):
        check_writable(tmp_path / "out")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match=r"out is a file. Choose a folder"):
        check_writable(tmp_path / "out")


def test_a_place_where_no_folder_can_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OutputError, match=r"no folder can be made here"):
        check_writable(tmp_path / "file" / "out")


def test_the_folder_one_works_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=r"the folder you are working in"):
        check_writable(Path())


def test_checking_a_good_place_leaves_no_trace_in_it(tmp_path: Path) -> None:
    check_writable(tmp_path / "out")
    assert seen(tmp_path) == []


def test_neighbours_with_similar_names_are_left_alone(tmp_path: Path) -> None:
    for name in (".out.writing-notes", ".outer.writing-1", "out.writing-1"):
        (tmp_path / name).mkdir()
    write(tmp_path / "out")
    assert seen(tmp_path) == [".out.writing-notes", ".outer.writing-1", "out", "out.writing-1"]
