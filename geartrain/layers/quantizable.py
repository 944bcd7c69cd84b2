"""`Quantizable`: layers whose weight may be kept in few bits: `layer.quantize("int8")`.

float weight  --quantize-->  whole numbers and scales, and a policy "int8_from_float32"
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from geartrain import dtype_policies
from geartrain.errors import explain
from geartrain.layers.holder import unbuilt_for_bits_message
from geartrain.layers.low_rank import LowRank
from geartrain.serialization import deserialize_keras_object
from geartrain.tensor.interpreter import duty

if TYPE_CHECKING:  # loaded where a layer is quantized, which few are
    from geartrain.layers.float8 import Float8
    from geartrain.layers.whole_weights import WholeWeights

WHOLE = ("int8", "int4")


class Quantizable(LowRank):
    """A layer with a weight that `quantize` keeps in few bits.

    Args:
        lora_rank, lora_alpha: see `LowRank`.
        quantization_config: how inputs and weights become whole numbers, once the layer's policy
            or `quantize` says that they are to.
        **kwargs: those of `Layer`.
    """

    modes: ClassVar[tuple[str, ...]] = (*WHOLE, "float8")

    def __init__(
        self, lora_rank: Any, lora_alpha: Any, quantization_config: Any, **kwargs: Any
    ) -> None:
        super().__init__(lora_rank, lora_alpha, **kwargs)
        self.quantization_config = self._read_config(quantization_config)
        self.float8: Float8 | None = None

    def _read_config(self, given: Any) -> Any:
        if given is None:
            return None
        from geartrain.quantizers import QuantizationConfig

        found = deserialize_keras_object(given) if isinstance(given, dict) else given
        if not isinstance(found, QuantizationConfig):
            raise ValueError(_config_message(self, given))
        return found

    # -- for subclasses --------------------------------------------------------------------------

    def whole_weights(self) -> list[WholeWeights]:
        """The weights that are kept as whole numbers, as the mode and the shapes ask for."""
        raise NotImplementedError

    def as_stored(self, name: str, weight: Any) -> Any:
        """The numbers of a weight of floats in the layout of the whole ones."""
        return weight

    def own_floats(self, name: str, dtype: Any) -> Any:
        """A weight kept as whole numbers, as floats in the layout of the floats."""
        return self.whole_of[name].floats(dtype)

    # -- weights ---------------------------------------------------------------------------------

    def add_adapted(self, shape: Any, **kwargs: Any) -> None:
        """Make the weight of this shape: floats, or whole numbers, as the policy says."""
        self.adapted_shape = tuple(shape)
        mode = self.quantization_mode
        if mode == "float8" and mode in self.modes:
            self._add_float8()
        if mode in WHOLE and mode in self.modes:
            self._add_whole()
            return
        if mode is not None and mode not in self.modes:
            raise NotImplementedError(_mode_message(self, mode))
        setattr(self, f"_{self.adapted}", self.add_ruled(self.adapted, shape, **kwargs))

    def finish_build(self) -> None:
        """Make what stands beside the weights."""
        self.enable_what_was_asked_for()

    @property
    def whole_of(self) -> dict[str, WholeWeights]:
        """The weights that are whole numbers, by name."""
        found = vars(self).get("_whole")
        return found.by_name if found is not None else {}

    def _add_whole(self) -> None:
        self._whole = _Whole(self.whole_weights())
        for each in self._whole.by_name.values():
            each.add()

    def _add_float8(self) -> None:
        from geartrain.dtype_policies import QuantizedFloat8DTypePolicy
        from geartrain.layers.float8 import Float8

        length = QuantizedFloat8DTypePolicy.default_amax_history_length
        length = getattr(self.own_policy(), "amax_history_length", length)
        self.float8 = Float8(self, length)

    @property
    def block_size(self) -> int | None:
        """How many rows have a scale in common; None: all of a column."""
        policy = getattr(self.own_policy(), "block_size", None)
        size = getattr(self.quantization_config, "block_size", policy)
        return None if size in (None, -1) else size

    def adapted_value(self) -> Any:
        """The weight itself, without what is added at low rank: whole numbers, if it is those."""
        if self.adapted in self.whole_of:
            return self.as_declared(self.whole_of[self.adapted].whole())
        return getattr(self, f"_{self.adapted}")

    def as_declared(self, whole: Any) -> Any:
        """Whole numbers in the layout of the weight of floats."""
        return whole

    def weight_for_sum(self) -> Any:
        if self.adapted in self.whole_of:
            return self.own_floats(self.adapted, self.compute_dtype)
        return self.adapted_value()

    # -- quantize --------------------------------------------------------------------------------

    def quantize(self, mode: Any = None, type_check: bool = True, config: Any = None) -> None:
        """Keep the weight in few bits; the layer computes with them from now on.

        Args:
            mode: "int8", "int4", "float8", "gptq" or "awq".
            type_check: whether a subclass, which may compute something else, is refused.
            config: how: a `QuantizationConfig`; None is the mode's own.

        Raises:
            ValueError: the layer is not built, or quantized already, or no such mode is known.
            NotImplementedError: the layer cannot be quantized so.
        """
        if type_check and "quantize" not in _own_methods(type(self)):
            super().quantize(mode)
        from geartrain.quantizers.config import chosen_config

        config = chosen_config(mode, config)
        mode = config.mode
        if not self.built:
            raise ValueError(unbuilt_for_bits_message(self))
        if self.quantization_mode is not None:
            raise ValueError(_twice_message(self, mode))
        if mode not in self.modes:
            raise NotImplementedError(_mode_message(self, mode))
        policy = dtype_policies.get(_policy_name(config, self.own_policy().name))
        self._locked = False
        before = {name: getattr(self, at).numpy() for name, at in self.float_names().items()}
        self.quantization_config = config
        self._dtype_policy = policy
        with self._where_it_is():
            self.begin_mode(mode, before)
        self._locked = self.takes_no_state_later

    @contextmanager
    def _where_it_is(self) -> Iterator[None]:
        """Give new weights the path that those have which were made in the layer's owner."""
        before, duty.path = duty.path, tuple((self.path or self.name).split("/")[:-1])
        try:
            yield
        finally:
            duty.path = before

    def begin_mode(self, mode: str, before: dict[str, Any]) -> None:
        """Make what the mode needs, for these numbers of the weights of floats."""
        if mode == "float8":
            self._add_float8()
        else:
            self._replace(before)

    def _take_policy(self, policy: Any) -> None:
        """Have another policy; one of few bits quantizes a layer with weights of floats."""
        mode = getattr(policy, "quantization_mode", None)
        if mode is not None and self.built and self.quantization_mode is None:
            self.quantize(config=_config_of(policy))
        super()._take_policy(policy)

    def input_quantizer(self) -> Any:
        """What makes whole numbers of inputs; None leaves them floats."""
        from geartrain.quantizers import AbsMaxQuantizer, QuantizationConfig

        own = AbsMaxQuantizer() if self.quantization_mode == "int8" else None
        return QuantizationConfig.activation_quantizer_or_default(self.quantization_config, own)

    def float_names(self) -> dict[str, str]:
        """The weights that become whole numbers, and the attributes that keep them."""
        return {self.adapted: f"_{self.adapted}"}

    def _replace(self, before: dict[str, Any]) -> None:
        """Whole numbers in the place of the weights of floats."""
        old = {id(getattr(self, at)) for at in self.float_names().values()}
        self._weights = [each for each in self._weights if id(each) not in old]
        for at in self.float_names().values():
            delattr(self, at)
        self._add_whole()
        for name, weight in before.items():
            self._fill(name, weight)

    def _fill(self, name: str, weight: Any) -> None:
        config = self.quantization_config
        quantizer = None if config is None else config.weight_quantizer
        self.whole_of[name].fill(self.as_stored(name, weight), quantizer)

    # -- files -----------------------------------------------------------------------------------

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """The weights as they are without the matrices: their product is added first."""
        if not self.whole_of or not self.lora_enabled:
            super().save_own_variables(store)
            return
        weight = self.whole_of[self.adapted]
        merged = np.asarray(self.weight_for_sum()) + np.asarray(self._product())
        held = [(each, each.value) for each in weight.variables()]
        weight.fill(self.as_stored(self.adapted, merged))
        super().save_own_variables(store)
        for variable, value in held:
            variable.assign(value)


