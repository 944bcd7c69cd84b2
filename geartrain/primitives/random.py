"""Random bits: what every random number is made of, and what rejection needs.

The key is a seed and the number of a stream; `philox.py` says what depends on what. Distributions
that a formula reaches are compositions in `geartrain.random`; those that need a loop until a
proposal is accepted (gamma and binomial) lie in `rejection.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import LETTERS, map_loops
from geartrain.primitives.philox import philox_block
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.tensor import Array, DType, Shape, Tensor

__all__ = ["random_bits"]

UINT32: DType = np.dtype("uint32")
UINT64: DType = np.dtype("uint64")
CHUNK_BLOCKS = 1 << 16  # 512 KiB an array: in the second cache, at a small cost of calls
FLOPS_PER_WORD = 25  # ten rounds of ten operations give four words


class Draw(Primitive):
    """Random numbers of a key (a seed and a stream), through which no derivative goes."""

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,) * len(inputs)


class RandomBits(Draw):
    """out[i] = word i of the key's stream, counted with the last axis fastest."""

    name = "random_bits"

    def infer(self, *inputs: Spec, shape: Shape, **parameters: Any) -> Spec:
        check_key(self.name, inputs[0])
        return Spec(tuple(shape), UINT32)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        shape = parameters["shape"]
        count = math.prod(shape)
        words = np.empty((-(-count // 4), 4), UINT32)
        seed, stream = key_numbers(inputs[0])
        for start in range(0, len(words), CHUNK_BLOCKS):
            part = words[start : start + CHUNK_BLOCKS]
            blocks = np.arange(start, start + len(part), dtype=UINT64)
            for place, word in enumerate(philox_block(seed, stream, blocks)):
                part[:, place] = word
        return words.reshape(-1)[:count].reshape(shape)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        rank = len(parameters["shape"])
        word = f"philox(key[0], key[1], {flat_number(rank)})"
        return map_loops("def naive_random_bits(key, out):", rank, word)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(FLOPS_PER_WORD * static_count(out), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        for key in ([0, 0], [2**64 - 1, 2**63 + 5]):
            for shape in [(3, 5), (), (2, 1, 4), (37,), (0, 2), (3, 64), (2, 21, 3)]:
                yield Sample((np.array(key, UINT64),), {"shape": shape}, gradient=False)


random_bits = register(RandomBits)


def check_key(name: str, key: Spec) -> None:
    """Refuse what is no key.

    Raises:
        ValueError: the key is no pair of uint64.
    """
    if key != Spec((2,), UINT64):
        raise ValueError(_key_message(name, key))


def key_numbers(key: Array) -> tuple[int, int]:
    """The seed and the stream of a key, as Python integers."""
    return int(key[0]), int(key[1])


def flat_number(rank: int) -> str:
    """The number of an element of `out`, in the loop language: `(i) * out.shape[1] + j`."""
    number = LETTERS[0] if rank else "0"
    for axis in range(1, rank):
        number = f"({number}) * out.shape[{axis}] + {LETTERS[axis]}"
    return number


def _key_message(name: str, key: Spec) -> str:
    return explain(
        f"{name} cannot draw with this key",
        given=str(key),
        expected="uint64(2,): a seed, and the number of a stream",
        remedy="random.SeedGenerator(0).next()",
    )
