"""Fused multiply-adds for processors that have none: exact, in vectors, for float32.

    call <4 x float> @llvm.fma.v4f32(...)    ->    call <4 x float> @geartrain_fma.v4f32(...)

Vector mathematics rests on sums that are rounded once. Left to LLVM, such a processor would call
the system's `fmaf` lane by lane. float64 has no wider format, and is left to the system's `fma`.
What need not be rounded once (`Builder.multiply_add`) is a product and a sum there.

The product of two float32 is exact in float64. The sum is rounded to odd, that is, to the
neighbour whose last bit is 1, wherever it is not exact; then rounding it to float32 gives what
rounding the exact sum would. Source: Boldo and Melquiond, *Emulation of a FMA and correctly
rounded sums: proved algorithms using rounding to odd*, IEEE Transactions on Computers 57, 2008;
the error of a sum: Knuth, *The Art of Computer Programming*, volume 2, 4.2.2, theorem B.
"""

from __future__ import annotations

import re

_FMA = re.compile(r"@llvm\.fma\.(?:v(\d+))?f32\b")
_DECLARATION = re.compile(r"^declare .*@llvm\.fma\.(?:v\d+)?f32\(.*\n?", re.MULTILINE)


def without_fma(ir: str) -> str:
    """A module in which float32 is multiplied and added without `llvm.fma`."""
    lanes = sorted({int(found or 1) for found in _FMA.findall(ir)})
    renamed = _FMA.sub(lambda match: f"@{_name(int(match[1] or 1))}", _DECLARATION.sub("", ir))
    return "\n".join([renamed, *map(_definition, lanes)])


def _name(lanes: int) -> str:
    return f"geartrain_fma.v{lanes}f32"


def _definition(lanes: int) -> str:
    kinds = ("float", "double", "i64", "i1")
    names = ("single", "double", "bits", "truth")
    types = dict(zip(names, (_vector(each, lanes) for each in kinds), strict=True))
    numbers = {"zero": "i64 0", "one": "i64 1", "sign": "i64 63", "zero_real": "double 0.0"}
    constants = {key: _constant(each, lanes) for key, each in numbers.items()}
    return _TEXT.format(name=_name(lanes), **types, **constants)


def _vector(kind: str, lanes: int) -> str:
    return kind if lanes == 1 else f"<{lanes} x {kind}>"


def _constant(number: str, lanes: int) -> str:
    return number.split()[1] if lanes == 1 else f"splat ({number})"


_TEXT = """
define internal {single} @{name}({single} %a, {single} %b, {single} %c) alwaysinline nounwind {{
  %wide_a = fpext {single} %a to {double}
  %wide_b = fpext {single} %b to {double}
  %wide_c = fpext {single} %c to {double}
  %product = fmul {double} %wide_a, %wide_b
  %sum = fadd {double} %product, %wide_c
  %added = fsub {double} %sum, %product
  %kept = fsub {double} %sum, %added
  %lost_c = fsub {double} %wide_c, %added
  %lost_product = fsub {double} %product, %kept
  %error = fadd {double} %lost_c, %lost_product
  %inexact = fcmp one {double} %error, {zero_real}
  %bits = bitcast {double} %sum to {bits}
  %last = and {bits} %bits, {one}
  %even = icmp eq {bits} %last, {zero}
  %error_bits = bitcast {double} %error to {bits}
  %signs = xor {bits} %error_bits, %bits
  %inwards = ashr {bits} %signs, {sign}
  %step = or {bits} %inwards, {one}
  %moves = and {truth} %inexact, %even
  %neighbour = add {bits} %bits, %step
  %rounded = select {truth} %moves, {bits} %neighbour, {bits} %bits
  %real = bitcast {bits} %rounded to {double}
  %result = fptrunc {double} %real to {single}
  ret {single} %result
}}
"""
