"""`Layer`: weights, and the function that they make of a tensor."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Self

from geartrain import constraints, initializers, primitives, regularizers
from geartrain.errors import explain
from geartrain.layers.calls import (
    as_input,
    as_tensors,
    build_arguments,
    calling,
    default_of,
    signature_of,
    surroundings,
)
from geartrain.layers.naming import snake_case, unique_name
from geartrain.layers.shapes import traced_shapes, without_symbols
from geartrain.layers.tracking import UNTRACKED, parts_of
from geartrain.ops import divide
from geartrain.random import SeedGenerator
from geartrain.tensor import Array, Tensor, Variable, as_dtype, at_once, format_shape
from geartrain.tensor.nest import flatten

NO_FLOAT = as_dtype("bool")  # nothing is cast to it


class Layer:
    """A function of tensors, with weights that are made when the first input is known.

    A subclass makes its weights in `build(input_shape)` with `add_weight`, and computes in
    `call(inputs)`. Layers, variables and seed generators that are its attributes, or in lists,
    tuples and dicts among them, belong to it. `call` may take `training`: whether the model is
    being trained, which a layer inherits from the layer or model that calls it.

    Args:
        activity_regularizer: a regularizer of what the layer gives.
        trainable: whether training changes the weights.
        dtype: of the weights and of what is computed; None is float32.
        autocast: whether floats of another dtype are cast to it.
        name: None numbers the class's name.
        **kwargs: `input_shape`, of one sample, without the batch, for a model's first layer;
            `input_dim`: the same for vectors.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        layer = super().__new__(cls)
        try:
            bound = signature_of(cls.__init__).bind(layer, *args, **kwargs)
        except TypeError:  # which __init__ raises itself, or a copy that is not made with it
            return layer
        vars(layer)[UNTRACKED] = dict(list(bound.arguments.items())[1:])
        return layer

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _noting(cls.build)  # type: ignore[method-assign]

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._weights: list[Variable] = []
        self._penalties: dict[Variable, Callable[[Any], Tensor]] = {}
        self._bounds: dict[Variable, Callable[[Any], Tensor]] = {}
        self._activity: list[Tensor] = []
        self.name = name or unique_name(snake_case(type(self).__name__))
        self.dtype = as_dtype("float32" if dtype is None else dtype)
        self.autocast = autocast
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.built = False
        self.trainable = trainable
        self.output_shape: Any = None
        self.sample_shape = _sample_shape(self, kwargs)

    # -- for subclasses --------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the weights, for inputs of this shape (the batch axis included)."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes."""
        raise NotImplementedError(f"{type(self).__name__} defines no call()")

    def add_weight(
        self,
        shape: Sequence[int] | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """A new weight of this layer.

        Args:
            shape: () if None.
            initializer: a name or an object of `geartrain.initializers`; None is
                "glorot_uniform" for floats, "zeros" for the rest.
            dtype: the layer's if None.
            trainable: whether training changes it.
            autocast: taken for the sake of Keras's users: there is one dtype.
            regularizer: of its values, added to the loss.
            constraint: put in force after each step of training.
            aggregation: taken likewise: there is one replica.
            overwrite_with_gradient: taken likewise; False.
            name: the last part of its path.
        """
        wanted = self.dtype if dtype is None else as_dtype(dtype)
        chosen = initializer or ("glorot_uniform" if wanted.kind == "f" else "zeros")
        start = initializers.get(chosen)(tuple(shape or ()), dtype=wanted)
        weight = Variable(start, dtype=wanted, trainable=trainable, name=name or "weight")
        weight.path = "/".join([*self._path(), weight.name])
        self._weights.append(weight)
        if regularizer is not None:
            self._penalties[weight] = regularizers.get(regularizer)
        if constraint is not None:
            self._bounds[weight] = constraints.get(constraint)
        return weight

    def keep_rules(self, **rules: Any) -> None:
        """Keep initializers, regularizers and constraints of weights under Keras's names."""
        rooms = {
            "initializer": initializers,
            "regularizer": regularizers,
            "constraint": constraints,
        }
        for name, given in rules.items():
            room = rooms[name.rpartition("_")[2]]
            setattr(self, name, room.get(given))

    def add_ruled(self, name: str, shape: Sequence[int], trainable: bool = True) -> Variable:
        """A weight whose rules `keep_rules` was given: `kernel` follows `kernel_initializer`..."""
        return self.add_weight(
            shape,
            getattr(self, f"{name}_initializer"),
            trainable=trainable,
            regularizer=getattr(self, f"{name}_regularizer", None),
            constraint=getattr(self, f"{name}_constraint", None),
            name=name,
        )

    # -- calling ---------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, making the weights first where they are not made yet.

        `training=True` or `False` holds for all layers inside; None inherits it.
        """
        if "_weights" not in vars(self):
            raise RuntimeError(_init_message(self))
        signature = signature_of(type(self).call)
        takes_training = "training" in signature.parameters
        training = kwargs.get("training") if takes_training else kwargs.pop("training", None)
        bound = signature.bind(self, *args, **kwargs).arguments
        arguments = self._arguments_as_tensors(
            {name: bound[name] for name in list(bound)[1:]}, signature
        )
        training = arguments.get("training") if training is None else training
        if training is None:
            training = surroundings.training
        if training is None:
            training = default_of(signature, "training")
        with calling(self._scope(), training):
            if not self.built:
                self.ensure_built(**build_arguments(type(self).build, arguments))
            if takes_training and training is not None:
                arguments["training"] = training
            return self._regularized(_call(self, signature, arguments))

    def _arguments_as_tensors(self, arguments: dict[str, Any], signature: Any) -> dict[str, Any]:
        """The arguments, with tensors for arrays."""
        dtype = self.dtype if self.autocast else NO_FLOAT
        first = next(iter(arguments), None)
        return {
            name: as_input(each, dtype) if name == first else as_tensors(each, dtype)
            for name, each in arguments.items()
        }

    def _regularized(self, outputs: Any) -> Any:
        if self.activity_regularizer is not None:
            leaves = [each for each in flatten(outputs) if isinstance(each, Tensor)]
            self._activity = [_a_sample(self.activity_regularizer(each), each) for each in leaves]
        return outputs

    def _scope(self) -> str | None:
        """What the layer adds to the paths of the weights inside."""
        return self.name

    def _path(self) -> tuple[str, ...]:
        path, own = surroundings.path, self._scope()
        return path if own is None or path[-1:] == (own,) else (*path, own)

    def ensure_built(self, *args: Any, **kwargs: Any) -> None:
        """Make the weights, once."""
        if not self.built:
            self.build(*args, **kwargs)
            self.built = True

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shapes of what the layer gives for inputs of these shapes; None is any size.

        No weight is made: what is not built yet is built as a copy.
        """
        layer = self if self.built else copy.deepcopy(self)
        return without_symbols(traced_shapes(layer, self.dtype, *args, **kwargs))

    # -- what it holds ---------------------------------------------------------------------------

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it holds for all layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in parts_of(self, Layer):
            layer.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All weights: its own, those that train first, then those of the layers inside."""
        own = sorted(parts_of(self, Variable), key=lambda each: not each.trainable)
        inner = (weight for layer in parts_of(self, Layer) for weight in layer.weights)
        return list(dict.fromkeys([*own, *inner]))

    @property
    def variables(self) -> list[Variable]:
        """All weights, and the states of random generators."""
        own = sorted(parts_of(self, Variable), key=lambda each: not each.trainable)
        seeds = (each.state for each in parts_of(self, SeedGenerator))
        inner = (each for layer in parts_of(self, Layer) for each in layer.variables)
        return list(dict.fromkeys([*own, *seeds, *inner]))

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        if not self.trainable:
            return []
        own = (each for each in parts_of(self, Variable) if each.trainable)
        inner = (weight for layer in parts_of(self, Layer) for weight in layer.trainable_weights)
        return list(dict.fromkeys([*own, *inner]))

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves."""
        changing = set(self.trainable_weights)
        return [each for each in self.weights if each not in changing]

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The weights that training leaves, and the states of random generators."""
        changing = set(self.trainable_weights)
        return [each for each in self.variables if each not in changing]

    @property
    def losses(self) -> list[Tensor]:
        """What regularizers add to the loss: of weights, and of what the last call gave."""
        own = [penalty(weight.value) for weight, penalty in self._penalties.items()]
        inner = (each for layer in parts_of(self, Layer) for each in layer.losses)
        return [*own, *self._activity, *inner]

    def constrain(self) -> None:
        """Put the constraints of the weights in force: training does so after each step."""
        for weight, bound in self._bounds.items():
            weight.assign(bound(weight.value))
        for layer in parts_of(self, Layer):
            layer.constrain()

    @property
    def compute_dtype(self) -> str:
        """The dtype that is computed in."""
        return self.dtype.name

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return self.dtype.name

    def count_params(self) -> int:
        """How many numbers the weights hold."""
        return sum(each.numpy().size for each in self.weights)

    def get_weights(self) -> list[Array]:
        """Copies of the weights' numbers."""
        return [each.numpy() for each in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give every weight new numbers, in the order of `weights`.

        Raises:
            ValueError: the number of arrays or a shape differs; no weight is changed then.
        """
        own = self.weights
        shapes = [getattr(each, "shape", ()) for each in weights]
        if shapes != [each.shape for each in own]:
            raise ValueError(_weights_message(self, shapes))
        for variable, numbers in zip(own, weights, strict=True):
            variable.assign(numbers)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from: its name, and what it was made with."""
        given = dict(vars(self).get(UNTRACKED, {}))
        extra = given.pop("kwargs", {})
        base = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype.name}
        return {**given, **extra, **base}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A layer of a config; its weights are new."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _noting(build: Callable[..., None]) -> Callable[..., None]:
    """A `build` that is noted in `built`, and whose weights have the layer's path.

    What it computes for its weights is computed at once, where the layer is called in a trace too.
    """

    @wraps(build)
    def noted(self: Layer, *args: Any, **kwargs: Any) -> None:
        inside = surroundings.path[-1:] == (self.name,)
        with calling(None if inside else self._scope(), surroundings.training), at_once():
            build(self, *args, **kwargs)
        self.built = True

    return noted


def _call(layer: Layer, signature: Any, arguments: dict[str, Any]) -> Any:
    """`layer.call`, with arguments by name where they have one."""
    bound = signature.bind_partial()
    bound.arguments = {"self": layer, **arguments}
    positional, named = bound.args, bound.kwargs
    return layer.call(*positional[1:], **named)


def _a_sample(penalty: Tensor, outputs: Tensor) -> Tensor:
    """A penalty on what came out, divided by the number of samples."""
    return divide(penalty, primitives.size(outputs, axes=(0,), dtype=penalty.dtype))


def _sample_shape(layer: Layer, given: dict[str, Any]) -> tuple[int, ...] | None:
    """The shape of a sample, from the arguments that say it."""
    dim, shape = given.pop("input_dim", None), given.pop("input_shape", None)
    if given:
        raise TypeError(_arguments_message(layer, given))
    if dim is not None:
        return (dim,)
    return None if shape is None else tuple(shape)


def _arguments_message(layer: Layer, given: dict[str, Any]) -> str:
    kind = type(layer).__name__
    known = [name for name in signature_of(type(layer).__init__).parameters if name != "self"]
    return explain(
        f"{kind} does not know these arguments",
        given=", ".join(f"{name}={value!r}" for name, value in given.items()),
        expected=", ".join(name for name in known if name != "kwargs")
        + ", name, trainable, dtype, input_shape",
        remedy=f"leave out {', '.join(given)}",
    )


def _init_message(layer: Layer) -> str:
    kind = type(layer).__name__
    return explain(
        f"{kind} is called before it is a layer",
        given=f"a {kind} whose __init__ did not call that of Layer",
        expected="super().__init__() as the first line of __init__",
        remedy="super().__init__(**kwargs)",
    )


def _weights_message(layer: Layer, shapes: Sequence[Any]) -> str:
    own = ", ".join(f"{each.path} {format_shape(each.shape)}" for each in layer.weights)
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take these weights",
        given=f"{len(shapes)} arrays of shapes {[tuple(each) for each in shapes]}",
        expected=own or "none: the layer has no weights yet, as it was not built",
        remedy=f"layer.set_weights(other.get_weights()), other being a {type(layer).__name__} "
        "of the same shape",
    )
