"""Each public class, and each activation, is compared with the real Keras by some script."""

import inspect
import re
from functools import cache
from pathlib import Path

import pytest

import geartrain

TESTS = Path(__file__).parents[1]
ROOMS = (
    *("layers", "losses", "metrics", "optimizers", "optimizers.schedules"),
    *("regularizers", "constraints", "initializers", "activations"),
)
BASES = {  # what others are made of; a class of one's own takes its place in the grid
    *("Constraint", "InputLayer", "InputSpec", "Layer", "Loss", "MeanMetricWrapper", "Metric"),
    *("Initializer", "LearningRateSchedule", "Optimizer", "RandomInitializer", "Regularizer"),
    *("RematScope", "Wrapper"),
}


@cache
def grid():
    """The words of all scripts and cases that the real Keras runs."""
    scripts = [path.parent for path in TESTS.rglob("make_*.py")]
    files = {path for folder in scripts for path in folder.rglob("*.py")}
    files |= {path for folder in scripts for path in folder.rglob("cases.txt")}
    cases = [each for each in files if not each.name.startswith("test_")]
    return frozenset(re.findall(r"\w+", "\n".join(path.read_text("utf-8") for path in cases)))


def public(room):
    """The names of each thing in a room: its own, and others that Keras has for it."""
    owner = geartrain
    for part in room.split("."):
        owner = getattr(owner, part)
    found = {}
    for name in owner.__all__:
        each = getattr(owner, name)
        of_room = inspect.isclass(each) or (room == "activations" and inspect.isfunction(each))
        if of_room and getattr(each, "__module__", "").startswith("geartrain."):
            found.setdefault(each, []).append(name)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_every_class_is_in_the_grid(room):
    helpers = {"deserialize", "get", "serialize"}
    missing = [
        names
        for names in public(room).values()
        if not grid() & set(names) and not set(names) & (BASES | helpers)
    ]
    assert public(room)
    assert not missing
