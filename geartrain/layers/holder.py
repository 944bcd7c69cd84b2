"""`Holder`: what a layer holds: weights, seeds, metrics, other layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.penalties import Penalized
from geartrain.layers.stores import Stored
from geartrain.layers.tracking import Tracked, metrics_of, parts_of, remembered
from geartrain.random import SeedGenerator
from geartrain.tensor import Array, Variable, format_shape
from geartrain.tensor.changes import changes

MODES = ("int8", "float8", "int4", "gptq", "awq")  # ways to keep weights in few bits


class Holder(Tracked, Penalized, Stored):
    """Holds variables, seed generators, metrics and other holders, among its attributes."""

    name: str
    built: bool
    _dtype_policy: Any
    _trainable: bool

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it holds for all layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        changes.note()
        self.let_own_train(bool(value))
        for layer in parts_of(self, Holder):
            layer.trainable = value

    def let_own_train(self, value: bool) -> None:
        """Whether training changes the variables of the layer itself that were made to train."""
        frozen = vars(self).setdefault("_frozen", set())
        for each in parts_of(self, Variable):
            if each.trainable and not value:
                frozen.add(each)
            if each.trainable or each in frozen:
                each.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All weights: its own, those that train first, then those of the layers inside."""
        return remembered(self, "weights", self._find_weights)

    def _find_weights(self) -> list[Variable]:
        inner = (weight for layer in parts_of(self, Holder) for weight in layer.weights)
        return list(dict.fromkeys([*self._own_weights(), *inner]))

    @property
    def variables(self) -> list[Variable]:
        """All weights, and the states of random generators."""
        return remembered(self, "variables", self._find_variables)

    def _find_variables(self) -> list[Variable]:
        seeds = (each.state for each in parts_of(self, SeedGenerator))
        inner = (each for layer in parts_of(self, Holder) for each in layer.variables)
        return list(dict.fromkeys([*self._own_weights(), *seeds, *inner]))

    def _own_weights(self) -> list[Variable]:
        frozen = vars(self).get("_frozen", ())
        own = parts_of(self, Variable)

        def begins(each: Variable) -> bool:
            found: bool = getattr(each, "begins_trainable", each.trainable or each in frozen)
            return not found

        return sorted(own, key=begins)

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes: all that train, unless the layer itself does not.

        A layer inside of one that is frozen may train again, if it is told so afterwards.
        """
        return remembered(self, "trainable_weights", self._find_trainable_weights)

    def _find_trainable_weights(self) -> list[Variable]:
        return [each for each in self.weights if each.trainable] if self.trainable else []

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

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> Iterator[Any]:
        """The layer and those inside, each once, a layer before those that it holds.

        The name is Keras's, by which packages written for it find them.
        """
        yield from _unfolded(self, set(), include_self, recursive)

    @property
    def metrics(self) -> list[Any]:
        """The metrics that the layer holds, and those of the layers inside."""
        return self.held_metrics()

    def held_metrics(self) -> list[Any]:
        """The metrics among the attributes, and those of the layers inside."""
        return remembered(self, "metrics", self._find_metrics)

    def _find_metrics(self) -> list[Any]:
        inner = (each for layer in parts_of(self, Holder) for each in layer.held_metrics())
        return list(dict.fromkeys([*metrics_of(self), *inner]))

    @property
    def metrics_variables(self) -> list[Variable]:
        """The states of the metrics."""
        return [each for metric in self.metrics for each in metric.variables]

    def add_metric(self, *args: Any, **kwargs: Any) -> None:
        """Nothing any more: metrics are given to `compile`, or are attributes.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(_metric_message())

    @property
    def path(self) -> str | None:
        """The names of the layers around, and its own, with slashes between, once it is built."""
        path: str | None = vars(self).get("_own_path")
        return path

    @property
    def dtype_policy(self) -> Any:
        """In which dtypes the layer keeps its weights and computes; as given, if it is a map."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, policy: Any) -> None:
        from geartrain import dtype_policies  # needed only here

        self._take_policy(dtype_policies.get(policy))

    def _take_policy(self, policy: Any) -> None:
        """Have another policy."""
        self._dtype_policy = policy

    def policy_to_keep(self) -> Any:
        """The policy that makes such a layer again, with all that is inside."""
        return self._dtype_policy

    def own_policy(self) -> Any:
        """The policy; of a map, that of the layer's path."""
        policy = self._dtype_policy
        return policy[self.path or self.name] if hasattr(policy, "default_policy") else policy

    @property
    def dtype(self) -> str:
        """The dtype of the weights."""
        return self.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype in which the layer computes."""
        dtype: str = self.own_policy().compute_dtype
        return dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        dtype: str = self.own_policy().variable_dtype
        return dtype

    @property
    def input_dtype(self) -> str:
        """The dtype to which floats that go in are cast."""
        return self.compute_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How weights are quantized: "int8", "int4", "float8"; None: they are not."""
        mode: str | None = self.own_policy().quantization_mode
        return mode

    def quantize(self, mode: Any = None, type_check: bool = True, config: Any = None) -> None:
        """Keep weights in few bits, where a layer can: `Dense`, `EinsumDense`, `Embedding`.

        Raises:
            NotImplementedError: this one cannot.
            ValueError: the layer is not built, or there is no such mode.
        """
        if not self.built:
            raise ValueError(unbuilt_for_bits_message(self))
        if mode is not None:
            check_mode(mode)
        raise NotImplementedError(_missing_message(self, "quantize"))

    def quantized_build(self, input_shape: Any, mode: str) -> None:
        """Make weights of few bits, in layers that can.

        Raises:
            NotImplementedError: this one cannot.
        """
        raise NotImplementedError(_missing_message(self, "quantized_build"))

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """What a layer computes of weights of few bits, in layers that can.

        Raises:
            NotImplementedError: this one cannot.
        """
        raise NotImplementedError(_missing_message(self, "quantized_call"))

    @property
    def input_spec(self) -> Any:
        """What the layer asks of its inputs: an `InputSpec`, a nest of them, or None."""
        return self.told_spec() if self._input_spec is None else self._input_spec

    @input_spec.setter
    def input_spec(self, spec: Any) -> None:
        self._input_spec = spec

    def told_spec(self) -> Any:
        """What a layer that checks its inputs itself tells about them."""
        return None

    def count_params(self) -> int:
        """How many numbers the weights hold.

        Raises:
            ValueError: the layer is not built, so that nobody knows.
        """
        if not self.built:
            raise ValueError(_unbuilt_message(self))
        return sum(each.size for each in self.weights)

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