class _Whole:
    """The weights of a layer by name; not a dict, so that nobody looks for variables in it."""

    def __init__(self, weights: list[WholeWeights]) -> None:
        self.by_name = {each.name: each for each in weights}


def _own_methods(cls: type) -> dict[str, Any]:
    """What a class declares itself: those of ours say that they can be quantized."""
    return {"quantize": True} if vars(cls).get("quantizes_itself") else {}


def _policy_name(config: Any, source: str) -> str:
    if hasattr(config, "dtype_policy_string"):
        return f"{config.dtype_policy_string()}_from_{source}"
    if config.mode == "int4":
        return f"int4/{-1 if config.block_size is None else config.block_size}_from_{source}"
    return f"{config.mode}_from_{source}"


def _config_of(policy: Any) -> Any:
    """How a policy quantizes: with what its mode does, in blocks of its size."""
    from geartrain.quantizers.config import Int4QuantizationConfig, chosen_config

    size = getattr(policy, "block_size", None)
    if policy.quantization_mode == "int4" and size is not None:
        return Int4QuantizationConfig(block_size=size)
    return chosen_config(policy.quantization_mode, None)


def _config_message(layer: Any, given: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot be quantized so",
        given=f"quantization_config={given!r}",
        expected="a QuantizationConfig, its config, or None",
        remedy="quantization_config=quantizers.Int8QuantizationConfig()",
    )


def _twice_message(layer: Any, mode: str) -> str:
    name = layer.own_policy().name
    return explain(
        f"Layer '{layer.name}' is already quantized with dtype_policy='{name}'",
        given=f"mode={mode}",
        expected="a layer with weights of floats",
        remedy="once is enough; or make the layer anew, and load the weights of floats",
    )


def _mode_message(layer: Any, mode: str) -> str:
    return explain(
        "Invalid quantization mode",
        given=f"quantization_mode={mode}, of {type(layer).__name__} '{layer.name}'",
        expected=f"Expected one of {type(layer).modes}",
        remedy=f"layer.quantize({type(layer).modes[0]!r})",
    )
