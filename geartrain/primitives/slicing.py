"""Parts of a tensor: cut out, put back into a larger one, and joined together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.loop_text import LETTERS, index, map_loops
from geartrain.primitives.movement import Inputs, Movement
from geartrain.primitives.primitive import Cotangents, Sample, Spec, register
from geartrain.tensor import Array, Dim, NoSize, Shape, Size, Tensor, format_shape
from geartrain.tensor.alignment import draw_aligned
from geartrain.tensor.interpreter import duty

__all__ = ["concatenate", "embed", "slice_"]


class Slice(Movement):
    """out[i, j] = x[starts[0] + i * steps[0], starts[1] + j * steps[1]]; a step may be negative.

    Along a symbolic axis, a start is a multiple of the same symbol, as the sizes are.
    """

    name = "slice"

    def infer(
        self,
        *inputs: Spec,
        starts: Shape,
        sizes: Shape,
        steps: tuple[int, ...],
        **parameters: Any,
    ) -> Spec:
        (x,) = inputs
        for axis, (start, size, step) in enumerate(zip(starts, sizes, steps, strict=True)):
            if not _lies_inside(x.shape[axis], start, size, step):
                raise ValueError(_slice_message(x, axis, start, size, step))
        return Spec(tuple(sizes), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        where = _slices(parameters["starts"], parameters["sizes"], parameters["steps"])
        return np.asarray(inputs[0][where])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        places = [
            _place(LETTERS[axis], start, step, _symbolic(start, "out", size, axis))
            for axis, (start, size, step) in enumerate(
                zip(*(parameters[name] for name in ("starts", "sizes", "steps")), strict=True)
            )
        ]
        return map_loops("def naive_slice(x, out):", len(places), f"x[{index(places)}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        shape, starts, steps = inputs[0].shape, parameters["starts"], parameters["steps"]
        return (embed(cotangent, shape=shape, starts=starts, steps=steps, value=0),)

    def samples(self) -> Iterator[Sample]:
        cases = [
            ((5, 4), (1, 0), (3, 4), (1, 1)),
            ((7,), (6,), (3,), (-2,)),
            ((4, 6), (0, 1), (2, 3), (3, 2)),
            ((3,), (1,), (0,), (1,)),
            ((), (), (), ()),
        ]
        for shape, starts, sizes, steps in cases:
            x = np.random.default_rng(0).uniform(size=shape)
            yield Sample((x,), {"starts": starts, "sizes": sizes, "steps": steps})


slice_ = register(Slice)


class Embed(Movement):
    """x at places `starts + i * steps` of a tensor of another shape, and `value` everywhere else.

    What would lie outside of that shape is left out, so starts may be negative.
    """

    name = "embed"

    def infer(
        self,
        *inputs: Spec,
        shape: Shape,
        starts: Shape,
        steps: tuple[int, ...],
        **parameters: Any,
    ) -> Spec:
        (x,) = inputs
        if not len(x.shape) == len(shape) == len(starts) == len(steps):
            raise ValueError(_embed_message(x, shape))
        return Spec(tuple(shape), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,), starts, steps = inputs, parameters["starts"], parameters["steps"]
        out = np.full(parameters["shape"], parameters["value"], x.dtype)
        kept = [
            _visible(size, start, step, whole)
            for size, start, step, whole in zip(x.shape, starts, steps, out.shape, strict=True)
        ]
        first = [start + k.start * step for k, start, step in zip(kept, starts, steps, strict=True)]
        out[_slices(first, [k.stop - k.start for k in kept], steps)] = x[tuple(kept)]
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        shape, value = parameters["shape"], repr(parameters["value"])
        tests, places = [], []
        for axis, (start, step) in enumerate(
            zip(parameters["starts"], parameters["steps"], strict=True)
        ):
            size = inputs[0].shape[axis]
            offset = (
                _place(LETTERS[axis], -start, 1)
                if isinstance(start, int)
                else f"{LETTERS[axis]} - {_symbolic(start, 'x', size, axis)}"
            )
            if (start, step) == (0, 1) and shape[axis] == inputs[0].shape[axis]:
                places.append(offset)
                continue
            place = offset if step == 1 else f"({offset}) // {step}"
            tests += [f"0 <= {place}", f"{place} < x.shape[{axis}]"]
            tests += [] if step in (1, -1) else [f"({offset}) % {step} == 0"]
            places.append(place)
        element = f"x[{index(places)}]"
        if tests:
            element = f"{element} if {' and '.join(tests)} else {value}"
        return map_loops("def naive_embed(x, out):", len(shape), element)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,), starts, steps = inputs, parameters["starts"], parameters["steps"]
        kept = [
            _visible(size, start, step, whole)
            for size, start, step, whole in zip(x.shape, starts, steps, output.shape, strict=True)
        ]
        first = tuple(
            s + k.start * step if k.start else s
            for k, s, step in zip(kept, starts, steps, strict=True)
        )
        sizes = tuple(_length(size, k) for size, k in zip(x.shape, kept, strict=True))
        seen = slice_(cotangent, starts=first, sizes=sizes, steps=tuple(steps))
        if sizes == x.shape:
            return (seen,)
        places = tuple(k.start for k in kept)
        return (embed(seen, shape=x.shape, starts=places, steps=(1,) * len(places), value=0),)

    def samples(self) -> Iterator[Sample]:
        cases: list[tuple[Any, ...]] = [
            ((2, 3), (4, 5), (1, 1), (1, 1), 0.0),
            ((3,), (8,), (1,), (2,), 1.5),
            ((3,), (6,), (5,), (-2,), 0.0),
            ((4, 2), (3, 2), (-1, 0), (1, 1), 0.0),
            ((), (), (), (), 0.0),
        ]
        for source, shape, starts, steps, value in cases:
            x = np.random.default_rng(0).uniform(size=source)
            placing = {"shape": shape, "starts": starts, "steps": steps, "value": value}
            yield Sample((x,), placing)


embed = register(Embed)


class Concatenate(Movement):
    """The inputs one after the other along an axis; their other axes agree."""

    name = "concatenate"

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Spec:
        first = inputs[0]
        for number, other in enumerate(inputs[1:], 1):
            if other.dtype != first.dtype or not _agree_beside(first.shape, other.shape, axis):
                raise ValueError(_concatenate_message(first, other, number, axis))
        whole = sum_sizes([each.shape[axis] for each in inputs])
        return Spec((*first.shape[:axis], whole, *first.shape[axis + 1 :]), first.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.concatenate(inputs, axis=parameters["axis"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        axis, rank = parameters["axis"], len(inputs[0].shape)
        names = [f"x{number}" for number in range(len(inputs))]
        starts = [
            "0",
            *(
                " + ".join(f"{name}.shape[{axis}]" for name in names[:count])
                for count in range(1, len(names))
            ),
        ]
        letters, at = list(LETTERS[:rank]), LETTERS[axis]

        def element(first: int, last: int) -> str:
            """The element, known to lie in one of the inputs from `first` to before `last`."""
            if last - first > 1:
                middle = (first + last) // 2
                low, high = element(first, middle), element(middle, last)
                return f"({low} if {at} < {starts[middle]} else {high})"
            place = f"{at} - ({starts[first]})" if first else at
            return f"{names[first]}[{index([*letters[:axis], place, *letters[axis + 1 :]])}]"

        header = f"def naive_concatenate({', '.join(names)}, out):"
        return map_loops(header, rank, element(0, len(names)))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        axis, parts = parameters["axis"], []
        steps = (1,) * len(output.shape)
        for number, each in enumerate(inputs):
            start = sum_sizes([before.shape[axis] for before in inputs[:number]])
            starts = tuple(start if at == axis else 0 for at in range(len(steps)))
            parts.append(slice_(cotangent, starts=starts, sizes=each.shape, steps=steps))
        return tuple(parts)

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        cases: list[tuple[list[tuple[int, ...]], int]] = [
            ([(2, 3), (1, 3)], 0),
            ([(2, 3), (2, 0), (2, 2)], 1),
            ([(4,)], 0),
            ([(2, 1, 2), (2, 3, 2), (2, 2, 2)], 1),
        ]
        for shapes, axis in cases:
            yield Sample(tuple(rng.uniform(size=shape) for shape in shapes), {"axis": axis})


concatenate = register(Concatenate)


def sum_sizes(sizes: Sequence[Size]) -> Size:
    """The sum of sizes: of numbers, or of multiples of one symbol."""
    known = [size for size in sizes if size != 0]
    numbers = [size for size in known if isinstance(size, int)]
    symbols = [size for size in known if isinstance(size, Dim)]
    if not symbols:
        return sum(numbers)
    if len(symbols) == 1 and not numbers:
        return symbols[0]
    if not numbers and len({each.name for each in symbols}) == 1:
        return Dim(symbols[0].name, sum(each.scale for each in symbols))
    if duty.only_shapes:
        return Dim(" + ".join(map(str, known)))
    raise NoSize(
        explain(
            "Axes of these sizes cannot be joined while the sizes are symbols",
            given=f"sizes {', '.join(map(str, sizes))} along one axis",
            expected="sizes that are numbers, or all multiples of one symbol",
            remedy="ops.concatenate along an axis other than the batch, or run_eagerly=True",
        )
    )


def _lies_inside(whole: Size, start: Size, size: Size, step: int) -> bool:
    if not isinstance(whole, int) or not isinstance(size, int) or not isinstance(start, int):
        return duty.only_shapes or (step == 1 and _fits_in(whole, start, size))
    last = start + (size - 1) * step
    return size == 0 or (0 <= start < whole and 0 <= last < whole)


def _fits_in(whole: Size, start: Size, size: Size) -> bool:
    """Whether a start and a size, in multiples of one symbol, lie inside of a whole."""
    given = [each for each in (whole, start, size) if each != 0]
    if not isinstance(whole, Dim) or not all(isinstance(each, Dim) for each in given):
        return False
    multiples = [each for each in (start, size) if isinstance(each, Dim)]
    same = all(each.name == whole.name for each in multiples)
    return same and sum(each.scale for each in multiples) <= whole.scale


def _symbolic(start: Size, array: str, size: Size, axis: int) -> str:
    """A symbolic start in terms of an array's size, which is a multiple of the same symbol."""
    if isinstance(start, int) or not isinstance(size, Dim):
        return ""
    return f"{array}.shape[{axis}] * {start.scale} // {size.scale}"


