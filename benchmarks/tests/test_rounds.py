"""The order of the runs, what a failure does, and which numbers remain."""

import json
import os

import pytest
from harness import process, rounds
from harness.contestants import Contestant
from harness.plan import Figure, Measurement
from harness.process import RunError, run_worker
from harness.size import disk_bytes

A, B = Contestant("a", "numpy"), Contestant("b", "numpy")


def measurement(**changes):
    figures = (Figure("step_s", "a step", "us"),)
    return Measurement("tiny", "tiny", (A, B), figures, **{"rounds": 2, **changes})


def run(monkeypatch, tmp_path, worker, **changes):
    monkeypatch.setattr(rounds, "run_worker", worker)
    return rounds.run_rounds(
        measurement(**changes),
        [A, B],
        quick=False,
        rounds=None,
        scratch=tmp_path,
        say=lambda _: None,
    )


def test_everyone_in_turn_and_the_rehearsal_is_not_kept(monkeypatch, tmp_path):
    calls = []

    def worker(contestant, _job, options, _scratch):
        calls.append((contestant.name, options.get("seed")))
        return {"step_s": 1.0}

    runs = run(monkeypatch, tmp_path, worker, rehearsed=True, seeded=True)
    assert calls == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert [(each.contestant, each.round) for each in runs] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
        ("b", 2),
    ]


def test_who_fails_is_named_and_left_out_from_there_on(monkeypatch, tmp_path):
    def worker(contestant, *_):
        if contestant is B:
            raise RunError("no such library")
        return {"step_s": 1.0}

    runs = run(monkeypatch, tmp_path, worker)
    assert [(each.contestant, each.failure) for each in runs] == [
        ("a", ""),
        ("b", "no such library"),
        ("a", ""),
    ]


@pytest.mark.parametrize("loss", [2.0, float("nan")])
def test_a_run_that_did_not_learn_is_a_failure_not_a_figure(monkeypatch, tmp_path, loss):
    def worker(*_):
        return {"step_s": 1.0, "loss": loss}

    runs = run(monkeypatch, tmp_path, worker, most={"loss": 1.0})
    assert all("not learned" in each.failure for each in runs)
    assert not any(each.figures for each in runs)


def test_a_measurements_variables_reach_everyones_process(monkeypatch, tmp_path):
    seen = []

    def worker(contestant, *_):
        seen.append(contestant.variables)
        return {"step_s": 1.0}

    run(monkeypatch, tmp_path, worker, variables={"A": "1"}, rounds=1)
    assert seen == [{"A": "1"}] * 2


def test_numbers_of_all_rounds_by_contestant(monkeypatch, tmp_path):
    numbers = iter([4.0, 8.0, 3.0, 9.0])

    def worker(*_):
        return {"step_s": next(numbers)}

    runs = run(monkeypatch, tmp_path, worker)
    assert rounds.summarise(measurement(), runs) == {"step_s": {"a": [4.0, 3.0], "b": [8.0, 9.0]}}


def test_a_real_worker_process_gives_figures(tmp_path):
    figures = run_worker(A, "startup", {}, tmp_path)
    assert 0 < figures["built_s"] <= figures["first_step_s"]
    json.dumps(figures)


def test_a_worker_that_dies_says_why(tmp_path):
    with pytest.raises(RunError, match="invalid choice: 'no-such-job'"):
        run_worker(A, "no-such-job", {}, tmp_path)


def test_fresh_folders_are_empty_and_kept_ones_the_same(tmp_path):
    contestant = Contestant("x", "numpy", variables={"A": "{fresh}", "B": "{scratch}/code"})
    folder = tmp_path / "run"
    folder.mkdir()
    environment = process._environment(contestant, tmp_path, folder)
    assert os.listdir(environment["A"]) == []
    assert environment["B"] == str(tmp_path / "code")


def test_a_file_with_two_names_is_counted_once(tmp_path):
    (tmp_path / "one").write_bytes(b"x" * 100_000)
    before = disk_bytes(tmp_path)
    os.link(tmp_path / "one", tmp_path / "two")
    assert disk_bytes(tmp_path) == before >= 100_000