def check_mode(mode: Any) -> None:
    """Refuse what is no way to keep weights in few bits.

    Raises:
        ValueError: it is none.
    """
    if mode in MODES:
        return
    raise ValueError(
        explain(
            "Invalid quantization mode",
            given=f"mode={mode!r}",
            expected=f"one of {', '.join(map(repr, MODES))}",
            remedy="model.quantize('int8')",
        )
    )


def unbuilt_for_bits_message(layer: Holder) -> str:
    """That a layer has no weights yet that could be kept in few bits."""
    return explain(
        "Cannot quantize a layer that isn't yet built. "
        f"Layer '{layer.name}' (of type '{type(layer).__name__}') is not built yet",
        given="a layer without weights",
        expected="a layer that has seen an input, or a shape",
        remedy="layer.build(input_shape) before",
    )


def _missing_message(layer: Holder, method: str) -> str:
    return explain(
        f"Layer {type(layer).__name__} does not have a `{method}` method implemented",
        given=f"{type(layer).__name__} '{layer.name}'",
        expected="Dense, EinsumDense, Embedding, ReversibleEmbedding, or a model of such layers",
        remedy="model.quantize('int8'), which quantizes the layers that can be",
    )


def _metric_message() -> str:
    return explain(
        "Layers add no metrics",
        given="add_metric(...)",
        expected="metrics in compile, or a metric as an attribute that call() updates",
        remedy="model.compile(..., metrics=['accuracy'])",
    )


def _unbuilt_message(layer: Holder) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' has no parameters to count yet",
        given="a layer that is not built",
        expected="a layer that has seen an input, or a shape",
        remedy="layer.build(input_shape)",
    )


def _weights_message(layer: Holder, shapes: Sequence[Any]) -> str:
    own = ", ".join(f"{each.path} {format_shape(each.shape)}" for each in layer.weights)
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take these weights",
        given=f"{len(shapes)} arrays of shapes {[tuple(each) for each in shapes]}",
        expected=own or "none: the layer has no weights yet, as it was not built",
        remedy=f"layer.set_weights(other.get_weights()), other being a {type(layer).__name__} "
        "of the same shape",
    )


def _unfolded(
    holder: Holder, known: set[int], include_self: bool, recursive: bool
) -> Iterator[Any]:
    known.add(id(holder))
    if include_self:
        yield holder
    for layer in parts_of(holder, Holder):
        if id(layer) not in known:
            inside = _unfolded(layer, known, True, recursive)
            yield from inside if recursive else (layer,)
