"""TensorFlow 1's names, as scripts of the first edition's time write them: `tf.Session`, `tf.log`.

x = tf.placeholder(tf.float32, (None, 3))         a symbolic tensor
y = tf.log(x)
with tf.Session() as session:
    session.run(y, feed_dict={x: numbers})        compiled: `keras.backend.function`

A variable has its numbers from the start, so `global_variables_initializer` has nothing to do.
"""

from __future__ import annotations

import logging as _logging
from typing import Any, Self

from geartrain import ops
from geartrain.compat.keras.backend.derivatives import gradients as _gradients
from geartrain.compat.keras.backend.functions import Function
from geartrain.compat.tensorflow import math, random
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.errors import explain
from geartrain.layers import Input
from geartrain.random import set_random_seed
from geartrain.symbolic import is_keras_tensor
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.nest import map_nest

__all__ = [
    "ConfigProto", "GPUOptions", "InteractiveSession", "Session", "assign", "assign_add",
    "assign_sub", "disable_eager_execution", "disable_v2_behavior", "div", "enable_eager_execution",
    "enable_v2_behavior", "get_default_graph", "get_default_session", "get_variable",
    "global_variables_initializer", "gradients", "lgamma", "local_variables_initializer", "log",
    "log1p", "logging", "placeholder", "random_normal", "random_uniform", "reset_default_graph",
    "rsqrt", "set_random_seed", "to_double", "to_float", "to_int32", "to_int64",
]  # fmt: skip

NAMES = __all__
log, log1p, rsqrt, lgamma = math.log, math.log1p, math.rsqrt, math.lgamma
random_normal, random_uniform = random.normal, random.uniform
div = ops.divide


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A symbolic tensor, whose numbers `Session.run` is given.

    Raises:
        ValueError: nothing is known of the shape.
    """
    if shape is None:
        raise ValueError(_shape_message())
    return Input(batch_shape=tuple(shape), dtype=as_dtype(dtype).name, name=name)


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = None,
) -> list[Any]:
    """The derivatives of symbolic tensors, symbolic themselves: `keras.backend.gradients`.

    Raises:
        NotImplementedError: `stop_gradients`; `tf.stop_gradient` does that where a tensor is made.
    """
    if stop_gradients is not None:
        raise NotImplementedError(_stop_message())
    if grad_ys is None:
        return _gradients(ys, xs)
    symbols = ys if isinstance(ys, list | tuple) else [ys]
    weights = grad_ys if isinstance(grad_ys, list | tuple) else [grad_ys]
    return _gradients(
        [y if w is None else y * w for y, w in zip(symbols, weights, strict=True)], xs
    )


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = "float32",
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    constraint: Any = None,
    **kwargs: Any,
) -> Variable:
    """A variable: of numbers, or of an initializer (`glorot_uniform`, if None) and a shape.

    Args:
        name: of the variable.
        shape: for an initializer.
        dtype: of the numbers.
        initializer: numbers, or what draws them.
        regularizer: None: no graph gathers losses here.
        trainable: whether optimizers change it.
        constraint: what its numbers are put through after a step.
        **kwargs: where and how TensorFlow keeps the variable.

    Raises:
        NotImplementedError: a regularizer.
    """
    from geartrain import initializers
    from geartrain.compat.tensorflow.variable import Variable as TensorFlowVariable

    if regularizer is not None:
        raise NotImplementedError(_regularizer_message(name))
    value = initializer
    if value is None or callable(value) or isinstance(value, str):
        draw = initializers.get(initializer or "glorot_uniform")
        draw = draw() if isinstance(draw, type) else draw
        value = draw(tuple(shape), as_dtype(dtype).name)
    return TensorFlowVariable(
        value, trainable=trainable, name=name, dtype=dtype, constraint=constraint
    )


def assign(ref: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Set a variable."""
    return ref.assign(value)


