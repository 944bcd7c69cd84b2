"""Equal kernels become one function, so that LLVM makes code of it once.

    define ... @k5_convolve(...) { slots 12, 14 }         define ... @k5_convolve(..., i64 %slot0,
    define ... @k9_convolve(...) { slots 15, 12 }     ->             i64 %slot1) { %slot0, %slot1 }
    call void @k5_convolve(...)                           call void @k5_convolve(..., 12, 14)
    call void @k9_convolve(...)                           call void @k5_convolve(..., 15, 12)

The layers of a deep network repeat: 905 kernels of a ResNet50's training step are 240 different
ones, where each takes from the context what the others take from other slots of it. What is alone
stays as it is, and so does the text that people read: each kernel of it has its function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FUNCTION = re.compile(r"^define .*?^\}$", re.DOTALL | re.MULTILINE)
KERNEL = re.compile(r"define internal void @(?P<name>[\w.]+)\((?P<arguments>i64 %tid, [^)]*)\)")
CONTEXT = "getelementptr i64, ptr %context, i64 "
SLOT = re.compile(re.escape(CONTEXT) + r"(\d+)")
CALL = re.compile(r"call void @(?P<name>[\w.]+)\((?P<arguments>[^)]*)\)")
NAME = "@geartrain_equal_kernel"

Slots = tuple[str, ...]


def shared(ir: str) -> str:
    """A module's text in which kernels that differ in their slots alone are one function."""
    found = [(each, KERNEL.match(each[0])) for each in FUNCTION.finditer(ir)]
    kernels = {head["name"]: each[0] for each, head in found if head}
    alike: dict[str, list[tuple[str, Slots]]] = {}
    for name, text in kernels.items():
        body, slots = _without_slots(text.replace(f"@{name}(", f"{NAME}(", 1))
        alike.setdefault(body, []).append((name, slots))
    several = {body: them for body, them in alike.items() if len(them) > 1}
    if not several:
        return ir
    calls = {name: (them[0][0], slots) for them in several.values() for name, slots in them}
    bodies = {them[0][0]: _with_arguments(body, *them[0]) for body, them in several.items()}

    def rewritten(function: re.Match[str]) -> str:
        head = KERNEL.match(function[0])
        if head is None:
            return _calling(function[0], calls)
        name = head["name"]
        return bodies.get(name, "") if name in calls else function[0]

    return FUNCTION.sub(rewritten, ir)


def _without_slots(text: str) -> tuple[str, Slots]:
    """A kernel's text with its slots numbered in their order, and which they are."""
    slots: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"{CONTEXT}%slot{slots.setdefault(found[1], len(slots))}"

    return SLOT.sub(numbered, text), tuple(slots)


def _with_arguments(body: str, name: str, slots: Iterable[str]) -> str:
    """The function of several kernels, which is told the slots of each."""
    more = "".join(f", i64 %slot{number}" for number, _ in enumerate(slots))
    head, parenthesis, rest = body.replace(NAME, f"@{name}", 1).partition(")")
    return f"{head}{more}{parenthesis}{rest}"


def _calling(text: str, calls: dict[str, tuple[str, Slots]]) -> str:
    """A program's text, in which the kernels that are one function are called by its name."""

    def call(found: re.Match[str]) -> str:
        if found["name"] not in calls:
            return found[0]
        name, slots = calls[found["name"]]
        more = "".join(f", i64 {slot}" for slot in slots)
        return f"call void @{name}({found['arguments']}{more})"

    return CALL.sub(call, text)
