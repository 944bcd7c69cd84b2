"""Retraces: why a function was traced again, and when to say so.

step(x of (32, 10)); step(x of (17, 10))

jit step: traced again, x is float32(17, 10), was float32(32, 10)
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geartrain.compiler.functions.signature import NEST, STATIC, Key, describe, step_text
from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.tensor.user_line import levels_to_user, user_line

SHOW = 1  # of GEARTRAIN_DEBUG
PATIENCE = 8  # retraces for one reason before it is said that there is a better way
COMPARED = 32  # earlier signatures that a new one is compared with


@dataclass(frozen=True)
class Change:
    """One argument, or part of one, that differs from an earlier call.

    Attributes:
        argument: its path, such as `x` or `batch['mask']`.
        kind: "shape", "dtype", "value" or "structure".
        before, after: what it was and is, in words.
        axis: which axis differs, if only one does.
    """

    argument: str
    kind: str
    before: str
    after: str
    axis: int | None = None

    def __str__(self) -> str:
        return f"{self.argument} is {self.after}, was {self.before}"


@dataclass(frozen=True)
class Retrace:
    """One time that a function was traced again: what changed, and the call's line."""

    changes: tuple[Change, ...]
    line: str

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.changes))} ({self.line})"


Signature = Mapping[str, Key]


def differences(before: Signature, after: Signature) -> list[Change]:
    """What two signatures do not have in common."""
    found: list[Change] = []
    for name in dict.fromkeys((*before, *after)):
        if name not in before or name not in after:
            was, now = (describe(x[name]) if name in x else "absent" for x in (before, after))
            found.append(Change(name, "structure", was, now))
        else:
            found += _differences(name, before[name], after[name])
    return found


def _differences(path: str, before: Key, after: Key) -> Iterator[Change]:
    if before == after:
        return
    kinds = [each[0] if isinstance(each[0], str) else "array" for each in (before, after)]
    texts = describe(before), describe(after)
    if kinds == [NEST, NEST] and before[1:3] == after[1:3]:
        for name, *parts in zip(before[2], before[3], after[3], strict=True):
            yield from _differences(path + step_text(before[1], name), *parts)
    elif kinds == [NEST, NEST] and before[1] is after[1]:
        yield Change(path, "structure", f"with {list(before[2])}", f"with {list(after[2])}")
    elif kinds == [STATIC, STATIC] and before[1] is after[1]:
        yield Change(path, "value", *texts)
    elif kinds == ["array", "array"]:
        kind = "shape" if before[0] != after[0] else "dtype"
        yield Change(path, kind, *texts, axis=_differing_axis(before[0], after[0]))
    else:
        yield Change(path, "structure", *texts)


def _differing_axis(before: Sequence[object], after: Sequence[object]) -> int | None:
    if len(before) != len(after):
        return None
    axes = [axis for axis, sizes in enumerate(zip(before, after, strict=True)) if len({*sizes}) > 1]
    return axes[0] if len(axes) == 1 else None


class Retraces:
    """The record of one function."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Retrace] = []
        self._signatures: list[Signature] = []
        self._causes: Counter[tuple[str, str, int | None]] = Counter()
        self._warned: set[str] = set()

    def add(self, signature: Signature) -> None:
        """Note that a signature is traced; from the second on, say what is new in it."""
        earlier = [differences(each, signature) for each in self._signatures[-COMPARED:]]
        self._signatures = [*self._signatures[-COMPARED:], signature]
        if not earlier:
            return
        changes: list[Change] = min(earlier[::-1], key=len)
        self.found.append(Retrace(tuple(changes), str(user_line())))
        if settings.debug >= SHOW:
            print(f"jit {self.name}: traced again, {self.found[-1]}", file=sys.stderr)
        for each in changes:
            self._count(each)

    def _count(self, change: Change) -> None:
        cause = (change.argument, change.kind, change.axis)
        self._causes[cause] += 1
        if self._causes[cause] >= PATIENCE and change.kind not in self._warned:
            self._warned.add(change.kind)
            warnings.warn(_warning(self.name, change), RuntimeWarning, stacklevel=levels_to_user())


def _warning(name: str, change: Change) -> str:
    root = change.argument.partition("[")[0].partition(".")[0]
    remedies = {
        "shape": f"jit({name}, symbolic={{{root!r}: {change.axis or 0}}}), one piece of code for "
        "every size of the axis",
        "value": f"{change.argument} as a tensor: np.asarray({change.argument}), if it is computed "
        "with and not chosen by",
        "dtype": f"{change.argument}.astype(...), to one dtype",
        "structure": f"the same lists, dicts and kinds of {root} in every call",
    }
    return explain(
        f"jit {name} was traced {PATIENCE} times because of one argument",
        given=f"{change} in the last call",
        expected=f"few {change.kind}s of {change.argument}: each is traced and compiled anew",
        axis=f"axis {change.axis}" if change.axis is not None else None,
        remedy=remedies[change.kind],
    )
