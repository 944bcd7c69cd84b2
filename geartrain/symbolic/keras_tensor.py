"""`KerasTensor`: a shape and a dtype, without numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, NoReturn, Self

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.graph.graph import Role
from geartrain.names import unique_name
from geartrain.primitives.primitive import Spec
from geartrain.symbolic.blueprint import BLUEPRINT, unknown_sizes
from geartrain.symbolic.call_nodes import KerasHistory, history_of
from geartrain.symbolic.captures import note_made
from geartrain.tensor import Array, Dim, Tensor, format_shape
from geartrain.tensor.dtypes import STRING, held_dtype, is_text

_axes = count()


class KerasTensor(Tensor):
    """A tensor that stands for any numbers of a shape and a dtype.

    `layers.Input` gives one; layers and operations make others of it, and a model is what lies
    between. Its size is None along an axis that may have any.

    Args:
        shape: sizes, None where any will do.
        dtype: of the numbers.
        sparse: what the attribute says; every operation takes the tensor for a dense one.
        ragged: likewise.
        record_history: whether a model can be made of what is done with it.
        name: None numbers "keras_tensor".
        **kwargs: None: they would be of ragged tensors.

    Raises:
        ValueError: an impossible shape or dtype, or both `sparse` and `ragged`.

    >>> from geartrain import KerasTensor, ops
    >>> ops.matmul(KerasTensor((None, 3)), KerasTensor((3, 5))).shape
    (None, 5)
    """

    __slots__ = ("name", "ragged", "record_history", "sparse")
    stands_for_any = True
    ragged_rank = row_splits_dtype = None

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if (sparse and ragged) or any(each is not None for each in kwargs.values()):
            raise ValueError(_layout_message())
        self.sparse, self.ragged = bool(sparse), bool(ragged)
        self.name = name or unique_name("keras_tensor")
        self.record_history = record_history
        sizes = unknown_sizes(symbolic_shape(checked_shape(shape)))
        spec = Spec(sizes, _checked_dtype(dtype))
        node = Node(Role.INPUT, spec, label=self.name, tracer=BLUEPRINT)
        super().__init__(node)
        note_made(node)

    @classmethod
    def of(cls, node: Node, name: str | None = None) -> Self:
        """The tensor that a node of the blueprint is the value of."""
        made = cls.__new__(cls)
        Tensor.__init__(made, node)
        note_made(node)
        made.sparse = made.ragged = False
        made.name, made.record_history = name or unique_name("keras_tensor"), True
        return made

    @property
    def shape(self) -> tuple[Any, ...]:
        """The size of each axis, None where any will do."""
        return tuple(None if isinstance(size, Dim) else size for size in self._value.shape)

    @property
    def dtype(self) -> Any:
        """The type of each element; of texts "string"."""
        own = self._value.dtype
        return STRING if is_text(own) else own

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._value.shape)

    @property
    def _keras_history(self) -> KerasHistory:
        """The operation that gave it, at which of its calls, and as which of its outputs.

        Raises:
            AttributeError: no layer or operation gave it.
        """
        found = history_of(self)
        if found is None:
            raise AttributeError(f"{self.name} was given by no call of a layer or operation")
        return found

    def numpy(self) -> Array:
        self._refuse("numpy()")

    @property
    def array(self) -> Array:
        self._refuse("numbers")

    @property
    def size(self) -> NoReturn:
        """No attribute: it has no numbers to count."""
        raise AttributeError("a symbolic tensor has no `size`: use `shape`")

    def _refuse(self, asker: str) -> NoReturn:
        raise ValueError(
            explain(
                "A symbolic tensor has no numbers",
                given=f"{self.name} of shape {format_shape(self.shape)}, {self.dtype.name}",
                expected=f"a tensor with numbers, which {asker} asks for",
                remedy="model = Model(inputs, outputs); model(x)",
            )
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        self._refuse("NumPy")

    def __dlpack__(self, **kwargs: Any) -> Any:
        self._refuse("another library")

    def _number(self, asker: str) -> Any:
        if asker.startswith("`if`"):
            raise TypeError(
                "a symbolic tensor is neither true nor false: use ops.cond or ops.where"
            )
        self._refuse(asker)

    def __len__(self) -> int:
        raise TypeError("a symbolic tensor has no len(): use x.shape[0]")

    def __iter__(self) -> Iterator[Tensor]:
        raise NotImplementedError("a symbolic tensor cannot be iterated over: use ops.unstack(x)")

    def __repr__(self) -> str:
        shape, dtype = format_shape(self.shape), self.dtype.name
        return (
            f"<KerasTensor shape={shape}, dtype={dtype}, sparse={self.sparse}, "
            f"ragged={self.ragged}, name={self.name}>"
        )

    __hash__ = Tensor.__hash__


BLUEPRINT.wrapper = KerasTensor.of


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is a symbolic tensor, of which models are made.

    >>> from geartrain import layers
    >>> is_keras_tensor(layers.Input((3,))), is_keras_tensor(1.0)
    (True, False)
    """
    return isinstance(x, KerasTensor)


def checked_shape(shape: Any) -> tuple[Any, ...]:
    """A shape as a tuple, if it is one.

    Raises:
        ValueError: a size is no whole number from 0 and not None.
    """
    sizes = (shape,) if isinstance(shape, int) or shape is None else tuple(shape)
    for size in sizes:
        if size is None or isinstance(size, Dim):
            continue
        if not hasattr(size, "__index__") or size < 0:
            raise ValueError(_shape_message(shape, size))
    return tuple(size if size is None or isinstance(size, Dim) else int(size) for size in sizes)


def symbolic_shape(shape: Sequence[Any]) -> tuple[int | Dim, ...]:
    """A shape with a symbol for each None: `batch` for the first axis, a new one for others."""
    return tuple(
        (Dim("batch") if at == 0 else Dim(f"axis{at}_{next(_axes)}")) if size is None else size
        for at, size in enumerate(shape)
    )


def _checked_dtype(dtype: Any) -> Any:
    try:
        return held_dtype(dtype)
    except TypeError as error:
        raise ValueError(str(error)) from None


def _layout_message() -> str:
    return explain(
        "A symbolic tensor cannot be laid out so",
        given="sparse=True with ragged=True, or what tells more about ragged rows",
        expected="one of them at most; numbers are always computed with as dense ones",
        remedy="KerasTensor((None, 784))",
    )


def _shape_message(shape: Any, size: Any) -> str:
    return explain(
        "This is no shape",
        given=f"{shape!r}, with {size!r} in it",
        expected="whole numbers from 0, and None where any size will do",
        remedy="(None, 784)",
    )
