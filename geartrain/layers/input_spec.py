"""`InputSpec`: what a layer asks of its inputs, checked before it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geartrain.backend import standardize_dtype
from geartrain.errors import explain
from geartrain.layers.holder import Holder
from geartrain.tensor import Dim, Tensor, format_shape
from geartrain.tree import flatten


class InputSpec:
    """The rank, shape and dtype that an input must have.

    Args:
        dtype: the dtype, or None for any.
        shape: the shape, None in it being any size.
        ndim: the number of axes.
        max_ndim: the greatest number of axes.
        min_ndim: the least number of axes.
        axes: sizes by axis: `{-1: 784}`.
        allow_last_axis_squeeze: whether a last axis of size 1 may be missing, or too many.
        name: of the input, where inputs are a dict.
        optional: whether None may be given.

    Raises:
        TypeError: `axes` is no dict of whole numbers.

    >>> from geartrain import InputSpec
    >>> InputSpec(ndim=4, axes={-1: 3})
    InputSpec(ndim=4, axes={-1: 3})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else standardize_dtype(dtype)
        self.shape = None if shape is None else _checked_shape(shape)
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.name, self.optional = name, optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.axes = _checked_axes(axes, self.ndim or max_ndim)

    def __repr__(self) -> str:
        told = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        given = [f"{name}={getattr(self, name)}" for name in told if getattr(self, name)]
        return f"InputSpec({', '.join(given)})"

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes it from."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """The spec of a config."""
        return cls(**config)


def _checked_shape(shape: Any) -> tuple[int | None, ...]:
    """The sizes of a shape, None being any.

    Raises:
        ValueError: one of them is no size.
    """
    sizes = tuple(shape)
    if all(size is None or hasattr(size, "__index__") for size in sizes):
        return sizes
    raise ValueError(
        explain(
            "InputSpec takes a shape of whole numbers",
            given=f"shape={shape!r}",
            expected="sizes, and None where any will do",
            remedy="InputSpec(shape=(None, 784))",
        )
    )


def _checked_axes(axes: Any, rank: int | None) -> dict[int, int | None]:
    """Sizes by axis as numbers, each axis one that a tensor of the rank has."""
    try:
        found = {int(axis): size for axis, size in dict(axes or {}).items()}
    except (TypeError, ValueError):
        raise TypeError(_axes_message(axes)) from None
    if rank is not None and any(axis >= rank for axis in found):
        raise ValueError(_rank_message(found, rank))
    return found


def check_inputs(layer: Any, inputs: Any) -> None:
    """Raise where the inputs of a layer are not what its `input_spec` asks for.

    Raises:
        ValueError: the number of inputs, a rank, a size or a dtype differs.
    """
    own = type(layer).input_spec is Holder.input_spec  # then what the layer tells, it checks itself
    asked = layer._input_spec if own else layer.input_spec
    if asked is None:
        return
    specs = [asked] if isinstance(asked, InputSpec) else flatten(asked)
    given = _in_order(layer, inputs, specs)
    if len(given) != len(specs):
        raise ValueError(_count_message(layer, given, specs))
    for number, (tensor, spec) in enumerate(zip(given, specs, strict=True)):
        if spec is None or (tensor is None and spec.optional):
            continue
        if not hasattr(tensor, "shape"):
            raise ValueError(_no_tensor_message(layer, tensor))
        trouble = _trouble(spec, tuple(map(_known, tensor.shape)), tensor)
        if trouble:
            raise ValueError(_message(layer, number, tensor, *trouble))


def _in_order(layer: Any, inputs: Any, specs: Sequence[Any]) -> list[Any]:
    """The inputs in the order of the specs, which may have the names of a dict's."""
    if isinstance(inputs, Tensor):
        return [inputs]
    names: list[Any] = [getattr(spec, "name", None) for spec in specs]
    if isinstance(inputs, dict) and all(names):
        missing = [name for name in names if name not in inputs]
        if missing:
            raise ValueError(_name_message(layer, inputs, missing))
        return [inputs[name] for name in names]
    return flatten(inputs)