def _slices(starts: Sequence[int], sizes: Sequence[Any], steps: Sequence[int]) -> Any:
    slices = []
    for start, size, step in zip(starts, sizes, steps, strict=True):
        stop = start + size * step
        slices.append(slice(start, stop if stop >= 0 else None, step) if size else slice(0, 0))
    return tuple(slices)


def _visible(size: Size, start: int, step: int, whole: Size) -> slice:
    """Which places of x lie inside of `whole` once they are put at start + i * step."""
    if not isinstance(size, int) or not isinstance(whole, int):
        return slice(0, size)
    inside = [place for place in range(size) if 0 <= start + place * step < whole]
    return slice(inside[0], inside[-1] + 1) if inside else slice(0, 0)


def _length(size: Size, kept: slice) -> Size:
    return kept.stop - kept.start if isinstance(size, int) else size


def _place(letter: str, start: Size, step: int, symbolic: str = "") -> str:
    """`start + letter * step`, without what does nothing."""
    moved = letter if step == 1 else f"{letter} * {step}"
    if not isinstance(start, int):
        return f"{moved} + {symbolic}"
    if not start:
        return moved
    return f"{moved} + {start}" if start > 0 else f"{moved} - {-start}"


def _agree_beside(first: Shape, second: Shape, axis: int) -> bool:
    """Whether two shapes agree on every axis but one."""
    sides = [(shape[:axis], shape[axis + 1 :]) for shape in (first, second)]
    return len(first) == len(second) and sides[0] == sides[1]


