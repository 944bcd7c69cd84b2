"""`Layer`: weights, and the function that they make of a tensor."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from geartrain import constraints, dtype_policies, initializers, regularizers
from geartrain.layers import layer_messages as messages
from geartrain.layers.arguments import plan_of
from geartrain.layers.calls import (
    as_input,
    as_tensors,
    build_arguments,
    calling,
    chosen_training,
    holds_symbols,
    known_shapes,
    reading_as,
    require_numbers,
    require_tensors,
    surroundings,
)
from geartrain.layers.changes import note_change
from geartrain.layers.holder import Holder
from geartrain.layers.input_spec import check_inputs
from geartrain.layers.masks import fill_in_masks, hand_on_masks
from geartrain.layers.own_config import config_of, layer_of_config
from geartrain.layers.rematerialization import call_of, current_scope
from geartrain.layers.rules import Ruled, by_place
from geartrain.layers.shapes import map_shapes, shapes_by_call
from geartrain.layers.symbolic import by_signature, drawn, named_from
from geartrain.layers.tracking import add_state
from geartrain.layers.weight_shapes import checked_sizes
from geartrain.random.seed import drawn_for_good, undrawn
from geartrain.symbolic import (
    KerasTensor,
    Operation,
    require_no_hidden_guess,
)
from geartrain.symbolic.captures import resolved
from geartrain.symbolic.operation import moments, signature_of
from geartrain.symbolic.steps import computed_specs
from geartrain.tensor import Tensor, Variable, as_dtype, at_once, is_floating
from geartrain.tensor.changes import changes
from geartrain.tensor.dtypes import STRING
from geartrain.tracebacks import filtered

OWN = __name__.rpartition(".")[0]  # the room of layers
NO_FLOAT = as_dtype("bool")  # nothing is cast to it


class Layer(Holder, Ruled, Operation):
    """A function of tensors, with weights that are made when the first input is known.

    A subclass makes its weights in `build(input_shape)` with `add_weight`, and computes in
    `call(inputs)`. Layers, variables and seed generators that are its attributes, or in lists,
    tuples and dicts among them, belong to it. `call` may take `training`: whether the model is
    being trained, which a layer inherits from the layer or model that calls it.

    Args:
        activity_regularizer: a regularizer of what the layer gives.
        trainable: whether training changes the weights.
        dtype: of the weights and of what is computed: a dtype, or a `DTypePolicy` or its name; None
            is the default policy.
        autocast: whether floats of another dtype are cast to it.
        name: None numbers the class's name.
        **kwargs: `input_shape`, of one sample, without the batch, for a model's first layer;
            `input_dim`: the same for vectors.

    Raises:
        ValueError: an argument that the layer does not know, or an impossible name.
    """

    takes_no_state_later = True  # whether new weights and layers are refused once it is built
    built_from_start = False  # whether there is nothing to build, whatever the input's shape
    # Keras's names for what a layer before the network says of itself: that it takes lists, texts
    # and numbers in any place, and that it takes them as they are given.
    _allow_non_tensor_positional_args = False
    _convert_input_args = True
    supports_jit = True  # taken for the sake of Keras's users: what cannot compile says so itself
    supports_masking = False  # whether the mask of what goes in is that of what comes out

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.built_from_start = False
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
        Operation.__init__(self, name)
        if not isinstance(trainable, bool):
            raise ValueError(messages.trainable(self, trainable))
        self._weights: list[Variable] = []
        self._begin_losses()
        self.remat_scope = current_scope()
        self._dtype_policy = dtype_policies.get(dtype)
        self.autocast = autocast and self._dtype_policy.name != STRING
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.built = self.built_from_start
        self._input_spec: Any = None
        self._trainable = trainable  # of this one: what it holds by now keeps its own
        self.output_shape: Any = None
        self.sample_shape = _sample_shape(self, kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        if vars(self).get("_locked"):
            add_state(self, name, value)
        if not surroundings.inside:
            note_change(self, name, value)
        super().__setattr__(name, value)

    # -- for subclasses --------------------------------------------------------------------------

    if TYPE_CHECKING:  # a subclass's takes the shapes of the arguments of its call

        def build(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def build(self, input_shape: Any) -> None:
            """Make the weights, for inputs of this shape (the batch axis included).

            A subclass takes `input_shape`; for `call(query, value)` it takes `query_shape` and
            `value_shape`.
            """
            self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes."""
        raise NotImplementedError(messages.no_call(self))

    def add_weight(
        self,
        *args: Any,
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
            *args: the shape and the initializer, for those who do not name them.
            shape: () if None.
            initializer: a name or an object of `geartrain.initializers`, or the first value; None
                is "glorot_uniform" for floats, "zeros" for the rest.
            dtype: the layer's if None.
            trainable: whether training changes it.
            autocast: whether `call` reads it in the dtype that the layer computes in.
            regularizer: of its values, added to the loss.
            constraint: put in force after each step of training.
            aggregation: taken for the sake of Keras's users: there is one replica.
            overwrite_with_gradient: whether its gradient is its next value.
            name: the last part of its path.

        Raises:
            ValueError: the layer is built, or an argument is impossible.
        """
        require_init(self)
        if vars(self).get("_locked"):
            add_state(self, name or "variable", Variable)
        shape, initializer = by_place(args, shape, initializer)
        wanted = as_dtype(self.variable_dtype if dtype is None else dtype)
        start = _start(initializer, checked_sizes(self, shape), wanted)
        with calling(self._scope_once(), surroundings.training), at_once():
            weight = Variable(start, None, wanted, trainable, autocast, aggregation, name=name)
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        weight.overwrite_with_gradient = overwrite_with_gradient
        vars(weight).update(made_at=next(moments), begins_trainable=trainable)
        self._weights.append(weight)
        changes.note()
        return weight

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new weight of this layer: `add_weight`, with shape and initializer first."""
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            dtype=dtype,
            trainable=trainable,
            autocast=autocast,
            regularizer=regularizer,
            constraint=constraint,
            name=name,
        )

    @property
    def call_signature_parameters(self) -> list[str]:
        """The names of what `call` takes."""
        return list(plan_of(type(self).call).names)

    def rematerialized_call(
        self, layer_call: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Callable[..., Any]:
        """A call that keeps less for the way back, as the `RematScope` of the layer says."""
        return call_of(self, layer_call)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of what the layer gives: that of its input, if `supports_masking`."""
        return previous_mask

    # -- calling ---------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, making the weights first where they are not made yet."""
        try:
            require_init(self)
            plan = plan_of(type(self).call)
            names = plan.names
            training = None if "training" in names else kwargs.pop("training", None)
            if not self._allow_non_tensor_positional_args:
                require_tensors(self, args)
            arguments = self._tensors_of(plan.bound(self, args, kwargs))
            training = arguments.get("training", training)
            arguments = resolved(arguments)
            first = next(iter(arguments.values()), None)
            if type(first) is not Tensor:
                require_numbers(self, first)
            check_inputs(self, first)
            if any(map(holds_symbols, arguments.values())):
                return drawn(self, arguments, training, len(args))
            training = chosen_training(training, plan.signature)
            with calling(self._scope(), training, self), reading_as(self._autocast_dtype()):
                if not self.built:
                    self._make_weights(arguments)
                if "training" in names and training is not None:
                    arguments["training"] = training
                return self._computed(arguments, names)
        except Exception as error:
            raise filtered(error)  # noqa: B904  (the same error, with its own cause)

    def _make_weights(self, arguments: dict[str, Any]) -> None:
        """Build for these arguments, and check them against what `build` asks for."""
        require_no_hidden_guess()
        self.ensure_built(**build_arguments(type(self).build, arguments))
        check_inputs(self, next(iter(arguments.values()), None))

    def _computed(self, arguments: dict[str, Any], names: Any) -> Any:
        """What `call` gives, with what is added to it: masks, and a penalty."""
        fill_in_masks(arguments, names)
        args, kwargs = by_signature(type(self).call, self, arguments, training=True)
        if "call" in vars(self):  # a function around it, which may take but the first as it stands
            args, kwargs = named_from(1, args, kwargs, list(plan_of(type(self).call).names))
        outputs = call_of(self, self.call)(*args, **kwargs)
        hand_on_masks(self, next(iter(arguments.values()), None), outputs)
        if self.activity_regularizer is not None:
            self.penalize_activity(outputs)
        if self.output_shape is None:
            self.output_shape = known_shapes(outputs)  # for `summary`, where no symbol went through
        return outputs

    def _tensors_of(self, bound: dict[str, Any]) -> dict[str, Any]:
        """The arguments by name, with tensors for arrays, unless the layer wants them as given."""
        if not self._convert_input_args:
            return bound
        wanted = as_dtype(self.input_dtype) if self.autocast else NO_FLOAT
        dtype = wanted if is_floating(wanted) else NO_FLOAT
        taken: Any = as_input  # of the first argument
        found: dict[str, Any] = {}
        for name, given in bound.items():
            found[name], taken = taken(given, dtype), as_tensors
        return found

    @property
    def knows_its_shape(self) -> bool:
        """Whether `compute_output_shape` is the layer's own, so that it takes any sizes."""
        return type(self).compute_output_shape is not Layer.compute_output_shape

    @property
    def makes_masks(self) -> bool:
        """Whether `compute_mask` is the layer's own, so that it may make one of nothing."""
        return type(self).compute_mask is not Layer.compute_mask

    @property
    def takes_texts(self) -> bool:
        """Whether texts may be what goes in; of the layers of this room few take them."""
        return not type(self).__module__.startswith(OWN)

    def note_call(self, inputs: Any, outputs: Any) -> None:
        self.output_shape = known_shapes(outputs)
        super().note_call(inputs, outputs)

    def _autocast_dtype(self) -> Any:
        """The dtype in which weights are read, where it is not their own."""
        policy = self.own_policy()
        differs = self.autocast and policy.compute_dtype != policy.variable_dtype
        return as_dtype(policy.compute_dtype) if differs else None

    def _scope(self) -> str | None:
        """What the layer adds to the paths of the weights inside."""
        return self.name

    def _scope_once(self) -> str | None:
        """The same; nothing where the path ends so already."""
        return None if surroundings.path[-1:] == (self._scope(),) else self._scope()

    def _path(self) -> tuple[str, ...]:
        """The names in front of those of weights that are made now."""
        path, own = surroundings.path, self._scope_once()
        return path if own is None else (*path, own)

    def ensure_built(self, *args: Any, **kwargs: Any) -> None:
        """Make the weights, once."""
        if not self.built:
            self.build(*args, **kwargs)
            self.built = True

    # -- shapes ----------------------------------------------------------------------------------

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shapes of what the layer gives for inputs of these shapes; None is any size.

        No weight is made: what is not built yet is built as a copy.
        """
        if "input_shape" in kwargs:  # Keras's name for that of the first argument
            args = (kwargs.pop("input_shape"), *args)
        with undrawn():  # the copy's weights take no numbers from those of others
            layer = self if self.built else copy.deepcopy(self)
            return shapes_by_call(layer, as_dtype(self.compute_dtype), *args, **kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Symbolic tensors of the shapes and dtypes that the layer gives for symbolic ones."""
        if self.knows_its_shape and not kwargs:
            shape = self.compute_output_shape(*map(known_shapes, args))
            return map_shapes(lambda each: KerasTensor(each, self.compute_dtype), shape)
        with undrawn():
            layer = self if self.built else copy.deepcopy(self)
            return computed_specs(layer, args, kwargs)

    @property
    def tells_specs(self) -> bool:
        """Whether a class of a user's says itself what its symbolic calls give."""
        own = type(self).compute_output_spec
        return not getattr(own, "__module__", "").startswith("geartrain.")

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        return self(*args, **kwargs)

    # -- configuration ---------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from: its name, and what it was made with."""
        return config_of(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A layer of a config; its weights are new."""
        made: Self = layer_of_config(cls, config)
        return made

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that the layer was built for; None where it was not."""
        shapes = vars(self).get("_built_for")
        if shapes is None:
            return None
        return {"input_shape": shapes[0]} if len(shapes) == 1 else {"shapes_dict": shapes[1]}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Make the weights for the shapes of `get_build_config`."""
        if not config:
            return
        if config.get("input_shape") is not None:
            self.build(map_shapes(tuple, config["input_shape"]))
        elif config.get("shapes_dict") is not None:
            self.build(**{k: map_shapes(tuple, v) for k, v in config["shapes_dict"].items()})
        self.built = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _noting(build: Callable[..., None]) -> Callable[..., None]:
    """A `build` that is noted in `built`, and whose weights have the layer's path.

    What it computes for its weights is computed at once, where the layer is called in a trace too.
    """

    @wraps(build)
    def noted(self: Layer, *args: Any, **kwargs: Any) -> None:
        require_init(self)
        with (
            calling(self._scope_once(), surroundings.training),
            at_once(),
            drawn_for_good(),
            reading_as(None),
        ):
            is_outermost = not vars(self).get("_is_building")
            self._is_building = True
            self._own_path = "/".join(surroundings.path)
            try:
                build(self, *args, **kwargs)
            finally:
                self._is_building = not is_outermost
        self.built = True
        if not self.trainable:
            self.let_own_train(False)
        if is_outermost:
            bound = signature_of(build).bind(self, *args, **kwargs).arguments
            shapes = {k: v for k, v in list(bound.items())[1:] if k != "kwargs"}
            self._built_for = (next(iter(shapes.values()), None),) if len(shapes) < 2 else (
                None, shapes)  # fmt: skip
            self._locked = self.takes_no_state_later

    return noted


Layer.build = _noting(Layer.build)  # type: ignore[method-assign]


def require_init(layer: Any) -> None:
    """Raise for a layer whose __init__ did not call that of `Layer`.

    Raises:
        RuntimeError: it did not.
    """
    if "_weights" not in vars(layer):
        raise RuntimeError(messages.no_init(layer))


def _start(initializer: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """The first value of a weight."""
    if isinstance(initializer, Tensor | Variable) or hasattr(initializer, "__array__"):
        return initializer
    if surroundings.blank:
        return np.zeros(shape, dtype)
    default = "glorot_uniform" if is_floating(dtype) else "zeros"
    chosen = initializers.get(default if initializer is None else initializer)
    return chosen(shape, dtype=dtype)


def _sample_shape(layer: Layer, given: dict[str, Any]) -> tuple[int, ...] | None:
    """The shape of a sample, from the arguments that say it."""
    dim, shape = given.pop("input_dim", None), given.pop("input_shape", None)
    if given:
        raise ValueError(messages.unknown_arguments(layer, given))
    if dim is not None:
        return (dim,)
    return None if shape is None else tuple(shape)