def _trouble(spec: InputSpec, shape: tuple[int | None, ...], tensor: Any) -> Any:
    """What is wrong: what was expected, and which axis differs. None if all is well."""
    rank = len(shape)
    if spec.ndim is not None and not spec.allow_last_axis_squeeze and rank != spec.ndim:
        return f"{spec.ndim} axes", f"rank: {rank} against {spec.ndim}"
    if spec.max_ndim is not None and rank > spec.max_ndim:
        return f"{spec.max_ndim} axes at most", f"rank: {rank} against {spec.max_ndim}"
    if spec.min_ndim is not None and rank < spec.min_ndim:
        return f"{spec.min_ndim} axes at least", f"rank: {rank} against {spec.min_ndim}"
    if spec.dtype is not None and tensor.dtype != spec.dtype:
        return f"dtype {spec.dtype}", f"dtype: {tensor.dtype} against {spec.dtype}"
    return _wrong_axis(spec, shape) or _wrong_shape(spec, shape)


def _wrong_axis(spec: InputSpec, shape: tuple[int | None, ...]) -> Any:
    for axis, size in spec.axes.items():
        if not -len(shape) <= axis < len(shape):
            return f"an axis {axis} of size {size}", f"axis {axis}: missing"
        if size is not None and shape[axis] not in (size, None):
            return f"{size} along axis {axis}", f"axis {axis}: {shape[axis]} against {size}"
    return None


def _wrong_shape(spec: InputSpec, shape: tuple[Any, ...]) -> Any:
    if spec.shape is None:
        return None
    wanted: Any = spec.shape
    if spec.allow_last_axis_squeeze:
        shape, wanted = _squeezed(shape, wanted), _squeezed(wanted, shape)
    if len(shape) != len(wanted):
        return f"shape {format_shape(wanted)}", f"rank: {len(shape)} against {len(wanted)}"
    for axis, (own, size) in enumerate(zip(shape, wanted, strict=True)):
        if size is not None and own is not None and own != size:
            return f"shape {format_shape(wanted)}", f"axis {axis}: {own} against {size}"
    return None


def _squeezed(shape: Any, other: Any) -> Any:
    """A shape without its last axis, if that is 1 and the other shape lacks it."""
    return shape[:-1] if len(shape) == len(other) + 1 and shape[-1] == 1 else shape


def _known(size: Any) -> int | None:
    return None if isinstance(size, Dim) else size


def _message(layer: Any, number: int, tensor: Tensor, expected: str, axis: str) -> str:
    kind = type(layer).__name__
    shape = format_shape(tensor.shape)
    return explain(
        f"{kind} '{layer.name}' cannot take this input",
        given=f"input {number} of shape {shape}, {tensor.dtype.name}",
        expected=f"{expected} (set by the input_spec of {kind} '{layer.name}')",
        axis=axis,
        remedy="x[..., None] adds an axis of size 1 at the end, x[None] a batch of one; "
        "or build the layer for what x has",
    )


def _count_message(layer: Any, given: Sequence[Any], specs: Sequence[Any]) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' takes {len(specs)} inputs",
        given=f"{len(given)}",
        expected=", ".join(map(repr, specs)),
        remedy="layer([x, y]), or one tensor where one is taken",
    )


def _no_tensor_message(layer: Any, given: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' needs tensors as inputs",
        given=f"{given!r} ({type(given).__name__})",
        expected="a tensor, or an array",
        remedy="layer(np.asarray(x))",
    )


def _name_message(layer: Any, inputs: Mapping[str, Any], missing: Sequence[str]) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' misses an input",
        given=f"a dict with {list(inputs)}",
        expected=", ".join(map(repr, missing)) + " as well",
        remedy=f"{{..., {missing[0]!r}: x}}",
    )


def _axes_message(axes: Any) -> str:
    return explain(
        "InputSpec takes axes as a dict",
        given=f"axes={axes!r}",
        expected="sizes by axis, both whole numbers",
        remedy="InputSpec(axes={-1: 784})",
    )


def _rank_message(axes: Any, rank: int) -> str:
    return explain(
        "InputSpec names an axis that the input does not have",
        given=f"axes={axes}, for a rank of {rank}",
        expected=f"axes up to {rank - 1}",
        remedy=f"axes={{{rank - 1}: ...}}",
    )