def _slice_message(x: Spec, axis: int, start: Size, size: Size, step: int) -> str:
    return explain(
        "slice reaches outside of its input",
        given=f"{size} places from {start} on, {step} apart",
        expected=f"places on axis {axis} of {x}",
        axis=f"axis {axis}: places {start}, {start} + {step}, ... against size {x.shape[axis]}",
        remedy=f"x[{start}:], which goes as far as there are places",
    )


def _embed_message(x: Spec, shape: Shape) -> str:
    return explain(
        "embed needs a start and a step for each axis",
        given=f"{x}, into shape {format_shape(shape)}",
        expected="a shape, starts and steps of the input's rank",
        remedy="ops.pad(x, ((before, after), ...))",
    )


def _concatenate_message(first: Spec, other: Spec, number: int, axis: int) -> str:
    pairs = enumerate(zip(first.shape, other.shape, strict=False))
    wrong = [at for at, (a, b) in pairs if a != b and at != axis]
    same_rank = len(first.shape) == len(other.shape)
    names = ("value 0", first.shape), (f"value {number}", other.shape)
    return explain(
        f"concatenate cannot join {first} and {other} along axis {axis}",
        given=draw_aligned(*names, wrong if same_rank else ()),
        expected=f"values of one dtype that agree on every axis but axis {axis} (set by value 0)",
        axis="; ".join(f"axis {at}: {first.shape[at]} against {other.shape[at]}" for at in wrong)
        if same_rank and wrong
        else f"rank {len(first.shape)} against {len(other.shape)}",
        remedy=f"axis={wrong[0]}, along which they differ"
        if len(wrong) == 1 and same_rank
        else "ops.stack for a new axis, or ops.expand_dims(value, axis) for one that is missing",
    )
