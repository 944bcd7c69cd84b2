"""Philox4x32-10: random words that depend on a seed, a stream and a place, and on nothing else.

A block of four words of 32 bits is the cipher of its own number: `seed` is the key (64 bits),
the counter is the block's number (64 bits) beside the stream's (64 bits). Who asks, in which
order, and for how much, changes no word.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
"""

from __future__ import annotations

from typing import Any

MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
KEY_STEPS = 0x9E3779B9, 0xBB67AE85  # of the golden ratio and of the square root of 3
ROUNDS = 10
WORD = 0xFFFFFFFF
WORD_BITS = 32
HALF_BITS = 26  # of each of the two words of a number with 52 bits
ATTEMPT_BITS = 44  # elements of one draw; the attempts of an element lie so far apart

Whole = Any  # Python integers, or arrays of uint64 that hold numbers below 2**64


def philox_block(seed: int, stream: int, block: Whole) -> tuple[Whole, Whole, Whole, Whole]:
    """The four words of a block; those of many, if `block` is an array of uint64."""
    a, b = block & WORD, block >> WORD_BITS
    c, d = stream & WORD, stream >> WORD_BITS
    first_key, second_key = seed & WORD, seed >> WORD_BITS
    for _ in range(ROUNDS):
        first, second = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = (second >> WORD_BITS) ^ b ^ first_key, second & WORD
        c, d = (first >> WORD_BITS) ^ d ^ second_key, first & WORD
        first_key = first_key + KEY_STEPS[0] & WORD
        second_key = second_key + KEY_STEPS[1] & WORD
    return a, b, c, d


def philox(seed: Any, stream: Any, number: Any) -> int:
    """The word of this number: word `number % 4` of block `number // 4`."""
    words = philox_block(int(seed), int(stream), int(number) // 4)
    return int(words[int(number) % 4])


def unit_numbers(seed: int, stream: int, element: Whole, attempt: int) -> tuple[Any, ...]:
    """Four numbers between 0 and 1, both excluded, for an attempt at an element.

    Each has 52 bits, of two words: (k + 1/2) / 2**52.
    """
    block = 2 * (element + (attempt << ATTEMPT_BITS))
    words = (*philox_block(seed, stream, block), *philox_block(seed, stream, block + 1))
    spare = WORD_BITS - HALF_BITS
    return tuple(
        ((high >> spare) * 2.0**HALF_BITS + (low >> spare) + 0.5) * 2.0 ** (-2 * HALF_BITS)
        for high, low in zip(words[::2], words[1::2], strict=True)
    )
