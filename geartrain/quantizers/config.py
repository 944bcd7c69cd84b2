"""`QuantizationConfig`: in how many bits a layer keeps its weights and computes."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from geartrain.errors import explain
from geartrain.quantizers.quantizer import AbsMaxQuantizer, Quantizer
from geartrain.serialization import deserialize_keras_object, serialize_keras_object

MODES = ("int8", "float8", "int4", "gptq", "awq")
DEFAULT = "default"


class QuantizationConfig:
    """How a layer is quantized; a subclass has a `mode`.

    Args:
        weight_quantizer: makes whole numbers of the weights; None is the layer's own way.
        activation_quantizer: makes whole numbers of the inputs; None leaves them floats.
    """

    allowed: ClassVar[tuple[str, ...]] = ()  # dtypes that a weight's quantizer may give; (): any

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = None) -> None:
        self.weight_quantizer = _read(weight_quantizer)
        self.activation_quantizer = _read(activation_quantizer)
        dtype = getattr(self.weight_quantizer, "output_dtype", None)
        if dtype is not None and self.allowed and dtype not in self.allowed:
            raise ValueError(_dtype_message(self, dtype))

    @property
    def mode(self) -> str:
        """Its name: "int8", "int4", ..."""
        raise NotImplementedError(_abstract_message())

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes it from."""
        return {
            "weight_quantizer": serialize_keras_object(self.weight_quantizer),
            "activation_quantizer": serialize_keras_object(self.activation_quantizer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The config of what `get_config` gave."""
        return cls(**{name: _read(each) for name, each in config.items()})

    @staticmethod
    def weight_quantizer_or_default(config: Any, default: Any) -> Any:
        """The quantizer of weights of a config, or another, where there is none."""
        found = None if config is None else config.weight_quantizer
        return default if found is None else found

    @staticmethod
    def activation_quantizer_or_default(config: Any, default: Any) -> Any:
        """The quantizer of inputs of a config; another, where there is no config."""
        return default if config is None else config.activation_quantizer


class Int8QuantizationConfig(QuantizationConfig):
    """Weights of eight bits.

    Args:
        weight_quantizer: makes whole numbers of the weights; None is the layer's own way.
        activation_quantizer: makes whole numbers of the inputs; "default" by the largest magnitude
            of each sample, None leaves them floats.
    """

    allowed = ("int8",)
    mode = "int8"

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = DEFAULT) -> None:
        if isinstance(activation_quantizer, str) and activation_quantizer == DEFAULT:
            activation_quantizer = AbsMaxQuantizer()
        super().__init__(weight_quantizer, activation_quantizer)


class Int4QuantizationConfig(QuantizationConfig):
    """Weights of four bits, two of them in a byte.

    Args:
        weight_quantizer: makes whole numbers of the weights; None is the layer's own way.
        activation_quantizer: makes whole numbers of the inputs; "default" and None leave them
            floats.
        block_size: how many rows of a kernel have a scale and a zero point in common; None and -1:
            all, with a scale alone.

    Raises:
        ValueError: the block size is impossible, or goes with quantizers of one's own.
    """

    allowed = ("int8",)
    mode = "int4"

    def __init__(
        self,
        weight_quantizer: Any = None,
        activation_quantizer: Any = DEFAULT,
        block_size: int | None = 128,
    ) -> None:
        if isinstance(activation_quantizer, str) and activation_quantizer == DEFAULT:
            activation_quantizer = None
        super().__init__(weight_quantizer, activation_quantizer)
        if block_size is not None and not (block_size == -1 or block_size > 0):
            raise ValueError(_block_message(block_size))
        own = self.weight_quantizer is not None or self.activation_quantizer is not None
        if own and block_size is not None and block_size > 0:
            raise ValueError(_own_message(block_size))
        self.block_size = block_size

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "block_size": self.block_size}


class Float8QuantizationConfig(QuantizationConfig):
    """Products of floats of eight bits, while training too; it takes no quantizers."""

    mode = "float8"

    def __init__(self) -> None:
        super().__init__()

    def get_config(self) -> dict[str, Any]:
        return {}


def chosen_config(mode: Any, config: Any) -> Any:
    """The config that `quantize(mode, config=config)` asks for.

    Raises:
        ValueError: neither is given, they contradict each other, or nothing is known by the name.
    """
    if mode is None and config is None:
        raise ValueError(_nothing_message())
    if config is not None and not isinstance(config, QuantizationConfig):
        raise ValueError(_config_message(config))
    if mode is not None and mode not in MODES:
        raise ValueError(_mode_message(mode))
    if config is None:
        if mode not in _DEFAULTS:
            raise ValueError(_calibrated_message(mode))
        return _DEFAULTS[mode]()
    if mode is not None and mode != config.mode:
        raise ValueError(_contradiction_message(mode, config))
    return config


_DEFAULTS: dict[str, Any] = {
    "int8": Int8QuantizationConfig,
    "int4": Int4QuantizationConfig,
    "float8": Float8QuantizationConfig,
}


def _read(given: Any) -> Any:
    if isinstance(given, dict):
        return deserialize_keras_object(given)
    if isinstance(given, str):
        from geartrain.quantizers import get  # which knows the names

        return get(given)
    return given() if isinstance(given, type) and issubclass(given, Quantizer) else given


def _dtype_message(config: QuantizationConfig, dtype: str) -> str:
    return explain(
        f"{type(config).__name__} keeps weights in {' or '.join(config.allowed)}",
        given=f"weight_quantizer with output_dtype={dtype!r}",
        expected=f"output_dtype={config.allowed[0]!r}",
        remedy=f"quantizers.AbsMaxQuantizer(axis=0, output_dtype={config.allowed[0]!r})",
    )


def _abstract_message() -> str:
    return explain(
        "Do not instantiate QuantizationConfig directly",
        given="a QuantizationConfig, which has no mode",
        expected="Subclasses must implement this property",
        remedy="quantizers.Int8QuantizationConfig()",
    )


def _block_message(block_size: Any) -> str:
    return explain(
        "block_size must be None, -1, or a positive integer",
        given=f"block_size={block_size!r}",
        expected="the number of rows with a scale in common; None and -1: all of them",
        remedy="block_size=128",
    )


def _own_message(block_size: Any) -> str:
    return explain(
        "Int4 sub-channel quantization (block_size > 0) does not support custom quantizers",
        given=f"a quantizer, and block_size={block_size!r}",
        expected="quantizers of one's own with one scale for all rows",
        remedy="block_size=None",
    )


def _nothing_message() -> str:
    return explain(
        "You must provide either `mode` or `config` to `quantize`",
        given="neither",
        expected=f"one of {', '.join(map(repr, MODES))}, or a config",
        remedy="model.quantize('int8')",
    )


def _config_message(config: Any) -> str:
    return explain(
        "Argument `config` must be an instance of `QuantizationConfig`",
        given=f"config={config!r}",
        expected="a QuantizationConfig",
        remedy="config=quantizers.Int8QuantizationConfig()",
    )


def _mode_message(mode: Any) -> str:
    return explain(
        "Invalid quantization mode",
        given=f"mode={mode!r}",
        expected=f"Expected one of {MODES}",
        remedy="model.quantize('int8')",
    )


def _calibrated_message(mode: str) -> str:
    kind = f"{mode.upper()}Config"
    return explain(
        f"For {mode.upper()}, you must pass a `{kind}` object in the `config` argument",
        given=f"mode={mode!r}, and no config",
        expected="the texts to calibrate with, and their tokenizer",
        remedy=f"config=quantizers.{kind}(dataset=texts, tokenizer=tokenizer)",
    )


def _contradiction_message(mode: str, config: QuantizationConfig) -> str:
    return explain(
        f"Contradictory arguments: mode={mode!r} but config.mode={config.mode!r}",
        given=f"mode={mode!r}, config={type(config).__name__}",
        expected="one of them, or both of one mode",
        remedy=f"quantize(config=quantizers.{type(config).__name__}())",
    )
