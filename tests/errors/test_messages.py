"""The errors a beginner meets: five parts each, word for word, and nothing lost."""

import re
from pathlib import Path

import numpy as np
import pytest

from geartrain import layers, losses, models, ops, optimizers
from geartrain.utils import to_categorical

GOLDEN = Path(__file__).parent / "messages.txt"


def network(**options):
    model = models.Sequential(name="network")
    model.add(layers.Dense(512, activation="relu", input_shape=(28 * 28,), name="dense"))
    model.add(layers.Dense(10, activation="softmax", name="dense_1"))
    if options.pop("compiled", True):
        model.compile(loss="categorical_crossentropy", metrics=["accuracy"], **options)
    return model


IMAGES = np.zeros((60, 28, 28), "uint8")
ROWS = np.zeros((60, 784), "float32")
NAN = np.where(np.arange(60 * 784).reshape(60, 784) == 1000, np.nan, 0).astype("float32")
LABELS = np.arange(60) % 10
ONE_HOT = to_categorical(LABELS)

CASES = {
    "images not flattened": lambda: network().fit(IMAGES, ONE_HOT),
    "images not flattened, predict": lambda: network().predict(IMAGES),
    "labels not one-hot": lambda: network().fit(ROWS, LABELS),
    "fit before compile": lambda: network(compiled=False).fit(ROWS, ONE_HOT),
    "evaluate before compile": lambda: network(compiled=False).evaluate(ROWS, ONE_HOT),
    "x and y of different lengths": lambda: network().fit(ROWS, ONE_HOT[:50]),
    "unknown optimizer": lambda: network(optimizer="rmspropp"),
    "unknown loss": lambda: models.Sequential().compile(loss="categorical_crossentropie"),
    "unknown metric": lambda: models.Sequential().compile(loss="mse", metrics=["acuracy"]),
    "unknown activation": lambda: layers.Dense(3, activation="reul"),
    "unknown initializer": lambda: layers.Dense(3, kernel_initializer="glorot").build((None, 4)),
    "NaN in the input": lambda: network().fit(NAN, ONE_HOT),
    "no targets": lambda: network().fit(ROWS),
    "no samples": lambda: network().fit(ROWS[:0], ONE_HOT[:0]),
    "strings": lambda: network().fit(np.array([["a"]] * 60), ONE_HOT),
    "batch size": lambda: network().fit(ROWS, ONE_HOT, batch_size=0),
    "units": lambda: layers.Dense(0, name="dense"),
    "wrong features": lambda: network()(np.zeros((2, 100), "float32")),
    "no layers": lambda: compiled_empty().fit(ROWS, ONE_HOT),
    "no layer": lambda: models.Sequential([3]),
    "same name": lambda: models.Sequential([layers.Dense(2, name="a"), layers.Dense(2, name="a")]),
    "wrong weights": lambda: network().set_weights([np.zeros(3)]),
    "regression shapes": lambda: losses.MeanSquaredError()(np.zeros((4, 2)), np.zeros((4, 3))),
    "one number against many": lambda: losses.MeanSquaredError()(np.zeros(4), np.zeros((4, 3))),
    "no such class": lambda: losses.SparseCategoricalCrossentropy()([0, 3], np.full((2, 3), 1 / 3)),
    "one-hot for class numbers": lambda: losses.SparseCategoricalCrossentropy()(
        np.eye(3), np.full((3, 3), 1 / 3)
    ),
    "weights of samples": lambda: losses.MeanSquaredError()(
        np.zeros((4, 1)), np.zeros((4, 1)), sample_weight=np.ones(3)
    ),
    "reduction": lambda: losses.MeanSquaredError(reduction="average"),
    "broadcasting": lambda: ops.add(np.zeros((2, 3)), np.zeros((2, 4))),
    "dot": lambda: ops.dot(np.zeros((2, 3)), np.zeros((5, 3))),
    "reshape": lambda: ops.reshape(np.zeros((2, 3)), (4, -1)),
    "axis": lambda: ops.sum(np.zeros((2, 3)), axis=2),
    "dtype": lambda: ops.cast(1.0, "flaot32"),
    "ragged": lambda: ops.convert_to_tensor([[1, 2], [3]]),
    "learning rate": lambda: optimizers.SGD(learning_rate="fast"),
    "class out of range": lambda: to_categorical([0, 3], num_classes=3),
}


def compiled_empty():
    model = models.Sequential(name="network")
    model.compile(loss="mse")
    return model


def message_of(case):
    with pytest.raises((ValueError, TypeError, RuntimeError, IndexError)) as caught:
        CASES[case]()
    return f"## {case}\n{type(caught.value).__name__}: {caught.value}\n"


@pytest.fixture(scope="module")
def kept(request):
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text("\n".join(map(message_of, CASES)), encoding="utf-8")
    text = GOLDEN.read_text(encoding="utf-8")
    return {part.partition("\n")[0]: f"## {part}".strip() for part in text.split("## ")[1:]}


@pytest.mark.parametrize("case", CASES)
def test_messages_are_word_for_word(case, kept):
    assert message_of(case).strip() == kept[case]


@pytest.mark.parametrize("case", CASES)
def test_messages_have_their_parts(case):
    message = message_of(case)
    for part in ("given:", "expected:", "remedy:"):
        assert part in message
    assert "\x1b" not in message


def test_nothing_is_lost_by_a_wrong_call():
    model = network()
    model.fit(ROWS, ONE_HOT, verbose=0)
    weights = model.get_weights()
    state = [each.numpy() for each in model.optimizer.variables]
    for x, y in [(IMAGES, ONE_HOT), (ROWS, LABELS), (ROWS, ONE_HOT[:3]), (NAN, ONE_HOT)]:
        with pytest.raises(ValueError, match=re.escape("given:")):
            model.fit(x, y, verbose=0)
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    for before, variable in zip(state, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(before, variable.numpy())
    model.fit(ROWS, ONE_HOT, verbose=0)
