"""`tf.function`: a function that is traced, compiled, and then runs as machine code.

Python in it runs once for each signature, while it is traced. `if`, `while` and `for` on a tensor
cannot be traced as they stand: such a function is rewritten (`autograph`), and then traced. Where
that does not help, it runs operation by operation, and a warning says which line.
"""

from __future__ import annotations

import inspect
import warnings
import weakref
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.graph import Tracer
from geartrain.tensor import NoNumbers, NoSize, Tensor, current_interpreter
from geartrain.tensor.interpreter import duty
from geartrain.tensor.nest import flatten
from geartrain.tensor.text_tensor import TextTensor
from geartrain.tensor.user_line import levels_to_user

_eagerly = [False]


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Whether functions of `tf.function` run as they stand, under any debugger."""
    _eagerly[0] = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """What `run_functions_eagerly` was told."""
    return _eagerly[0]


class Function:
    """What `tf.function` makes of a function."""

    def __init__(
        self, function: Callable[..., Any], signature: Any = None, *, autograph: bool = True
    ) -> None:
        update_wrapper(self, function, updated=())
        self.python_function = function
        self.input_signature = None if signature is None else tuple(signature)
        self.autograph = autograph
        self._traced = function  # which is traced: the function, or what it is rewritten to
        self._jit = self._compiled(function)
        self._runs_in_python = False
        self._bound: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()

    def _compiled(self, function: Callable[..., Any]) -> Any:
        from geartrain.compiler import jit  # LLVM, only when something is compiled

        return jit(function, symbolic=_symbolic(function, self.input_signature))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, compiled if it can be."""
        if self.input_signature is not None:
            args = _fitted(self, args)
        if _eagerly[0] or self._runs_in_python:
            return self.python_function(*args, **kwargs)
        if duty.interpreters:
            return self._within(args, kwargs)
        if any(
            isinstance(each, TextTensor) or _stands_for_any(each)
            for each in flatten([args, kwargs])
        ):
            return self.python_function(*args, **kwargs)
        if duty.observers:
            return self.python_function(*args, **kwargs)  # a tape sees what it is made of
        try:
            return self._jit(*args, **kwargs)
        except (NoNumbers, NoSize) as error:
            return self._rewritten_or_in_python(error, args, kwargs)

    def _within(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the function as a part of another one that is being traced."""
        tracer = current_interpreter()
        if not isinstance(tracer, Tracer):
            return self.python_function(*args, **kwargs)
        before = dict(tracer.updates), list(tracer.effects)
        try:
            return self._traced(*args, **kwargs)
        except (NoNumbers, NoSize):
            if not self._rewrite():
                raise
        tracer.updates, tracer.effects = before
        return self._traced(*args, **kwargs)

    def _rewritten_or_in_python(
        self, error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Call the function rewritten; if that does not help, as it stands, with a warning."""
        if self._rewrite():
            try:
                return self._jit(*args, **kwargs)
            except Exception as found:  # whatever it is: as it stands, the function may run
                error = found
        self._runs_in_python = True
        message = _python_message(self, error)
        warnings.warn(message, RuntimeWarning, stacklevel=levels_to_user())
        return self.python_function(*args, **kwargs)

    def _rewrite(self) -> bool:
        """Have the function rewritten from now on; whether that is anything new."""
        from geartrain.compat.tensorflow.autograph import CannotRewrite, convert

        if not self.autograph or self._traced is not self.python_function:
            return False
        try:
            self._traced = convert(self.python_function)
        except CannotRewrite:
            return False
        self._jit = self._compiled(self._traced)
        return True

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if instance not in self._bound:
            method = partial(_call_method, self.python_function, weakref.ref(instance))
            update_wrapper(method, self.python_function)
            method.__signature__ = _without_self(self.python_function)  # type: ignore[attr-defined]
            bound = Function(method, self.input_signature, autograph=self.autograph)
            self._bound[instance] = bound
        return self._bound[instance]

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> Function:
        """The function itself: it is traced when it is called."""
        return self

    def experimental_get_tracing_count(self) -> int:
        """How many signatures the function was compiled for."""
        return len(self._jit.programs)

    def __repr__(self) -> str:
        return f"<tf.function {self._jit.name}>"


def _call_method(function: Any, instance: Any, *args: Any, **kwargs: Any) -> Any:
    return function(instance(), *args, **kwargs)


def _without_self(function: Callable[..., Any]) -> inspect.Signature:
    _, *others = inspect.signature(function).parameters.values()
    return inspect.Signature(others)


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: Any = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """A function that is traced and compiled once for each signature; also as a decorator.

    Args:
        func: the function; without it, a decorator is made.
        input_signature: a `TensorSpec` for each argument; sizes that are None are symbolic, so that
            one piece of machine code serves all. Another shape or dtype is then an error.
        autograph: whether `if`, `while` and `for` on tensors are rewritten, so that they compile.
        jit_compile: taken for the sake of TensorFlow's users, as the following are.
        reduce_retracing: taken.
        experimental_implements: taken.
        experimental_autograph_options: taken.
        experimental_attributes: taken.
        experimental_relax_shapes: taken.
        experimental_compile: taken.
        experimental_follow_type_hints: taken.

    >>> import geartrain.compat.tensorflow as tf
    >>> @tf.function
    ... def double(x):
    ...     return 2 * x
    >>> double(tf.constant([1.0, 2.0])).numpy().tolist()
    [2.0, 4.0]
    """
    if func is None:
        return partial(function, input_signature=input_signature, autograph=autograph)
    return Function(func, input_signature, autograph=autograph)


def _symbolic(function: Callable[..., Any], signature: Any) -> dict[str, Any] | None:
    """The axes of arguments whose size may be any."""
    if signature is None:
        return None
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    return {
        name: tuple(at for at, size in enumerate(spec.shape) if size is None)
        for name, spec in zip(names, signature, strict=False)
        if spec.shape and None in spec.shape
    }


def _fitted(function: Function, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments as the signature wants them.

    Raises:
        TypeError: one does not fit.
    """
    own = len(args) - len(function.input_signature or ())
    specs = (*[None] * own, *(function.input_signature or ()))
    return tuple(_fitting(function, x, spec) for x, spec in zip(args, specs, strict=True))


def _fitting(function: Function, x: Any, spec: Any) -> Any:
    if spec is None:
        return x
    tensor = x if hasattr(x, "dtype") else ops.convert_to_tensor(x, spec.dtype)
    if spec.is_compatible_with(tensor):
        return tensor
    raise TypeError(
        explain(
            f"{function!r} does not take this argument",
            given=f"shape {tuple(tensor.shape)}, {tensor.dtype}",
            expected=f"shape {tuple(spec.shape)}, {spec.dtype}, set by input_signature",
            remedy=f"tf.cast(x, '{spec.dtype}'), or another input_signature",
        )
    )


def _stands_for_any(x: Any) -> bool:
    return isinstance(x, Tensor) and (x.is_symbolic or x.stands_for_any)


def _python_message(function: Function, error: Exception) -> str:
    return explain(
        f"{function!r} runs as it stands, without machine code",
        given=str(error).split("\n")[0],
        expected="choices of one shape and dtype, and no numbers of tensors asked for",
        remedy="tf.cond, tf.where or tf.while_loop, or the same shapes and dtypes in both ways",
    )
