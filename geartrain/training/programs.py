"""The compiled steps of a model: one for each kind of step and form of data.

`traced step -> program`: the batch is put together from arrays (rows of whole arrays are gathered
by number), the model's `train_step`, `test_step` or `predict_step` is traced, and what it returns
is noted: logs that are only the metrics' results need no output, as the metrics have them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from geartrain import primitives
from geartrain.graph import Graph, trace
from geartrain.layers import Layer
from geartrain.layers.changes import Changes, changes_of
from geartrain.layers.tracking import parts_of, remembered
from geartrain.ops import cast, convert_to_tensor
from geartrain.primitives import Spec
from geartrain.tensor import (
    Array,
    Dim,
    NoNumbers,
    NoSize,
    Size,
    Tensor,
    as_dtype,
    current_interpreter,
)
from geartrain.tensor.dtypes import is_text
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.tensor.user_line import levels_to_user
from geartrain.training.text_programs import TextProgram

if TYPE_CHECKING:
    from geartrain.compiler import AnyProgram
    from geartrain.training.trainer import Trainer

BATCH, ROWS = Dim("batch"), Dim("rows")
FLOAT = as_dtype("float32")  # what floats of the data are in a step, whatever they were before


class LeftToPython(Exception):
    """A step that asks for numbers while it is traced, so that it can only run eagerly."""


@dataclass(frozen=True)
class Returned:
    """What a step returned: the form of it, of numbers of outputs; None if metrics have it."""

    form: Any

    def packed(self, outputs: Sequence[Array]) -> Any:
        """The outputs in the form of what was returned."""
        if self.form is None:
            return None
        return map_nest(lambda each: outputs[each] if type(each) is Place else each, self.form)


class Place(int):
    """The number of an output."""


def run_step(trainer: Trainer, kind: str, data: Any) -> Any:
    """The model's own step of a kind."""
    return getattr(trainer, f"{kind}_step")(data)


def in_floats(data: Any) -> Any:
    """A batch of tensors, floats of other precisions made the usual ones."""
    return map_nest(lambda each: None if each is None else _in_float(each), data)


def _in_float(tensor: Tensor) -> Tensor:
    wanted = tensor.dtype.kind == "f" and tensor.dtype != FLOAT
    return cast(tensor, FLOAT) if wanted else tensor


def filled(form: Any, leaves: Sequence[Any]) -> Any:
    """The leaves in the form of a nest; where that has None, it stays None."""
    remaining: Iterator[Any] = iter(leaves)
    return pack_like(form, [None if each is None else next(remaining) for each in flatten(form)])


def step_program(
    trainer: Trainer, kind: str, data: Any, arrays: Sequence[Array], *, gathers: bool, rows: int
) -> tuple[AnyProgram | TextProgram, Returned]:
    """The compiled step for data of this form, the trainer's if it is there.

    A step that cannot be traced for any batch size, or fits one size alone, is compiled for each
    that comes.

    Args:
        trainer: the model.
        kind: `train`, `test` or `predict`.
        data: the form of a batch.
        arrays: its arrays, or the whole ones that it is gathered from.
        gathers: whether the step gets whole arrays, and the numbers of the batch's rows.
        rows: how many samples a batch of this call has.

    Raises:
        LeftToPython: the step cannot be traced.
    """
    forget_if_changed(trainer)
    form = repr(map_nest(lambda each: each is None, data))
    shapes = tuple((each.shape[1:], each.dtype.str) for each in arrays)
    size = rows if kind in trainer.sized_steps else BATCH
    key = (kind, gathers, form, shapes, size, _trained(trainer) if kind == "train" else ())
    if key not in trainer.programs:
        made: tuple[AnyProgram | TextProgram, Returned] | None
        try:
            made = _compiled(trainer, kind, data, arrays, gathers=gathers, size=size)
        except (NoNumbers, NoSize) as error:
            if isinstance(error, NoNumbers) or size != BATCH:
                _leave_to_python(trainer, kind, error)
            trainer.sized_steps.add(kind)
            return step_program(trainer, kind, data, arrays, gathers=gathers, rows=rows)
        except ValueError:
            made = None if size != BATCH else _for_size(trainer, kind, data, arrays, gathers, rows)
            if made is None:
                raise
            trainer.sized_steps.add(kind)
            key = (*key[:4], rows, key[5])
        trainer.programs[key], trainer.returned[key] = made
    return trainer.programs[key], trainer.returned[key]


def _for_size(
    trainer: Trainer, kind: str, data: Any, arrays: Sequence[Array], gathers: bool, rows: int
) -> tuple[AnyProgram | TextProgram, Returned] | None:
    """A step for one batch size, as one with that number in it; None where it fits none.

    `random.normal((32, 10))` beside a batch makes such a step.
    """
    try:
        return _compiled(trainer, kind, data, arrays, gathers=gathers, size=rows)
    except Exception:
        return None


