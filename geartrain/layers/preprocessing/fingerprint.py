"""Fingerprints: 64 bits that tell texts apart, the same on every machine and in every year.

    fingerprint64   FarmHash's, fast, for anybody to compute
    siphash         keyed: who does not know the salt cannot tell which texts fall together
    combined        of two fingerprints, in order

Sources: Pike and Alakuijala, FarmHash (2014), `Fingerprint64`; Aumasson and Bernstein, "SipHash:
a fast short-input PRF" (2012), section 2; `combined` is TensorFlow's `FingerprintCat64`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

MASK = (1 << 64) - 1
K0, K1, K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
CAT = 0xC6A4A7935BD1E995
SEED = 81
Pair = tuple[int, int]


def hasher(salt: Sequence[int] | None) -> Callable[[bytes], int]:
    """The function that fingerprints with a salt, or without one (None)."""
    if salt is None:
        return fingerprint64
    first, second = salt
    return lambda text: siphash(text, (first, second))


def fingerprint64(text: bytes) -> int:
    """FarmHash's fingerprint: one formula each for texts up to 16, 32 and 64 bytes, and longer.

    >>> fingerprint64(b"A") % 3, fingerprint64(b"B") % 3
    (1, 0)
    """
    size = len(text)
    if size <= 16:
        return _up_to_16(text, size)
    if size <= 32:
        return _up_to_32(text, size)
    return _up_to_64(text, size) if size <= 64 else _long(text, size)


def _up_to_16(text: bytes, size: int) -> int:
    factor = (K2 + size * 2) & MASK
    if size >= 8:
        a, b = (_word(text, 0) + K2) & MASK, _word(text, size - 8)
        c = (_turned(b, 37) * factor + a) & MASK
        return _folded(c, (_turned(a, 25) + b) * factor & MASK, factor)
    if size >= 4:
        return _folded(size + (_half(text, 0) << 3), _half(text, size - 4), factor)
    if not size:
        return K2
    y = text[0] + (text[size >> 1] << 8)
    z = size + (text[-1] << 2)
    return _mixed((y * K2 ^ z * K0) & MASK) * K2 & MASK


def _up_to_32(text: bytes, size: int) -> int:
    factor = (K2 + size * 2) & MASK
    a, b = _word(text, 0) * K1 & MASK, _word(text, 8)
    c, d = _word(text, size - 8) * factor & MASK, _word(text, size - 16) * K2 & MASK
    return _folded(*_two(a, b, c, d), factor)


def _two(a: int, b: int, c: int, d: int) -> Pair:
    first = _turned((a + b) & MASK, 43) + _turned(c, 30) + d
    return first & MASK, (a + _turned((b + K2) & MASK, 18) + c) & MASK


def _up_to_64(text: bytes, size: int) -> int:
    factor = (K2 + size * 2) & MASK
    a, b = _word(text, 0) * K2 & MASK, _word(text, 8)
    c, d = _word(text, size - 8) * factor & MASK, _word(text, size - 16) * K2 & MASK
    y, second = _two(a, b, c, d)
    z = _folded(y, second, factor)
    e, f = _word(text, 16) * factor & MASK, _word(text, 24)
    g, h = (y + _word(text, size - 32)) * factor & MASK, (z + _word(text, size - 24)) * factor
    first = _turned((e + f) & MASK, 43) + _turned(g, 30) + h
    return _folded(first & MASK, (e + _turned((f + a) & MASK, 18) + g) & MASK, factor)


def _long(text: bytes, size: int) -> int:
    """Blocks of 64 bytes one after the other, then the last 64 bytes of the text once more."""
    y = (SEED * K1 + 113) & MASK
    state = (
        (SEED * K2 + _word(text, 0)) & MASK,
        y,
        _mixed((y * K2 + 113) & MASK) * K2 & MASK,
        (0, 0),
        (0, 0),
    )
    for at in range(0, (size - 1) // 64 * 64, 64):
        state = _block(text, at, state, K1, 1)
    x, y, z, v, w = state
    factor = (K1 + ((z & 0xFF) << 1)) & MASK
    first = (w[0] + ((size - 1) & 63)) & MASK
    third = (v[0] + first) & MASK
    state = (x, y, z, (third, v[1]), ((first + third) & MASK, w[1]))
    x, y, z, v, w = _block(text, size - 64, state, factor, 9)
    left = _folded(v[0], w[0], factor) + _mixed(y) * K0 + z
    return _folded(left & MASK, (_folded(v[1], w[1], factor) + x) & MASK, factor)


def _block(
    text: bytes, at: int, state: tuple[int, int, int, Pair, Pair], factor: int, weight: int
) -> tuple[int, int, int, Pair, Pair]:
    x, y, z, v, w = state
    x = _turned((x + y + v[0] + _word(text, at + 8)) & MASK, 37) * factor & MASK
    y = _turned((y + v[1] + _word(text, at + 48)) & MASK, 42) * factor & MASK
    x ^= w[1] * weight & MASK
    y = (y + v[0] * weight + _word(text, at + 40)) & MASK
    z = _turned((z + w[0]) & MASK, 33) * factor & MASK
    v_new = _weak(text, at, v[1] * factor, x + w[0])
    w_new = _weak(text, at + 32, z + w[1], y + _word(text, at + 16))
    return z, y, x, v_new, w_new


def _weak(text: bytes, at: int, a: int, b: int) -> Pair:
    w, x, y, z = (_word(text, at + offset) for offset in (0, 8, 16, 24))
    a = (a + w) & MASK
    b = _turned((b + a + z) & MASK, 21)
    total = (a + x + y) & MASK
    return (total + z) & MASK, (b + _turned(total, 44) + a) & MASK


def _word(text: bytes, at: int) -> int:
    return int.from_bytes(text[at : at + 8], "little")


def _half(text: bytes, at: int) -> int:
    return int.from_bytes(text[at : at + 4], "little")


def _turned(x: int, right: int) -> int:
    """The bits of a word, turned around to the right."""
    return (x >> right | x << (64 - right)) & MASK


def _mixed(x: int) -> int:
    return x ^ x >> 47


def _folded(u: int, v: int, factor: int) -> int:
    """128 bits as 64."""
    a = _mixed((u ^ v) * factor & MASK)
    return _mixed((v ^ a) * factor & MASK) * factor & MASK


def siphash(text: bytes, key: Pair) -> int:
    """SipHash-2-4: two rounds for each word of the text, four at the end.

    The example is that of the paper's appendix A.

    >>> hex(siphash(bytes(range(15)), (0x0706050403020100, 0x0F0E0D0C0B0A0908)))
    '0xa129ca6149be45e5'
    """
    first, second = (part & MASK for part in key)
    v0, v1 = first ^ 0x736F6D6570736575, second ^ 0x646F72616E646F6D
    v2, v3 = first ^ 0x6C7967656E657261, second ^ 0x7465646279746573
    whole = len(text) // 8 * 8
    last = int.from_bytes(text[whole:], "little") | (len(text) & 0xFF) << 56
    for word in [*(_word(text, at) for at in range(0, whole, 8)), last]:
        v0, v1, v2, v3 = _rounds(v0, v1, v2, v3 ^ word, 2)
        v0 ^= word
    v0, v1, v2, v3 = _rounds(v0, v1, v2 ^ 0xFF, v3, 4)
    return v0 ^ v1 ^ v2 ^ v3


def _rounds(v0: int, v1: int, v2: int, v3: int, count: int) -> tuple[int, int, int, int]:
    for _ in range(count):
        v0, v2 = (v0 + v1) & MASK, (v2 + v3) & MASK
        v1, v3 = _turned(v1, 51) ^ v0, _turned(v3, 48) ^ v2
        v0 = _turned(v0, 32)
        v2, v0 = (v2 + v1) & MASK, (v0 + v3) & MASK
        v1, v3 = _turned(v1, 47) ^ v2, _turned(v3, 43) ^ v0
        v2 = _turned(v2, 32)
    return v0, v1, v2, v3


def combined(first: int, second: int) -> int:
    """The fingerprint of two things that have fingerprints."""
    mixed = (first ^ CAT) ^ _mixed(second * CAT & MASK) * CAT & MASK
    return _mixed(_mixed(mixed * CAT & MASK) * CAT & MASK)
