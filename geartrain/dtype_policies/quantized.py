"""`QuantizedDTypePolicy` and its kind: weights of few bits, and where they came from.

QuantizedDTypePolicy("int8", "float32").name   ->   "int8_from_float32"
"""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain.dtype_policies.policy import DTypePolicy, dtype_policy
from geartrain.errors import explain

MODES = ("int8", "float8", "int4", "gptq", "awq")


class QuantizedDTypePolicy(DTypePolicy):
    """The policy of a layer whose weights are quantized.

    Args:
        mode: "int8", "int4", "float8", "gptq" or "awq".
        source_name: the policy that the layer had before; None is the default one.

    Raises:
        ValueError: the mode or the source is not known, or they do not fit.

    >>> policy = QuantizedDTypePolicy("int8", "mixed_bfloat16")
    >>> policy.name, policy.compute_dtype, policy.quantization_mode
    ('int8_from_mixed_bfloat16', 'bfloat16', 'int8')
    """

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        source = dtype_policy().name if source_name is None else source_name
        super().__init__(source)
        self._source_name, self._name = source, f"{mode}_from_{source}"
        self._quantization_mode = self._read_mode(mode)
        if self._quantization_mode == "int8" and self.compute_dtype == "float16":
            raise ValueError(_float16_message(mode))

    def _read_mode(self, mode: str) -> str:
        """The mode's first word; the rest is kept."""
        if mode not in MODES:
            raise ValueError(_mode_message(mode))
        self.mode = mode
        return mode

    @property
    def quantization_mode(self) -> str:
        """How the weights are quantized."""
        return self._quantization_mode

    def get_config(self) -> dict[str, Any]:
        mode = self.name.partition("_from_")[0]
        return {"mode": mode, "source_name": self._source_name}

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other) and self.get_config() == getattr(other, "get_config", dict)()
        )

    __hash__ = None

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self.name}">'


class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """That of a layer which multiplies floats of eight bits.

    Args:
        mode: "float8".
        source_name: the policy that the layer had before.
        amax_history_length: over how many steps the largest magnitude is looked for.

    Raises:
        TypeError: the length is no whole number.
    """

    default_amax_history_length: ClassVar[int] = 1024

    def __init__(
        self, mode: str, source_name: str | None = None, amax_history_length: int = 1024
    ) -> None:
        super().__init__(mode, source_name)
        if not isinstance(amax_history_length, int):
            raise TypeError(_length_message(amax_history_length))
        self._amax_history_length = amax_history_length

    @property
    def amax_history_length(self) -> int:
        """Over how many steps the largest magnitude is looked for."""
        return self._amax_history_length

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "amax_history_length": self.amax_history_length}


class _WithNumbers(QuantizedDTypePolicy):
    """A mode with numbers behind it: "gptq/4/128"."""

    word: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]  # the attributes that keep the numbers
    bits: ClassVar[tuple[int, ...]] = ()

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        super().__init__(mode, source_name)

    def _read_mode(self, mode: str) -> str:
        word, *numbers = str(mode).split("/")
        form = "/".join([self.word, *(f"<{name}>" for name in self.parts)])
        if word != self.word or len(numbers) != len(self.parts):
            raise ValueError(_form_message(self, mode, form))
        try:
            found = dict(zip(self.parts, map(int, numbers), strict=True))
        except ValueError:
            raise ValueError(_form_message(self, mode, form)) from None
        for name, value in found.items():
            fits = value in self.bits if name == "weight_bits" else value == -1 or value > 0
            if not fits:
                raise ValueError(_number_message(self, mode, name, value))
            setattr(self, name, value)
        self.mode = word
        return word


class Int4DTypePolicy(_WithNumbers):
    """That of a layer with weights of four bits: "int4/128", or "int4/-1" with one scale a column.

    Args:
        mode: the word and the number of rows with a scale in common.
        source_name: the policy that the layer had before.

    Raises:
        ValueError: the mode has another form.
    """

    word, parts = "int4", ("block_size",)


class GPTQDTypePolicy(_WithNumbers):
    """That of a layer quantized by GPTQ: "gptq/<weight_bits>/<group_size>".

    Args:
        mode: such as "gptq/4/128".
        source_name: the policy that the layer had before.

    Raises:
        ValueError: the mode has another form.
    """

    word, parts, bits = "gptq", ("weight_bits", "group_size"), (2, 3, 4, 8)


class AWQDTypePolicy(_WithNumbers):
    """That of a layer quantized by AWQ: "awq/<weight_bits>/<group_size>".

    Args:
        mode: such as "awq/4/128".
        source_name: the policy that the layer had before.

    Raises:
        ValueError: the mode has another form.
    """

    word, parts, bits = "awq", ("weight_bits", "group_size"), (4,)


KINDS: dict[str, type[QuantizedDTypePolicy]] = {
    "int8": QuantizedDTypePolicy,
    "int4": QuantizedDTypePolicy,
    "float8": QuantizedFloat8DTypePolicy,
    "int4/": Int4DTypePolicy,
    "gptq/": GPTQDTypePolicy,
    "awq/": AWQDTypePolicy,
}


def quantized_of_name(name: str) -> QuantizedDTypePolicy | None:
    """The policy of a name such as "int8_from_float32"; None, if it is none of these.

    Raises:
        ValueError: the name says how weights are quantized, but not out of what.
    """
    mode, found, source = name.partition("_from_")
    word, with_numbers, _ = mode.partition("/")
    kind = KINDS.get(word + with_numbers)
    if kind is None:
        return None
    if not found:
        raise ValueError(_name_message(name))
    return kind(mode, source)


def _mode_message(mode: Any) -> str:
    return explain(
        "Invalid quantization mode",
        given=f"mode={mode}",
        expected=f"Expected one of {MODES}",
        remedy="QuantizedDTypePolicy('int8', 'float32')",
    )


def _float16_message(mode: str) -> str:
    return explain(
        f"Quantization mode='{mode}' doesn't work well with compute_dtype='float16'",
        given="a source that computes in float16, whose largest number is 65504",
        expected="float32 or bfloat16",
        remedy="source_name='mixed_bfloat16'",
    )


def _length_message(given: Any) -> str:
    return explain(
        "`amax_history_length` must be an integer",
        given=f"amax_history_length={given!r}",
        expected="a whole number of steps",
        remedy="amax_history_length=1024",
    )


def _form_message(policy: Any, mode: Any, form: str) -> str:
    kind = type(policy).__name__
    return explain(
        f"Invalid mode for {kind}. Expected format '{form}'",
        given=f"mode={mode!r}",
        expected=f"'{form}', with whole numbers",
        remedy=f"{kind}('{policy.word}/{'4/' if policy.bits else ''}128', 'float32')",
    )


def _number_message(policy: Any, mode: str, name: str, value: int) -> str:
    known = "-1 or a positive integer"
    if name == "weight_bits":
        known = " or ".join(map(str, policy.bits))
    return explain(
        f"Invalid {name} in mode",
        given=f"{value} in {mode!r}",
        expected=f"Supported values are {known}",
        remedy=f"{policy.word}/{'4/' if policy.bits else ''}128",
    )


def _name_message(name: str) -> str:
    return explain(
        "Cannot convert `policy` into a valid pair (`mode`, `source_name`)",
        given=f"policy={name}",
        expected="how the weights are quantized, and what they were",
        remedy=f"'{name}_from_float32'",
    )
