"""The smaller arguments of `fit` and its like, read and checked, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.tensor.nest import flatten
from geartrain.training.data import Data
from geartrain.utils.data_tuples import unpack_x_y_sample_weight


def read_frequency(given: Any) -> Any:
    """Every how many epochs to evaluate, or the numbers of the epochs; checked."""
    if isinstance(given, int) and given >= 1:
        return given
    if isinstance(given, list | tuple | set | range | frozenset):
        return given
    raise ValueError(
        explain(
            "fit cannot use this validation_freq",
            given=f"validation_freq={given!r}",
            expected="a whole number from 1, or a list of the numbers of epochs",
            remedy="validation_freq=1",
        )
    )


def resized(data: Data, batch_size: int | None) -> Data:
    """The same data in batches of another size."""
    return Data(data.x, data.y, batch_size or data.batch_size, data.sample_weight)


def validation_parts(given: Any) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of `validation_data`; checked."""
    if isinstance(given, list | tuple) and 1 <= len(given) <= 3:
        return unpack_x_y_sample_weight(given)
    if isinstance(given, dict) or hasattr(given, "shape"):
        return given, None, None
    size = f" of {len(given)}" if hasattr(given, "__len__") else ""
    raise ValueError(
        explain(
            "fit cannot use this validation_data",
            given=f"a {type(given).__name__}{size}",
            expected="(x, y) or (x, y, sample_weight), or batches of such",
            remedy="validation_data=(x_val, y_val)",
        )
    )


def check_stream(where: str, y: Any, sample_weight: Any, split: float = 0.0) -> None:
    """Raise where something is given beside batches."""
    given = {"y": y, "sample_weight": sample_weight, "validation_split": split or None}
    names = [name for name, value in given.items() if value is not None]
    if names:
        raise ValueError(
            explain(
                f"{where} gets everything from batches",
                given=f"batches as x, and {' and '.join(names)}",
                expected="(x, y) or (x, y, sample_weight) in each batch, and nothing beside them",
                remedy=f"model.{where}(batches)"
                + (", validation_data=other_batches" if split else ""),
            )
        )


def one_input(where: str, x: Any) -> Any:
    """The array for a model with one input, out of a list or a dict of one.

    Raises:
        ValueError: there are more.
    """
    leaves = flatten(x)
    if len(leaves) == 1:
        return leaves[0]
    raise ValueError(
        explain(
            f"{where} needs one array for a model with one input",
            given=f"x: a {type(x).__name__} of {len(leaves)} arrays",
            expected="an array whose first axis counts the samples",
            remedy="x = np.stack(x), if they are samples; np.concatenate(x), if batches",
        )
    )


def stopped_message(epoch: int, step: int, steps: int | None) -> str:
    """What Ctrl-C leaves behind."""
    total = f" of {steps}" if steps else ""
    return (
        f"fit was stopped in epoch {epoch + 1}, after step {step}{total}; the weights "
        "are those after that step, and the model can be used, or trained on"
    )


def kwargs_message(where: str, kwargs: dict[str, Any]) -> str:
    """What is wrong with arguments that nobody knows."""
    return explain(
        f"{where} does not know these arguments",
        given=", ".join(kwargs),
        expected="x, y, batch_size, verbose, sample_weight, steps, callbacks, return_dict",
        remedy=f"leave out {', '.join(kwargs)}",
    )


def logs_message(logs: Any) -> str:
    """What is wrong with logs that are no dict."""
    return explain(
        "A step gives its logs by name",
        given=f"a {type(logs).__name__} returned by train_step or test_step",
        expected="a dict: names and scalars",
        remedy="return {'loss': loss}, or return self.compute_metrics(x, y, y_pred)",
    )


def not_compiled_message(where: str) -> str:
    """What is wrong with a model that was not compiled."""
    return explain(
        f"{where} needs a compiled model",
        given="a model without a loss",
        expected="a loss and an optimizer, which compile() sets",
        remedy="model.compile(optimizer='rmsprop', loss='categorical_crossentropy', "
        "metrics=['accuracy'])",
    )


def no_targets_message(where: str) -> str:
    """What is wrong with y=None."""
    return explain(
        f"{where} needs targets",
        given="x, and y=None",
        expected="y: what each sample should give (the loss compares the outputs with it)",
        remedy=f"model.{where}(x, y)",
    )
