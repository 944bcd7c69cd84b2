"""A thread that works ahead of a step, and leaves the rest to it where it has little to do."""

import threading
import time

import pytest

from geartrain.data import workers
from geartrain.data.workers import COUNTED, END, FIRST, Pace, ahead


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, monkeypatch):
        self.now = self.computed = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(time, "thread_time", lambda: self.computed)

    def things(self, making, computing, count=FIRST + COUNTED):
        for number in range(count):
            self.now += making
            self.computed += computing
            yield number


def pace_of(clock, things, between):
    """The pace of things between which so much time passes."""
    pace = Pace()
    for _ in range(FIRST + COUNTED):
        pace.next_of(things)
        clock.now += between
    return pace


@pytest.mark.parametrize(
    ("making", "computing", "between", "far"),
    [(1, 1, 9, True), (1, 1, 1, False), (1, 0.1, 9, False), (1, 1, 4.5, True), (1, 1, 3, False)],
)
def test_far_ahead_is_who_computes_for_a_small_part_of_the_time(
    monkeypatch, making, computing, between, far
):
    clock = Clock(monkeypatch)
    assert pace_of(clock, clock.things(making, computing), between).is_far_ahead() is far


def test_the_first_things_do_not_count(monkeypatch):
    clock = Clock(monkeypatch)
    pace, things = Pace(), clock.things(1, 1)
    clock.now += 1000.0
    for _ in range(FIRST + COUNTED - 1):
        pace.next_of(things)
        assert not pace.is_far_ahead()
    assert pace.next_of(things) == FIRST + COUNTED - 1
    assert not pace.is_far_ahead()
    assert pace.next_of(things) is END


def alive():
    return [each for each in threading.enumerate() if each.name == workers.THREAD_NAME]


@pytest.fixture
def gives_back_at_once(monkeypatch):
    monkeypatch.setattr(Pace, "is_far_ahead", lambda pace: pace._count >= 5)


def numbers(made, count=30):
    for number in range(count):
        made.append(threading.current_thread())
        yield number
    raise OSError("the disk")


def test_the_rest_is_made_by_who_takes_it(gives_back_at_once):
    made, found = [], []
    with pytest.raises(OSError, match="the disk"):
        found.extend(ahead(lambda: numbers(made), gives_back=True))
    assert found == list(range(30))
    assert [each is threading.current_thread() for each in made] == [False] * 5 + [True] * 25
    assert alive() == []


def test_a_thread_that_keeps_its_work_makes_all(gives_back_at_once):
    made = []
    with pytest.raises(OSError, match="the disk"):
        list(ahead(lambda: numbers(made)))
    assert threading.current_thread() not in made


@pytest.mark.parametrize("taken", [1, 12])
def test_who_stops_early_closes_what_was_given_back(gives_back_at_once, taken):
    closed = []

    def source():
        try:
            yield from range(30)
        finally:
            closed.append(1)

    things = ahead(source, room=9, gives_back=True)
    assert [next(things) for _ in range(taken)] == list(range(taken))
    things.close()
    assert closed == [1]
    assert alive() == []
