"""`tf.Variable`: a variable with TensorFlow's arguments, of which parts can be assigned.

v = tf.Variable(tf.zeros((2, 2)))
v[0, 0].assign(3.0)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from geartrain import ops
from geartrain import tensor as core
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.tensor.interpreter import duty


class Variable(core.Variable):
    """A tensor whose value can change.

    Args:
        initial_value: the first value, or a function without arguments that gives it.
        trainable: whether training changes it; None is True.
        validate_shape: taken for the sake of TensorFlow's users, as the following, too.
        caching_device: taken.
        name: None numbers "Variable".
        variable_def: taken.
        dtype: None is that of the value.
        import_scope: taken.
        constraint: a function of the variable that gives the value it may have, or None.
        synchronization: taken.
        aggregation: taken.
        shape: of the value, if it is to be said.
        experimental_enable_variable_lifting: taken.

    Raises:
        ValueError: there is no value, or it has another shape.

    >>> v = Variable([[1.0, 2.0]])
    >>> v.assign_add([[1.0, 1.0]]).numpy().tolist(), v[0, 0].assign(5.0).numpy().tolist()
    ([[2.0, 3.0]], [[5.0, 3.0]])
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: Any = 0,
        aggregation: Any = 0,
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        if initial_value is None:
            raise ValueError(_nothing_message())
        value = initial_value() if callable(initial_value) else initial_value
        super().__init__(
            ops.convert_to_tensor(value, dtype),
            trainable=trainable is not False,
            autocast=False,
            name=None if name is None else name.replace("/", "_"),
        )
        self.constraint = constraint
        if shape is not None and tuple(self.shape) != tuple(shape):
            raise ValueError(f"the value has the shape {self.shape}, and shape={tuple(shape)}")

    def __getitem__(self, key: Any) -> Any:
        """A part of the value; it has `assign`, `assign_add` and `assign_sub`."""
        found = ops.get_item(self.value, key)
        return found if duty.observers else VariablePart(found, self, key)

    def assign(  # type: ignore[override]
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable:
        """Give the variable a new value of its own shape."""
        super().assign(value)
        return self

    def assign_add(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable:
        """Add to the value."""
        return self.assign(ops.add(self.value, self.as_own(delta)))

    def assign_sub(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable:
        """Subtract from the value."""
        return self.assign(ops.subtract(self.value, self.as_own(delta)))

    @property
    def value(self) -> ReadValue:
        """The value, as a tensor: `v.value` of Keras and `v.value()` of TensorFlow."""
        found = super().value
        if type(found) is Tensor:
            found.__class__ = ReadValue
        return found  # type: ignore[return-value]

    def read_value(self) -> Tensor:
        """The value, as a tensor."""
        return self.value

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Put updates in the places that the indices name."""
        return self.assign(ops.scatter_update(self.value, indices, updates))

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Add updates to the places that the indices name."""
        return self.assign(ops.scatter_update(self.value, indices, updates, "add"))

    def set_shape(self, shape: Any) -> None:
        """Nothing: the shape is known."""

    @property
    def initialized_value(self) -> Tensor:
        """The value: it is there from the beginning."""
        return self.value


class ReadValue(Tensor):
    """What was read of a variable; called, it gives itself, as TensorFlow has a method there."""

    __slots__ = ()

    def __call__(self) -> Self:
        return self


class VariablePart(Tensor):
    """A part of a variable's value, which can be assigned."""

    __slots__ = ("_key", "_variable")

    def __init__(self, part: Tensor, variable: Variable, key: Any) -> None:
        super().__init__(part.value)
        self._variable, self._key = variable, key

    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable:
        """Give the part a new value, and with it the variable."""
        whole = self._variable.value
        everywhere = np.arange(math.prod(self._variable.shape)).reshape(self._variable.shape)
        places = everywhere[_numbers(self._key)]
        part = ops.broadcast_to(self._variable.as_own(value), places.shape)
        flat = ops.scatter_update(
            ops.reshape(whole, (-1,)), places.reshape(-1, 1), ops.reshape(part, (-1,))
        )
        return self._variable.assign(ops.reshape(flat, whole.shape))

    def assign_add(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable:
        """Add to the part."""
        return self.assign(ops.add(Tensor(self.value), value))

    def assign_sub(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable:
        """Subtract from the part."""
        return self.assign(ops.subtract(Tensor(self.value), value))


def _numbers(key: Any) -> Any:
    """A key as NumPy takes it."""
    if isinstance(key, tuple):
        return tuple(map(_numbers, key))
    return key.numpy() if isinstance(key, Tensor | core.Variable) else key


def _nothing_message() -> str:
    return explain(
        "A variable begins with a value",
        given="tf.Variable() without initial_value",
        expected="a number, an array, a tensor, or a function that gives one",
        remedy="tf.Variable(tf.zeros((2, 2)))",
    )
