"""`Layer`: weights, and the function that they make of a tensor."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Self

from geartrain import constraints, dtype_policies, initializers, primitives, regularizers
from geartrain.errors import explain
from geartrain.layers.calls import (
    as_input,
    as_tensors,
    build_arguments,
    calling,
    chosen_training,
    reading_as,
    surroundings,
)
from geartrain.layers.holder import Holder
from geartrain.layers.masks import fill_in_masks, hand_on_masks
from geartrain.layers.naming import snake_case, unique_name
from geartrain.layers.shapes import traced_shapes, without_symbols
from geartrain.layers.symbolic import drawn, is_symbolic_input, shapes_of
from geartrain.layers.tracking import UNTRACKED
from geartrain.ops import divide
from geartrain.random.seed import undrawn
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import Tensor, Variable, as_dtype, at_once
from geartrain.tensor.nest import flatten

NO_FLOAT = as_dtype("bool")  # nothing is cast to it


class Layer(Holder):
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

    supports_masking = False  # whether the mask of what goes in is that of what comes out

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
        self._activity: list[Tensor] = []
        self._called: list[tuple[Any, Any]] = []
        self.name = name or unique_name(snake_case(type(self).__name__))
        self._dtype_policy = dtype_policies.get(dtype)
        self.autocast = autocast
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.built = False
        self.trainable = trainable
        self.output_shape: Any = None
        self.sample_shape = _sample_shape(self, kwargs)

    # -- for subclasses --------------------------------------------------------------------------

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Make the weights, for inputs of this shape (the batch axis included).

        A subclass takes `input_shape`, or, for `call(query, value)`, `query_shape, value_shape`.
        """
        self.built = True

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
        wanted = as_dtype(self.variable_dtype if dtype is None else dtype)
        chosen = initializer or ("glorot_uniform" if wanted.kind == "f" else "zeros")
        start = initializers.get(chosen)(tuple(shape or ()), dtype=wanted)
        weight = Variable(
            start, dtype=wanted, trainable=trainable, autocast=autocast, name=name or "weight"
        )
        weight.path = "/".join([*self._path(), weight.name])
        self._weights.append(weight)
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
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

    def add_ruled(
        self, name: str, shape: Sequence[int], trainable: bool = True, initializer: Any = None
    ) -> Variable:
        """A weight whose rules `keep_rules` was given: `kernel` follows `kernel_initializer`...

        `initializer` takes the place of the rule's for the first numbers.
        """
        return self.add_weight(
            shape,
            initializer or getattr(self, f"{name}_initializer"),
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
        names = signature.parameters
        training = None if "training" in names else kwargs.pop("training", None)
        arguments = self._tensors_of(signature.bind(self, *args, **kwargs).arguments)
        training = arguments.get("training", training)
        if any(map(is_symbolic_input, flatten(arguments))):
            return drawn(self, arguments, training)
        training = chosen_training(training, signature)
        with calling(self._scope(), training), reading_as(self._autocast_dtype()):
            if not self.built:
                self.ensure_built(**build_arguments(type(self).build, arguments))
            if "training" in names and training is not None:
                arguments["training"] = training
            return self._computed(arguments, names)

    def _computed(self, arguments: dict[str, Any], names: Any) -> Any:
        """What `call` gives, with what is added to it: masks, and a penalty."""
        fill_in_masks(arguments, names)
        bound = signature_of(type(self).call).bind_partial()
        bound.arguments = {"self": self, **arguments}
        outputs = self.call(*bound.args[1:], **bound.kwargs)
        hand_on_masks(self, next(iter(arguments.values()), None), outputs)
        if self.activity_regularizer is not None:
            leaves = [each for each in flatten(outputs) if isinstance(each, Tensor)]
            self._activity = [_a_sample(self.activity_regularizer(each), each) for each in leaves]
        return outputs

    def _tensors_of(self, bound: dict[str, Any]) -> dict[str, Any]:
        """The arguments by name, with tensors for arrays."""
        dtype = as_dtype(self.input_dtype) if self.autocast else NO_FLOAT
        names = list(bound)[1:]
        found = {name: as_input(bound[name], dtype) for name in names[:1]}
        return {**found, **{name: as_tensors(bound[name], dtype) for name in names[1:]}}

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of what the layer gives: that of its input, if `supports_masking`."""
        return mask

    def note_call(self, inputs: Any, outputs: Any) -> None:
        """Keep what a symbolic call took and gave, for those who ask for `input` and `output`."""
        self.output_shape = shapes_of(outputs)
        self._called.append((inputs, outputs))

    @property
    def input(self) -> Any:
        """The symbolic tensor that the layer was first called with."""
        return self._first_call()[0]

    @property
    def output(self) -> Any:
        """The symbolic tensor that it gave then."""
        return self._first_call()[1]

    def _first_call(self) -> tuple[Any, Any]:
        if not self._called:
            raise AttributeError(_not_called_message(self))
        return self._called[0]

    @property
    def knows_its_shape(self) -> bool:
        """Whether `compute_output_shape` is the layer's own, so that it takes any sizes."""
        return type(self).compute_output_shape is not Layer.compute_output_shape

    @property
    def makes_masks(self) -> bool:
        """Whether `compute_mask` is the layer's own, so that it may make one of nothing."""
        return type(self).compute_mask is not Layer.compute_mask

    def _autocast_dtype(self) -> Any:
        """The dtype in which weights are read, where it is not their own."""
        policy = self._dtype_policy
        differs = self.autocast and policy.compute_dtype != policy.variable_dtype
        return as_dtype(policy.compute_dtype) if differs else None

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
        if self.built:
            return without_symbols(
                traced_shapes(self, as_dtype(self.compute_dtype), *args, **kwargs)
            )
        with undrawn():  # the copy's weights take no numbers from those of others
            layer = copy.deepcopy(self)
            return without_symbols(
                traced_shapes(layer, as_dtype(self.compute_dtype), *args, **kwargs)
            )

    # -- configuration ------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from: its name, and what it was made with."""
        given = dict(vars(self).get(UNTRACKED, {}))
        extra = given.pop("kwargs", {})
        base = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": dtype_policies.serialize(self.dtype_policy),
        }
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


def _not_called_message(layer: Layer) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' has no symbolic input and output",
        given="a layer that was called with no symbolic tensor",
        expected="layers.Input(...) before it, in a model",
        remedy="layer(layers.Input((784,)))",
    )


def _init_message(layer: Layer) -> str:
    kind = type(layer).__name__
    return explain(
        f"{kind} is called before it is a layer",
        given=f"a {kind} whose __init__ did not call that of Layer",
        expected="super().__init__() as the first line of __init__",
        remedy="super().__init__(**kwargs)",
    )
