"""`Tensor`: an immutable array of numbers with a shape and a dtype."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor.dtypes import DType
from geartrain.tensor.interpreter import Interpreter
from geartrain.tensor.shape import Shape, format_shape

Array = np.ndarray[Any, DType]
API_VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")


class Symbol(ABC):
    """The value of a tensor that is not there yet: a place in a graph being traced."""

    shape: Shape
    dtype: DType

    @property
    @abstractmethod
    def interpreter(self) -> Interpreter:
        """Who carries out operations on this symbol."""


class SymbolicSize(ABC):
    """A size that belongs to an interpreter, as a `Symbol` does."""

    @property
    @abstractmethod
    def interpreter(self) -> Interpreter:
        """Who carries out operations that make tensors of this size."""


class NoNumbers(TypeError):
    """A symbolic tensor was asked for the numbers that it does not have yet."""


class Tensor:
    """An immutable array of numbers: rank 0 is a scalar, 1 a vector, 2 a matrix, and so on.

    Made by `geartrain.ops.convert_to_tensor`. Its value is a NumPy array, or, while a function is
    traced, a `Symbol`. Operators and methods are the functions of `geartrain.ops`, which installs
    them with `install_methods`.
    """

    __slots__ = ("__weakref__", "_value")
    __array_priority__ = 100  # NumPy lets our operators go first: ndarray + Tensor is a Tensor
    stands_for_any = False  # whether it will never have numbers, as a model's input

    def __init__(self, value: Array | Symbol) -> None:
        self._value = value

    @property
    def value(self) -> Array | Symbol:
        """The array, or the symbol that stands for it."""
        return self._value

    @property
    def array(self) -> Array:
        """The numbers themselves, for code that neither writes to them nor gives them away."""
        if type(self._value) is not np.ndarray and isinstance(self._value, Symbol):
            raise NoNumbers(_no_numbers(self))
        return self._value

    @property
    def shape(self) -> Shape:
        """The size of each axis."""
        return self._value.shape

    @property
    def dtype(self) -> DType:
        """The type of each element."""
        return self._value.dtype

    @property
    def ndim(self) -> int:
        """The number of axes (the rank)."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.array.size

    @property
    def itemsize(self) -> int:
        """The bytes that one element takes."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """The bytes that all elements take."""
        return self.size * self.itemsize

    @property
    def device(self) -> str:
        """Where the numbers are: on the CPU."""
        return "cpu"

    @property
    def is_symbolic(self) -> bool:
        """Whether the numbers are not there yet."""
        return isinstance(self._value, Symbol)

    def numpy(self) -> Array:
        """The numbers, as a NumPy array that must not be written to.

        Raises:
            TypeError: the tensor is symbolic, so there are no numbers yet.
        """
        return self.shared()

    def shared(self) -> Array:
        """The same; it shares the memory even where `numpy` gives arrays of one's own."""
        if isinstance(self._value, Symbol):
            raise NoNumbers(_no_numbers(self))
        view = self._value.view()
        view.flags.writeable = False
        return view

    def item(self) -> bool | int | float:
        """The one number of a tensor with one element, as Python's own."""
        number: bool | int | float = self.numpy().item()
        return number

    def tolist(self) -> Any:
        """The numbers as nested lists of Python's own."""
        return self.numpy().tolist()

    def to_device(self, device: Any, /, *, stream: Any = None) -> Tensor:
        """The tensor on a device; there is the CPU."""
        if device != "cpu" or stream is not None:
            raise ValueError(_device_message(device, stream))
        return self

    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any:
        """The namespace of the Python array API standard that goes with tensors."""
        if api_version not in (None, *API_VERSIONS):
            raise ValueError(_version_message(api_version))
        return import_module("geartrain.numpy")  # of a room above: it is asked for by name

    def __dlpack__(
        self,
        /,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: Any = None,
        copy: bool | None = None,
    ) -> Any:
        """The memory itself, for another library; it must not be written to."""
        versioned = max_version is not None and max_version >= (1, 0)
        # Who knows of no flag that says "not to be written to" gets a copy.
        given = self.numpy() if versioned and not copy else self.array.copy()
        return given.__dlpack__(
            stream=stream, max_version=max_version, dl_device=dl_device, copy=copy
        )

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __float__(self) -> float:
        return float(_alone(self._number("float()")))

    def __int__(self) -> int:
        return int(_alone(self._number("int()")))

    def __complex__(self) -> complex:
        return complex(self._number("complex()"))

    def __index__(self) -> int:
        self._number("an index or a size")
        return self.numpy().__index__()

    def __bool__(self) -> bool:
        return bool(self._number("`if`, `while`, `and`, `not` or bool()"))

    def _number(self, asker: str) -> Any:
        """The numbers for what asks for one of Python's own; a single one stands for itself."""
        if isinstance(self._value, Symbol):
            raise NoNumbers(_no_numbers(self, asker))
        return self._value.reshape(()) if self._value.size == 1 else self._value

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a tensor of rank 0")
        first = self.shape[0]
        return first if isinstance(first, int) else len(self.shared())

    def __iter__(self) -> Iterator[Tensor]:
        return (Tensor(np.asarray(row)) for row in self.shared())

    def __repr__(self) -> str:
        from geartrain.tensor.display import describe

        return describe(self)

    def _repr_html_(self) -> str:
        from geartrain.tensor.notebook import html

        return html(self)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __hash__(self) -> int:
        return id(self)

    if TYPE_CHECKING:  # what `geartrain.ops` installs, for those who read types
        T: Tensor
        mT: Tensor  # noqa: N815  (the array standard's name)

        def __getitem__(self, key: Any) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def reshape(self, *shape: Any) -> Tensor: ...
        def transpose(self, *axes: Any) -> Tensor: ...
        def astype(self, dtype: Any) -> Tensor: ...
        def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def max(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def min(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def dot(self, other: Any) -> Tensor: ...


def _alone(array: Array) -> Any:
    """The number of an array with one element, of any rank; others are for NumPy to refuse."""
    return array.reshape(()) if array.size == 1 else array


def _device_message(device: Any, stream: Any) -> str:
    return explain(
        "There is no such device",
        given=f"device={device!r}, stream={stream!r}",
        expected="'cpu', without a stream",
        remedy="x.to_device('cpu')",
    )


def _version_message(version: Any) -> str:
    return explain(
        "This version of the array API standard is not known",
        given=f"api_version={version!r}",
        expected="one of " + ", ".join(API_VERSIONS),
        remedy="x.__array_namespace__()",
    )


REMEDIES = {
    "numpy()": "geartrain.ops in place of NumPy; geartrain.debug.print('{}', x) to see numbers",
    "float()": "the tensor itself, or for an argument jit(..., static_argnames=...)",
    "an index or a size": "an argument that jit takes as static: a whole number of Python's",
    "`if`, `while`, `and`, `not` or bool()": "ops.where or ops.cond for `if`, ops.while_loop for "
    "`while`, ops.logical_and for `and`",
}


def _no_numbers(tensor: Tensor, asker: str = "numpy()") -> str:
    from geartrain.tensor.user_line import user_line  # needed only here

    named = getattr(tensor.value, "label", "")
    return explain(
        f"A symbolic tensor has no numbers yet, at {user_line().quoted()}",
        given=f"{named or 'a tensor'} of shape {format_shape(tensor.shape)}, "
        f"{tensor.dtype.name}, being traced",
        expected=f"a tensor with numbers, which {asker} asks for",
        remedy=f"{REMEDIES.get(asker, REMEDIES['float()'])}; "
        "or run as it stands: without jit, or compile(..., run_eagerly=True)",
    )


def install_methods(methods: dict[str, Any]) -> None:
    """Give `Tensor` methods and operators that rooms above define."""
    for name, method in methods.items():
        setattr(Tensor, name, method)