def assign_add(ref: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Add to a variable."""
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Take from a variable."""
    return ref.assign_sub(value)


def to_float(x: Any, name: str = "ToFloat") -> Tensor:
    """As float32."""
    return ops.cast(x, "float32")


def to_double(x: Any, name: str = "ToDouble") -> Tensor:
    """As float64."""
    return ops.cast(x, "float64")


def to_int32(x: Any, name: str = "ToInt32") -> Tensor:
    """As int32."""
    return ops.cast(x, "int32")


def to_int64(x: Any, name: str = "ToInt64") -> Tensor:
    """As int64."""
    return ops.cast(x, "int64")


class Settings:
    """What is asked of devices, any name of which may be set; there is one device."""

    def __init__(self, **kwargs: Any) -> None:
        vars(self).update(kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return vars(self).setdefault(name, Settings())


ConfigProto = GPUOptions = Settings


class Session:
    """Computes symbolic tensors: `session.run(y, feed_dict={x: numbers})`.

    >>> from geartrain.compat import tensorflow as tf
    >>> x = tf.placeholder(tf.float32, (None,))
    >>> with tf.Session() as session:
    ...     print(session.run(x * 2, feed_dict={x: [1.0, 2.0]}))
    [2. 4.]
    """

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        self.graph = graph
        self._functions: dict[Any, tuple[Any, Function]] = {}

    def run(self, fetches: Any, feed_dict: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The numbers of symbolic tensors, of variables, and of lists or dicts of them.

        Raises:
            ValueError: a placeholder that is needed is not in `feed_dict`.
        """
        fed = dict(feed_dict or {})
        return map_nest(lambda each: self._value(each, fed), fetches)

    def _value(self, fetch: Any, fed: dict[Any, Any]) -> Any:
        if fetch is None or not is_keras_tensor(fetch):
            return fetch.numpy() if isinstance(fetch, Tensor | Variable) else fetch
        key = (id(fetch), *map(id, fed))
        if key not in self._functions:
            made = Function(list(fed), fetch)
            self._functions[key] = ((fetch, *fed), made)  # kept, so that no other has the id
        return self._functions[key][1](list(fed.values()))

    def close(self) -> None:
        """Forget what was compiled."""
        self._functions.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def as_default(self) -> Session:
        """The session itself."""
        return self


InteractiveSession = Session


class Graph:
    """What TensorFlow 1 writes operations into; here they are found from their results."""

    def as_default(self) -> Graph:
        """The graph itself."""
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def get_default_graph() -> Graph:
    """A graph, for those who enter one."""
    return Graph()


def get_default_session() -> Session:
    """A session."""
    return Session()


def reset_default_graph() -> None:
    """Number names anew."""
    from geartrain.names import forget_names

    forget_names()


def global_variables_initializer() -> None:
    """Nothing to be run: variables have their numbers."""


local_variables_initializer = global_variables_initializer


def disable_eager_execution() -> None:
    """Taken: symbolic tensors are so wherever they are made, and others have numbers."""


enable_eager_execution = disable_v2_behavior = enable_v2_behavior = disable_eager_execution


class logging:  # noqa: N801  (a namespace)
    """`tf.logging`: messages of this library."""

    DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50

    @staticmethod
    def set_verbosity(v: int) -> None:
        """Show messages from a level on."""
        _logging.getLogger("geartrain").setLevel(v)

    @staticmethod
    def get_verbosity() -> int:
        """From which level on messages are shown."""
        return _logging.getLogger("geartrain").getEffectiveLevel()

    info = staticmethod(_logging.getLogger("geartrain").info)
    warning = warn = staticmethod(_logging.getLogger("geartrain").warning)
    error = staticmethod(_logging.getLogger("geartrain").error)


def _shape_message() -> str:
    return explain(
        "A placeholder needs a shape",
        given="shape=None",
        expected="sizes, of which some may be None",
        remedy="tf.placeholder(tf.float32, (None, 3))",
    )


def _stop_message() -> str:
    return explain(
        "tf.gradients takes the derivative through everything that led to ys",
        given="stop_gradients=...",
        expected="None",
        remedy="x = tf.stop_gradient(x) where x is made, before ys is made of it",
    )


def _regularizer_message(name: str) -> str:
    return explain(
        f"The variable {name!r}: there is no graph that gathers the losses of regularizers",
        given="regularizer=...",
        expected="None",
        remedy="add regularizer(variable) to the loss",
    )
