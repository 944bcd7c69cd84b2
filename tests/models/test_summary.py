"""The table of a model's layers."""

import io
import re
import sys

import numpy as np
import pytest

from geartrain import Model, Sequential, layers, ops
from geartrain.models.table import positioned_widths, wrapped


def text_of(model, **options):
    lines = []
    model.summary(print_fn=lines.append, **options)
    assert len(lines) == 1
    return lines[0]


def stack():
    return Sequential(
        [layers.Input((4,)), layers.Dense(3, name="first"), layers.BatchNormalization(name="norm")],
        name="stack",
    )


def branches():
    inputs = layers.Input((4,), name="x")
    first, second = layers.Dense(3, name="first")(inputs), layers.Dense(3, name="second")(inputs)
    joined = ops.relu(layers.Add(name="joined")([first, second]))
    return Model(inputs, stack_of(3)(joined), name="branches")


def stack_of(size):
    return Sequential([layers.Input((size,)), layers.Dense(2, name="deep")], name="inside")


def test_a_stack():
    assert (
        text_of(stack())
        == """\
Model: "stack"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
┃ Layer (type)              ┃ Output Shape ┃ Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
│ first (Dense)             │ (None, 3)    │      15 │
├───────────────────────────┼──────────────┼─────────┤
│ norm (BatchNormalization) │ (None, 3)    │      12 │
└───────────────────────────┴──────────────┴─────────┘
 Total params: 27 (108.00 B)
 Trainable params: 21 (84.00 B)
 Non-trainable params: 6 (24.00 B)"""
    )


def test_branches_say_what_they_are_connected_to():
    text = text_of(branches())
    assert "Connected to" in text
    assert re.search(r"relu\w* \(Relu\)", text)
    row = next(line for line in text.split("\n") if "joined (Add)" in line)
    assert "first[0][0]," in row
    assert "deep" not in text


def test_models_inside_are_shown_if_asked_for():
    text = text_of(branches(), expand_nested=True, show_trainable=True)
    assert "└ deep (Dense)" in text
    assert "Trainable" in text


def test_what_trains():
    model = branches()
    model.get_layer("first").trainable = False
    rows = text_of(model, show_trainable=True).split("\n")
    marks = {name: next(row for row in rows if f"│ {name} (" in row).split("│")[-2].strip()
             for name in ("x", "first", "second", "joined")}  # fmt: skip
    assert marks == {"x": "-", "first": "N", "second": "Y", "joined": "-"}


def test_a_stack_that_still_grows():
    model = Sequential([layers.Dense(3, name="late")])
    assert "│ late (Dense) │ ?            │ 0 (unbuilt) │" in text_of(model)
    model.build((None, 2))
    model.add(layers.Dense(4, name="later"))
    text = text_of(model)
    assert "│ late (Dense)  │ (None, 3)    │       9 │" in text
    assert "│ later (Dense) │ (None, 4)    │      16 │" in text
    assert " Total params: 0 (0.00 B)" in text_of(Sequential())


def test_the_optimizer_counts():
    model = stack()
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 4)), np.ones((2, 3)), verbose=0)
    assert " Optimizer params: 2 (8.00 B)" in text_of(model)
    assert " Total params: 29 (116.00 B)" in text_of(model)


def test_a_range_of_layers():
    model = branches()
    text = text_of(model, layer_range=["first", "joined"])
    assert all(name in text for name in ("first", "second", "joined"))
    assert "│ x " not in text
    assert "joined (" in text_of(model, layer_range=["jo.*", "joined"])
    with pytest.raises(ValueError, match="layers of these names"):
        text_of(model, layer_range=["nope", "joined"])
    with pytest.raises(ValueError, match="length 2"):
        text_of(model, layer_range=["first"])


def test_widths():
    narrow = text_of(stack(), line_length=40)
    assert max(map(len, narrow.split("\n")[1:-3])) <= 40
    assert "BatchNormalization" in narrow.replace("\n", "").replace(" ", "") or "Batch" in narrow
    placed = text_of(stack(), line_length=100, positions=[0.5, 0.8, 1.0]).split("\n")
    assert len(placed[1]) == 100
    assert placed[1].index("┳") == 50
    assert positioned_widths([30, 60], 90, 2) == [26, 27]
    with pytest.raises(ValueError, match="positions"):
        text_of(stack(), positions=[0.5])


def test_wrapping_breaks_at_spaces_and_keeps_all():
    assert wrapped("   └ name (Type)", 9) == ["   └ name", "   (Type)"]
    assert "".join(wrapped("averyverylongword", 5)) == "averyverylongword"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal(monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setattr(sys, "stdout", shown := Terminal())
    stack().summary()
    assert "first" in shown.getvalue()
    assert "Param #" in shown.getvalue()
    assert "Total params: 27 (108.00 B)" in shown.getvalue()


def test_piped(capsys):
    stack().summary()
    assert capsys.readouterr().out == text_of(stack()) + "\n"


@pytest.mark.parametrize(
    ("model", "line_length", "show_trainable", "cells"),
    [  # as Keras 3.15 draws them
        (stack, 40, False, [17, 12, 7]),
        (stack, 80, False, [35, 26, 15]),
        (stack, 65, True, [25, 19, 10, 6]),
        (branches, 60, False, [17, 14, 9, 15]),
        (branches, 80, False, [23, 19, 13, 20]),
        (branches, 80, True, [20, 18, 12, 17, 7]),
    ],
)
def test_a_line_that_was_asked_for_is_filled(model, line_length, show_trainable, cells):
    text = text_of(model(), line_length=line_length, show_trainable=show_trainable)
    rule = text.split("\n")[1]
    assert len(rule) == line_length
    assert [len(each) for each in rule.strip("┏┓").split("┳")] == cells


class Subclassed(Model):
    def __init__(self):
        super().__init__(name="subclassed")
        self.first, self.unused = layers.Dense(3, name="first"), layers.Dense(2, name="unused")
        self.both = layers.Concatenate(name="both")

    def call(self, inputs):
        first = self.first(inputs["x"])
        return self.both([first, inputs["x"]])


def test_layers_of_a_subclass_show_what_they_gave_first():
    model = Subclassed()
    model({"x": np.ones((7, 4))})
    model({"x": np.ones((2, 4))})
    cells = [
        line.split("│")[1:3] for line in text_of(model).split("\n") if "(" in line and "│" in line
    ]
    assert [[each.strip() for each in row] for row in cells] == [
        ["first (Dense)", "(7, 3)"],
        ["unused (Dense)", "?"],
        ["both (Concatenate)", "(7, 7)"],
    ]
