"""The bars: what counts as met, missed and undecided, and that the table names real figures."""

import pytest
from harness.bars import Bar, judge, load_bars
from harness.contestants import OURS
from harness.plan import PLAN
from harness.size import SIZE

FIGURE = "tiny.step_s"


def outcome(bar, figures):
    return [(verdict.peer, verdict.value, verdict.met) for verdict in judge(bar, {FIGURE: figures})]


def test_a_limit_of_the_figure_itself():
    bar = Bar("t", FIGURE, at_most=2.0)
    assert outcome(bar, {"geartrain": 2.0}) == [("", 2.0, True)]
    assert outcome(bar, {"geartrain": 2.1}) == [("", 2.1, False)]
    assert outcome(bar, {"keras-jax": 1.0}) == [("", None, None)]


def test_a_lower_limit():
    bar = Bar("t", FIGURE, at_least=0.978)
    assert outcome(bar, {"geartrain": 0.979}) == [("", 0.979, True)]
    assert outcome(bar, {"geartrain": 0.977}) == [("", 0.977, False)]


def test_a_figure_that_is_no_number_meets_nothing():
    assert not Bar("t", FIGURE, at_most=2.0).allows(float("nan"))
    assert not Bar("t", FIGURE, at_least=2.0).allows(float("nan"))


def test_ratios_to_each_peer():
    bar = Bar("t", FIGURE, against=("jax", "torch", "numpy"), at_most=0.5)
    figures = {"geartrain": 1.0, "jax": 4.0, "torch": 1.0}
    assert outcome(bar, figures) == [
        ("jax", 0.25, True),
        ("torch", 1.0, False),
        ("numpy", None, None),
    ]


@pytest.mark.parametrize(
    ("figures", "met"),
    [
        ({"geartrain": 1.0, "jax": 2.0, "torch": 4.0}, True),
        ({"geartrain": 1.0, "jax": 2.0}, None),  # the other might be faster
        ({"geartrain": 3.0, "jax": 2.0}, False),  # one faster peer decides
        ({"jax": 2.0, "torch": 4.0}, None),
    ],
)
def test_below_every_peer(figures, met):
    bar = Bar("t", FIGURE, below=("jax", "torch"), at_most=10.0)
    *_, (_, _, decided) = outcome(bar, figures)
    assert decided is met


@pytest.mark.parametrize(
    ("figures", "ratio", "met"),
    [
        ({"geartrain": 1.0, "jax": 2.0, "torch": 4.0}, 0.5, True),
        ({"geartrain": 1.5, "jax": 2.0, "torch": 4.0}, 0.75, False),  # it is the best that counts
        ({"geartrain": 1.0, "torch": 4.0}, 0.25, None),  # the other might be faster
        ({"geartrain": 3.0, "torch": 4.0}, 0.75, False),
        ({"torch": 4.0}, None, None),
    ],
)
def test_the_ratio_to_the_best_peer(figures, ratio, met):
    bar = Bar("t", FIGURE, against_best=("jax", "torch"), at_most=0.5)
    ((_, value, decided),) = outcome(bar, figures)
    assert value == ratio
    assert decided is met


def test_a_bar_needs_exactly_one_limit():
    with pytest.raises(ValueError, match="one limit"):
        Bar("t", FIGURE)
    with pytest.raises(ValueError, match="one limit"):
        Bar("t", FIGURE, at_most=1.0, at_least=1.0)


def test_the_table_names_figures_and_contestants_that_are_measured():
    measured = {each.name: each for each in (*PLAN, SIZE)}
    for bar in load_bars():
        name, _, key = bar.figure.partition(".")
        assert key in [figure.key for figure in measured[name].figures]
        contestants = {each.name for each in measured[name].contestants} or {OURS.name}
        assert {bar.of, *bar.against, *bar.against_best, *bar.below} <= contestants
