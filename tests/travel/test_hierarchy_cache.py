"""The order of a network is remembered on disk, and nothing depends on it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.travel.hierarchy import Ends, cache
from planner.travel.hierarchy.cache import remembered_order
from planner.travel.hierarchy.prepared import sweep_network
from planner.travel.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

NODES = 4
TAILS, HEADS = (np.array(ends, dtype=np.int32) for ends in ([0, 1, 2], [1, 2, 3]))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of one's own, not there yet."""
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "orders"))
    return tmp_path / "orders"


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many nodes the networks had whose orders were worked out, one after the other."""
    seen: list[int] = []

    def note(nodes: int, tails: object, heads: object) -> NDArray[np.int32]:
        seen.append(nodes)
        return np.arange(nodes, dtype=np.int32)[::-1].copy()

    monkeypatch.setattr(cache, "_work_out", note)
    return seen


def order(nodes: int = NODES) -> list[int]:
    """Return the order of the street 0 - 1 - 2 - 3."""
    ranks: list[int] = remembered_order(nodes, TAILS, HEADS).tolist()
    return ranks


def test_a_network_seen_before_is_not_ordered_again(folder: Path, worked_out: list[int]) -> None:
    assert order() == [3, 2, 1, 0]
    assert order() == [3, 2, 1, 0]
    assert worked_out == [4]
    assert [file.stat().st_size for file in folder.iterdir()] == [16 + 16 + 4 * NODES]


def test_another_network_is_another_order(folder: Path, worked_out: list[int]) -> None:
    order()
    order(nodes=5)
    remembered_order(NODES, HEADS, TAILS)
    remembered_order(NODES, TAILS, TAILS)
    assert worked_out == [4, 5, 4, 4]
    assert len(list(folder.iterdir())) == 4


def test_a_barrier_or_a_longer_street_finds_the_order_again(
    folder: Path, worked_out: list[int]
) -> None:
    tails, heads = np.array([0, 1, 2, 0]), np.array([1, 2, 0, 2])
    for metres in ([1.0, 2.0, 3.0, 9.0], [1.0, 7.0, 3.0, 9.0], [1.0, float("inf"), 3.0, 9.0]):
        network = Network(3, tails, heads, np.array(metres))
        walks = sweep_network(network, Ends.at(np.array([2])), reverse=False, nodes=None)
        assert walks is not None
        assert walks[0, 0] == min(metres[0] + metres[1], 9.0)
    assert worked_out == [3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an order",
        b"x" * (32 + 4 * NODES),
        cache.METHOD + cache._sum(b"") + bytes(4 * NODES),
        cache.METHOD + cache._sum(bytes(4 * NODES)) + bytes(4 * NODES),
        cache.METHOD
        + cache._sum(np.array([0, 1, 2, 4], dtype="<i4").tobytes())
        + np.array([0, 1, 2, 4], dtype="<i4").tobytes(),
        cache.METHOD
        + cache._sum(np.array([0, 1, 2, -1], dtype="<i4").tobytes())
        + np.array([0, 1, 2, -1], dtype="<i4").tobytes(),
    ],
    ids=["empty", "text", "foreign", "wrong sum", "all zero", "too high", "negative"],
)
def test_a_file_that_is_no_order_is_written_again(
    content: bytes, folder: Path, worked_out: list[int]
) -> None:
    order()
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert order() == [3, 2, 1, 0]
    assert order() == [3, 2, 1, 0]
    assert worked_out == [4, 4]


def test_a_cut_off_file_is_written_again(folder: Path, worked_out: list[int]) -> None:
    order()
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert order() == [3, 2, 1, 0]
    assert worked_out == [4, 4]


def test_where_nothing_can_be_written_the_run_goes_on(
    folder: Path, worked_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_text("a file where the folder should be")
    assert order() == order() == [3, 2, 1, 0]
    assert worked_out == [4, 4]
    assert folder.read_text() == "a file where the folder should be"


def test_a_folder_in_the_place_of_the_file_does_no_harm(
    folder: Path, worked_out: list[int]
) -> None:
    order()
    (file,) = folder.iterdir()
    file.unlink()
    (file / "inside").mkdir(parents=True)
    assert order() == [3, 2, 1, 0]
    assert worked_out == [4, 4]
    assert [entry.name for entry in folder.iterdir()] == [file.name]


def test_a_planner_can_switch_it_off(
    tmp_path: Path, worked_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PLANNER_CACHE", "off")
    order()
    order()
    assert worked_out == [4, 4]
    assert not list(tmp_path.iterdir())


def test_orders_lie_in_the_cache_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANNER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache._folder() == tmp_path / "cache" / "planner"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for void in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", void)
        assert cache._folder() == tmp_path / ".cache" / "planner"


def test_a_user_without_a_home_is_served_without_memory(
    worked_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.delenv("PLANNER_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert order() == [3, 2, 1, 0]


def test_the_orders_not_used_for_longest_are_forgotten(
    folder: Path, worked_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # three files of 32 + 4 x 4, 5, 6 bytes; there is room for two
    monkeypatch.setattr(cache, "MOST_BYTES", 32 + 20 + 32 + 24)
    for age, nodes in ((3, 4), (2, 5)):
        known = set(folder.iterdir()) if folder.exists() else set()
        order(nodes)
        (new,) = set(folder.iterdir()) - known
        os.utime(new, (1_000_000_000 - age, 1_000_000_000 - age))
    order(4)  # used now, so the order of five nodes is the oldest
    order(6)
    assert sorted(file.stat().st_size - 32 for file in folder.iterdir()) == [16, 24]


def test_many_at_once_leave_whole_files(folder: Path, worked_out: list[int]) -> None:
    sizes = [4, 5, 6] * 20
    with ThreadPoolExecutor(8) as runs:
        orders = list(runs.map(order, sizes))
    assert orders == [list(range(nodes))[::-1] for nodes in sizes]
    assert sorted(file.stat().st_size - 32 for file in folder.iterdir()) == [16, 20, 24]
