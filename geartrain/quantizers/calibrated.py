"""`GPTQConfig`, `AWQConfig`: quantization that looks at what layers are given for some texts.

Sources: Frantar et al., "GPTQ: accurate post-training quantization for generative pre-trained
transformers" (2022); Lin et al., "AWQ: activation-aware weight quantization" (2023).
"""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain.errors import explain
from geartrain.quantizers.config import QuantizationConfig
from geartrain.tensor.nest import flatten

LOST = ("dataset", "tokenizer")


class Calibrated(QuantizationConfig):
    """What both have in common.

    Args:
        given: the arguments by name; those of `counts` must be whole numbers from 1.
    """

    counts: ClassVar[tuple[str, ...]] = ("num_samples", "sequence_length")
    bits: ClassVar[tuple[int, ...]]

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__()
        for name, value in given.items():
            setattr(self, name, value)
        if given["weight_bits"] not in self.bits:
            raise ValueError(_bits_message(self, given["weight_bits"]))
        for name in self.counts:
            if not isinstance(given[name], int) or given[name] < 1:
                raise ValueError(_count_message(name, given[name]))
        size = given["group_size"]
        if not isinstance(size, int) or (size < 1 and size != -1):
            raise ValueError(_group_message(size))
        self._names = tuple(given)

    def get_config(self) -> dict[str, Any]:
        """The numbers; texts, tokenizer and layers are not kept."""
        kept = {name: getattr(self, name) for name in self._names}
        structure = kept["quantization_layer_structure"]
        parts = flatten(structure)
        named = structure if all(isinstance(each, str | int) for each in parts) else None
        return {**kept, **dict.fromkeys(LOST), "quantization_layer_structure": named}

    def dtype_policy_string(self) -> str:
        """The mode of the policy of layers that were quantized so: "gptq/4/128"."""
        return f"{self.mode}/{self.weight_bits}/{self.group_size}"  # type: ignore[attr-defined]


class GPTQConfig(Calibrated):
    """Quantization column by column, the error of each made up for by those that follow.

    Args:
        dataset: texts, or arrays of token numbers.
        tokenizer: makes token numbers of a text.
        weight_bits: 2, 3, 4 or 8.
        num_samples: how many sequences are looked at.
        sequence_length: tokens of each.
        per_channel: whether each column has a scale of its own.
        hessian_damping: what part of the mean diagonal is added to the second derivatives.
        group_size: rows with a scale in common; -1: all.
        symmetric: whether zero points are 0.
        activation_order: whether columns with large inputs come first.
        quantization_layer_structure: the model's layers: `{"pre_block_layers": [...],
            "sequential_blocks": [...]}`; None: what `model.get_quantization_layer_structure`
            gives.

    Raises:
        ValueError: a number is out of its range.
    """

    mode = "gptq"
    bits = (2, 3, 4, 8)

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        per_channel: bool = True,
        sequence_length: int = 512,
        hessian_damping: float = 0.01,
        group_size: int = 128,
        symmetric: bool = False,
        activation_order: bool = False,
        quantization_layer_structure: Any = None,
    ) -> None:
        given = {name: each for name, each in locals().items() if name not in ("self", "__class__")}
        super().__init__(given)
        if not 0 <= hessian_damping <= 1:
            raise ValueError(_damping_message(hessian_damping))


class AWQConfig(Calibrated):
    """Quantization after channels with large inputs were scaled up.

    Args:
        dataset: texts, or arrays of token numbers.
        tokenizer: makes token numbers of a text.
        weight_bits: 4.
        num_samples: how many sequences are looked at.
        sequence_length: tokens of each.
        group_size: rows with a scale in common; -1: all.
        num_grid_points: how many scales are tried.
        quantization_layer_structure: which layers, in which order.

    Raises:
        ValueError: a number is out of its range.
    """

    mode = "awq"
    bits = (4,)
    counts = ("num_samples", "sequence_length", "num_grid_points")

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        sequence_length: int = 512,
        group_size: int = 128,
        num_grid_points: int = 20,
        quantization_layer_structure: Any = None,
    ) -> None:
        given = {name: each for name, each in locals().items() if name not in ("self", "__class__")}
        super().__init__(given)


def _bits_message(config: Calibrated, bits: Any) -> str:
    known = " or ".join(map(str, config.bits))
    only = f"{config.mode.upper()} only supports {known}-bit quantization"
    return explain(
        only if len(config.bits) == 1 else f"Unsupported weight_bits {bits}",
        given=f"weight_bits={bits!r}",
        expected=known,
        remedy="weight_bits=4",
    )


def _count_message(name: str, given: Any) -> str:
    return explain(
        f"{name} must be a positive integer",
        given=f"{name}={given!r}",
        expected="a whole number from 1",
        remedy=f"{name}=128",
    )


def _group_message(given: Any) -> str:
    return explain(
        "Invalid group_size",
        given=f"group_size={given!r}",
        expected="-1 (all rows) or a positive integer",
        remedy="group_size=128",
    )


def _damping_message(given: Any) -> str:
    return explain(
        "hessian_damping must be between 0 and 1",
        given=f"hessian_damping={given!r}",
        expected="a number from 0 to 1",
        remedy="hessian_damping=0.01",
    )