def forget_if_changed(trainer: Trainer) -> None:
    """Let go of compiled steps whose layers have got other settings since."""
    if trainer.changes_seen[0] == Changes.number:
        return
    found = Changes.number, changes_of(flattened(trainer))
    if found[1] != trainer.changes_seen[1]:
        trainer.forget_programs()
    trainer.changes_seen = found


def flattened(owner: Any) -> list[Any]:
    """A model and all layers in it, at any depth, each once."""
    return remembered(owner, "all layers", lambda: _flattened(owner))


def _flattened(owner: Any) -> list[Any]:
    found: dict[Any, None] = {owner: None}
    pending = [owner]
    while pending:
        for each in parts_of(pending.pop(), Layer):
            if each not in found:
                found[each] = None
                pending.append(each)
    return list(found)


def _trained(trainer: Trainer) -> tuple[Any, ...]:
    """What a step of training is of: the variables, and what says how fast they change."""
    rate = getattr(trainer.optimizer, "rate_version", None)
    return (rate, *(id(each) for each in trainer.variables_to_train))


def _leave_to_python(trainer: Trainer, kind: str, error: NoNumbers | NoSize) -> NoReturn:
    """Say once that steps of a kind run eagerly, and why."""
    warnings.warn(_python_message(kind, error), RuntimeWarning, stacklevel=levels_to_user())
    trainer.runs_in_python.add(kind)
    raise LeftToPython from error


def _compiled(
    trainer: Trainer, kind: str, data: Any, arrays: Sequence[Array], *, gathers: bool, size: Size
) -> tuple[AnyProgram | TextProgram, Returned]:
    from geartrain.compiler import (
        compile_step,
        compile_steps,
    )  # LLVM, only when something is compiled

    first = ROWS if gathers else size
    specs = [Spec((first, *each.shape[1:]), each.dtype) for each in arrays]
    labels = labels_of(data)
    if gathers:
        specs, labels = [*specs, Spec((size,), np.dtype("int64"))], [*labels, "rows"]
    stepped = [spec.shape[0] == size for spec in specs]
    noted: list[Returned] = []

    def traced(*inputs: Tensor) -> Any:
        leaves = list(inputs)
        if gathers:
            rows = leaves.pop()
            leaves = [primitives.take(each, rows, axis=0) for each in leaves]
        found = run_step(trainer, kind, in_floats(filled(data, leaves)))
        outputs, returned = _noted(trainer, kind, found)
        noted.append(returned)
        return outputs

    def with_texts(around: Callable[[Sequence[Tensor]], Any]) -> Graph:
        def inside(*inputs: Tensor) -> Any:
            with around(inputs):
                return traced(*inputs)

        return trace(inside, specs, name=kind, labels=labels)

    trainer.look_for_metrics()
    program: AnyProgram | TextProgram
    if any(is_text(each.dtype) for each in arrays):
        program = TextProgram(with_texts, compile_step)
        program.prepare(arrays)
    else:
        program = compile_steps(traced, specs, stepped=stepped, name=kind, labels=labels)
    trainer.look_for_metrics()
    return program, noted[-1]


def _noted(trainer: Trainer, kind: str, found: Any) -> tuple[list[Tensor], Returned]:
    """The tensors to give out, and the form of what was returned."""
    if kind != "predict" and is_result_of_metrics(trainer, found):
        return [], Returned(None)
    outputs: list[Tensor] = []

    def place(leaf: Any) -> Any:
        if leaf is None or isinstance(leaf, str):
            return leaf
        outputs.append(convert_to_tensor(leaf))
        return Place(len(outputs) - 1)

    return outputs, Returned(map_nest(place, found))


def is_result_of_metrics(trainer: Trainer, logs: Any) -> bool:
    """Whether logs are what the metrics say, so that they can be asked later."""
    if logs is None:
        return True
    if not isinstance(logs, dict):
        return False
    known: set[str] = set()
    for metric in trainer.metrics:
        known.update(getattr(metric, "keys", [metric.name]))
    return set(logs) == known and _counts_loss(trainer)


def _counts_loss(trainer: Trainer) -> bool:
    """Whether the step has updated the mean loss, which one of the user's own may leave alone."""
    tracker = trainer.loss_mean
    if tracker is None:
        return True
    updates = getattr(current_interpreter(), "updates", None)
    if updates is not None:
        return tracker.total in updates
    return bool(tracker.count.numpy() > 0)


def labels_of(data: Any) -> list[str]:
    """Names for the arrays of a batch: `x`, `y`, or with a number, `x0`, `x1`."""
    parts = data if isinstance(data, tuple) else (data,)
    found = []
    for name, part in zip(("x", "y", "sample_weight"), parts, strict=False):
        leaves = [each for each in flatten(part) if each is not None]
        numbered = [f"{name}{place}" for place in range(len(leaves))]
        found += numbered if len(leaves) > 1 else [name] * len(leaves)
    return found


def _python_message(kind: str, error: Exception) -> str:
    return (
        f"{kind}_step runs eagerly, without machine code, as it asks for numbers that only a batch "
        f"has:\n{error}\nRemedy: write it with ops alone, for any batch size, and it is compiled; "
        "compile(..., run_eagerly=True) says that it shall run so"
    )
