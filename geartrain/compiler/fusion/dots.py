"""Dots: instructions that add up the products of two or four narrow numbers in a wide lane.

    lane i:   total[i] += x[i, 0] * y[i, 0] + x[i, 1] * y[i, 1]            bfloat16 in float32
              total[i] += x[i, 0] * y[i, 0] + ... + x[i, 3] * y[i, 3]      int8, uint8 in int32

x86 has them with AVX512_BF16, AVX512_VNNI and AVX-VNNI, AArch64 with BF16, DotProd and I8MM. Where
the processor has one for its factors, a dot product of narrow numbers keeps them narrow; where it
has none, they are widened before it:

    contract(x, y)  of bfloat16     ->  cast(contract(x, y, sums="float32"))     one instruction
                                        cast(contract(cast(x), cast(y)))         none
    contract(cast(x), cast(y))      ->  contract(x, y, sums="int32")             of int8 or uint8

Of whole numbers both give the same bits. Of bfloat16 the instructions round as their makers chose
(Intel, Architecture Instruction Set Extensions, VDPBF16PS; Arm, BFDOT): each sum to 24 bits once or
twice a product, subnormal numbers as zeros.

x86 multiplies unsigned by signed numbers only. Where both are signed, 128 is added to the one, and
128 times the sum of the other taken away: the *shift*. Both unsigned: the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.instructions.halves import is_half
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant
from geartrain.graph import Node
from geartrain.runtime.cpu import Cpu, target_cpu
from geartrain.tensor import DType
from geartrain.tensor.dtypes import FLOAT32, INT32, UINT32

Make = Callable[..., Node]
BYTES = frozenset(["int8", "uint8"])
TOP_BITS = 0x80808080  # of four numbers: 128 more, or less
GROUP_BYTES = 4  # of the factors in one lane


@dataclass(frozen=True)
class Dot:
    """An instruction: `total + lhs * rhs`, of so many neighbours in each lane.

    Attributes:
        intrinsic: LLVM's name of it.
        factor: LLVM's type of a narrow number.
        group: how many of them are in a lane.
        swapped: whether `rhs` is its first factor.
        shift: 0, or what is added to each number of `lhs`, as its bits are flipped.
    """

    intrinsic: str
    factor: str
    group: int
    swapped: bool = False
    shift: int = 0

    def add(self, builder: Builder, lhs: Value, rhs: Value, total: Value) -> Value:
        """The totals, with the products of one group in each lane."""
        kind = f"<{total.lanes * self.group} x {self.factor}>"
        first, second = (rhs, lhs) if self.swapped else (lhs, rhs)
        texts = [builder.as_type(each, kind) for each in (first, second)]
        types = f"{total.type}, {kind}, {kind}"
        builder.declarations[self.intrinsic] = f"declare {total.type} @{self.intrinsic}({types})"
        arguments = f"{total}, {kind} {texts[0]}, {kind} {texts[1]}"
        return builder.emit(
            f"call {total.type} @{self.intrinsic}({arguments})", total.dtype, total.lanes
        )

    def flipped(self, builder: Builder, lhs: Value) -> Value:
        """Groups of `lhs` as the instruction wants them."""
        return builder.binary("xor", lhs, constant(TOP_BITS, UINT32)) if self.shift else lhs

    def ones(self, lanes: int) -> Value:
        """Groups of ones: their dot is a sum."""
        return constant(0x01010101, UINT32, lanes)


def dot_for(cpu: Cpu, lhs: DType, rhs: DType) -> Dot | None:
    """The instruction for factors of these dtypes, if the processor has one."""
    if lhs.name == rhs.name == "bfloat16":
        name = _bfloat_intrinsic(cpu)
        return Dot(name, "bfloat", 2) if name else None
    if not {lhs.name, rhs.name} <= BYTES:
        return None
    return _dot_of_bytes(cpu, lhs.kind == "i", rhs.kind == "i")


def root_dot(cpu: Cpu, root: Contraction) -> Dot | None:
    """The instruction for a contraction, if its sums are wider than its factors."""
    if root.node.dtype not in (INT32, FLOAT32):
        return None
    return dot_for(cpu, root.lhs.dtype, root.rhs.dtype)


def _bfloat_intrinsic(cpu: Cpu) -> str | None:
    if _is_arm(cpu):
        return "llvm.aarch64.neon.bfdot.v4f32.v8bf16" if _has(cpu, "bf16") else None
    if not _has(cpu, "avx512bf16") or not _has(cpu, "avx512vl"):
        return None
    return f"llvm.x86.avx512bf16.dpbf16ps.{cpu.vector_bits}"


def _dot_of_bytes(cpu: Cpu, lhs_signed: bool, rhs_signed: bool) -> Dot | None:
    if _is_arm(cpu):
        return _dot_of_arm(cpu, lhs_signed, rhs_signed)
    wide = _has(cpu, "avx512vnni") and cpu.vector_bits == 512
    narrow = _has(cpu, "avxvnni") and cpu.vector_bits == 256
    if not (wide or narrow):
        return None
    dot = Dot(f"llvm.x86.avx512.vpdpbusd.{cpu.vector_bits}", "i8", 4)  # unsigned times signed
    if lhs_signed and rhs_signed:
        return replace(dot, shift=128)
    if not lhs_signed and not rhs_signed:
        return replace(dot, shift=-128, swapped=True)
    return replace(dot, swapped=lhs_signed)


def _dot_of_arm(cpu: Cpu, lhs_signed: bool, rhs_signed: bool) -> Dot | None:
    if lhs_signed == rhs_signed:
        name = "sdot" if lhs_signed else "udot"
        found = Dot(f"llvm.aarch64.neon.{name}.v4i32.v16i8", "i8", 4)
        return found if _has(cpu, "dotprod") else None
    mixed = Dot("llvm.aarch64.neon.usdot.v4i32.v16i8", "i8", 4, swapped=lhs_signed)
    return mixed if _has(cpu, "i8mm") else None


def _is_arm(cpu: Cpu) -> bool:
    return cpu.architecture in ("aarch64", "arm64")


def _has(cpu: Cpu, feature: str) -> bool:
    return f"+{feature}" in cpu.features.split(",")


# -- which dot products keep their factors narrow -------------------------------------------------


def narrow_sums(node: Node, make: Make) -> Node | None:
    """A dot product with wide sums of narrow factors, or of widened ones: what is quicker here."""
    if "sums" in node.parameters:
        return None if _dot_of(node.inputs) else _widened(node, make)
    if node.dtype.name == "bfloat16" and _dot_of(node.inputs):
        product = make(node, node.label, *node.inputs, **node.parameters, sums="float32")
        return make(node, "cast", product, dtype=node.dtype)
    if is_half(node.dtype):
        return _rounded_once(node, make)
    return _of_bytes(node, make) if node.dtype == INT32 else None


def _rounded_once(node: Node, make: Make) -> Node:
    """Products of 16-bit numbers are added up in float32, and rounded once."""
    wide = [make(node, "cast", each, dtype=FLOAT32) for each in node.inputs]
    product = make(node, node.label, *wide, **node.parameters)
    return make(node, "cast", product, dtype=node.dtype)


def _of_bytes(node: Node, make: Make) -> Node | None:
    """int32 that was int8 or uint8 is read as it was."""
    if any(each.label != "cast" or each.primitive is None for each in node.inputs):
        return None
    inputs = tuple(each.inputs[0] for each in node.inputs)
    if not all(each.dtype.name in BYTES for each in inputs) or not _dot_of(inputs):
        return None
    return make(node, node.label, *inputs, **node.parameters, sums="int32")


def _widened(node: Node, make: Make) -> Node:
    """The same where no instruction takes narrow factors."""
    wide = [make(node, "cast", each, dtype=node.dtype) for each in node.inputs]
    parameters = {key: each for key, each in node.parameters.items() if key != "sums"}
    return make(node, node.label, *wide, **parameters)


def _dot_of(inputs: tuple[Node, ...]) -> Dot | None:
    x, y = inputs
    return dot_for(target_cpu(), x.dtype, y.dtype)
