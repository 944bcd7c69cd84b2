"""Memory of large results is used again when nobody has it, and never before."""

import gc
import threading

import numpy as np
import pytest

from geartrain.runtime import recycled
from geartrain.runtime.recycled import recycled_empty

SHAPE, F32 = (1 << 18,), np.dtype("float32")  # 1 MiB


@pytest.fixture(autouse=True)
def no_blocks():
    recycled.release()
    yield
    recycled.release()


def address(array):
    return array.__array_interface__["data"][0]


def test_memory_that_is_free_is_used_again():
    first = recycled_empty(SHAPE, F32)
    where = address(first)
    assert where % 64 == 0
    assert first.shape == SHAPE
    assert first.dtype == F32
    del first
    assert address(recycled_empty((512, 512), F32)) == where


@pytest.mark.parametrize(
    "look",
    [lambda x: x, lambda x: x[5:9], lambda x: x.reshape(2, -1).T, memoryview],
    ids=["array", "slice", "view", "buffer"],
)
def test_memory_that_somebody_looks_at_is_kept(look):
    first = recycled_empty(SHAPE, F32)
    first[:] = 7
    kept = look(first)
    del first
    gc.collect()
    second = recycled_empty(SHAPE, F32)
    second[:] = 0
    assert np.all(np.asarray(kept) == 7)


def test_small_and_very_large_results_have_memory_of_their_own():
    recycled_empty((10,), F32)
    assert recycled._blocks == []


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(recycled, "MOST_BYTES", 4 << 20)
    held = [recycled_empty(SHAPE, F32) for _ in range(9)]
    for number, each in enumerate(held):
        each[:] = number
    assert [each[0] for each in held] == list(range(9))
    assert sum(each.size for each in recycled._blocks) <= (4 << 20) + 64


def test_threads_do_not_get_the_same_memory():
    found = []

    def take():
        for _ in range(50):
            mine = recycled_empty(SHAPE, F32)
            mine[:4] = threading.get_ident() % 1000
            found.append(bool(np.all(mine[:4] == threading.get_ident() % 1000)))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert all(found)
