"""GPTQ and AWQ for a model: each block is quantized for what the blocks before give it.

texts -> windows of tokens -> pre_block_layers -> block 1 -> block 2 -> ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.models.quantizing import leaves
from geartrain.random import numpy_generator
from geartrain.tensor import Array, Tensor

PARTS = ("pre_block_layers", "sequential_blocks")


def calibrate_blocks(model: Any, config: Any, wanted: Callable[[Any], bool]) -> None:
    """Quantize the layers of a model's blocks that can be; what lies outside stays as it is.

    Args:
        model: which is built.
        config: a `GPTQConfig` or an `AWQConfig`.
        wanted: whether a layer is to be quantized.

    Raises:
        ValueError: the blocks, the dataset or the tokenizer are missing, or nothing is in them.
        TypeError: the dataset is one text.
    """
    before, blocks = _structure(model, config)
    if config.dataset is None or config.tokenizer is None:
        raise ValueError(_data_message(config))
    windows = token_windows(
        config.dataset, config.tokenizer, config.num_samples, config.sequence_length
    )
    values = [_through(before, ops.convert_to_tensor(each[None])) for each in windows]
    for block in blocks:
        own = [each for each in _leaves_of(block) if wanted(each)]
        for layer in own:
            layer.quantize(config.mode, config=config)
        with _watching(own) as watched:
            for each in values:
                block(each)
        for layer in own:
            layer.calibrate(config, watched[id(layer)])
        values = [_first(block(each)) for each in values]


def token_windows(dataset: Any, tokenizer: Any, count: int, length: int) -> Array:
    """Windows of equal length, evenly spread over all tokens: `(count, length)`.

    Args:
        dataset: texts, or rows of token numbers.
        tokenizer: has a method `tokenize`, or is called with a text.
        count: how many windows.
        length: tokens of each.

    >>> token_windows([[1, 2, 3], [4, 5]], str.split, 2, 4).shape
    (2, 4)
    """
    if isinstance(dataset, str | bytes) or not isinstance(dataset, Iterable):
        raise TypeError(_iterable_message(dataset))
    rows = [_tokens(each, tokenizer) for each in dataset]
    if not rows or not sum(map(len, rows)):
        raise ValueError(_empty_message())
    stream = np.concatenate(rows).astype("int32")
    wanted = max(count * length, length)
    if len(stream) < wanted:
        stream = np.tile(stream, -(-wanted // len(stream)))[:wanted]
    places = len(stream) - length + 1
    first = int(numpy_generator().integers(places))
    starts = (first + np.arange(count) * max(places // count, 1)) % places
    windows: Array = stream[starts[:, None] + np.arange(length)]
    return windows


def _tokens(row: Any, tokenizer: Any) -> Array:
    if isinstance(row, str | bytes):
        row = getattr(tokenizer, "tokenize", tokenizer)(row)
    known = row.numpy() if hasattr(row, "numpy") else row
    return np.asarray(known).reshape(-1)


def _structure(model: Any, config: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    found = config.quantization_layer_structure
    if found is None:
        found = model.get_quantization_layer_structure(config.mode)
    if not isinstance(found, dict):
        raise ValueError(_structure_message(config, found))
    before, blocks = (found.get(name) or [] for name in PARTS)
    if not blocks:
        raise ValueError(_blocks_message(found))
    return before, blocks


def _leaves_of(block: Any) -> list[Any]:
    """The layers of a block that can be quantized so, and are not yet; itself, if it is one."""
    from geartrain.layers.calibratable import Calibratable

    inner = list(leaves(block)) or [block]
    return [
        each
        for each in inner
        if isinstance(each, Calibratable)
        and vars(type(each)).get("quantizes_itself")
        and each.built
        and each.quantization_mode is None
    ]


@contextmanager
def _watching(layers: Sequence[Any]) -> Iterator[dict[int, Any]]:
    """Note what layers are called with."""
    from geartrain.layers.calibrated_weights import Watched

    seen = {id(layer): Watched(layer.matrix_sizes()[0]) for layer in layers}
    for layer in layers:
        vars(layer)["call"] = _noting(layer, seen[id(layer)])
    try:
        yield seen
    finally:
        for layer in layers:
            del vars(layer)["call"]


def _noting(layer: Any, watched: Any) -> Callable[..., Any]:
    call = layer.call

    def noted(inputs: Tensor, *args: Any, **kwargs: Any) -> Any:
        watched.add(layer.rows_of(np.asarray(inputs)))
        return call(inputs, *args, **kwargs)

    return noted


def _through(layers: Sequence[Any], value: Any) -> Any:
    for layer in layers:
        value = _first(layer(value))
    return value


def _first(value: Any) -> Any:
    """What goes on to the next block: the first of several outputs."""
    return value[0] if isinstance(value, list | tuple) else value


def _structure_message(config: Any, given: Any) -> str:
    return explain(
        f"For mode='{config.mode}', a valid quantization structure must be provided either via "
        "`config.quantization_layer_structure` or by overriding "
        "`model.get_quantization_layer_structure(mode)`",
        given=f"{given!r}",
        expected="a dictionary with keys 'pre_block_layers' and 'sequential_blocks'",
        remedy="quantization_layer_structure={'pre_block_layers': [embedding], "
        "'sequential_blocks': [block_1, block_2]}",
    )


def _blocks_message(given: Any) -> str:
    return explain(
        "No sequential blocks found in the provided structure to quantize",
        given=f"a structure with {list(given)}",
        expected="'sequential_blocks': a list of layers, each called with what the last one gave",
        remedy="quantization_layer_structure={'pre_block_layers': [embedding], "
        "'sequential_blocks': [block_1, block_2]}",
    )


def _data_message(config: Any) -> str:
    kind = type(config).__name__
    return explain(
        f"{config.mode.upper()} quantization requires a dataset and a tokenizer. "
        f"Please provide them in the `{kind}`",
        given=f"dataset={_named(config.dataset)}, tokenizer={_named(config.tokenizer)}",
        expected="texts (or rows of token numbers), and what makes token numbers of a text",
        remedy=f"quantizers.{kind}(dataset=texts, tokenizer=tokenizer)",
    )


def _named(given: Any) -> str:
    return "None" if given is None else f"a {type(given).__name__}"


def _iterable_message(given: Any) -> str:
    return explain(
        "The `dataset` argument must be an iterable (e.g. a list of strings, a generator, or a "
        "NumPy array)",
        given=f"dataset of type {type(given).__name__}",
        expected="several texts, or rows of token numbers",
        remedy="dataset=[text]",
    )


def _empty_message() -> str:
    return explain(
        "Provided dataset is empty",
        given="a dataset without tokens",
        expected="texts, or rows of token numbers",
        remedy="dataset=['a text like those that the model will see', ...]",
    )
