"""`Progbar`: the line that shows how far something is.

469/469 [==============================] - 0s 0.6ms/step - loss: 0.2649 - accuracy: 0.9234

On a terminal the line is written over and over; piped to a file, it is written once, at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

BAR_WIDTH = 30


class Progbar:
    """A bar, the time for each step, and means of numbers.

    Args:
        target: how many steps there will be; None, if nobody knows.
        width: how many characters the bar has.
        verbose: 0 prints nothing, 1 the bar, 2 one line without a bar, at the end.
        interval: seconds between two writings.
        stateful_metrics: names of numbers that are shown as they are: means already.
        stateless_metrics: names of those of which the mean is shown. Given either list, all other
            names belong to the other one; without both, means are shown.
        unit_name: what a step is called.

    >>> bar = Progbar(2, verbose=2)
    >>> bar.update(1, [("loss", 4.0)])
    >>> bar.line(2, seconds=3.0)
    '2/2 - 3s 2s/step - loss: 4.0000'
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Sequence[str] | None = None,
        stateless_metrics: Sequence[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._sums: dict[str, tuple[float, float]] = {}  # name -> total, count
        self._seen = 0
        self._started = time.perf_counter()
        self._last = -interval
        self._printed = 0

    @property
    def stream(self) -> TextIO:
        """Where it writes to."""
        return sys.stdout

    @property
    def live(self) -> bool:
        """Whether the line is written over and over."""
        return self.verbose == 1 and self.stream.isatty()

    @property
    def due(self) -> bool:
        """Whether the next `update` would write, unless it is the last."""
        return self.live and time.perf_counter() - self._last >= self.interval

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Show that `current` steps are done.

        Args:
            current: how many steps are done, since the beginning.
            values: pairs of a name and a number, that of the last steps.
            finalize: whether this is the end; None says so at `target` steps.
        """
        ends = self.target is not None and current >= self.target if finalize is None else finalize
        self._take(values or (), current - self._seen)
        self._seen = current
        if self.due or (ends and self.verbose):
            self._write(self.line(current))
            self._last = time.perf_counter()
        if ends and self.verbose:
            self.stream.write("\n")
            self.stream.flush()

    def add(self, n: int, values: Any = None) -> None:
        """Show that `n` more steps are done."""
        self.update(self._seen + n, values)

    def _take(self, values: Iterable[tuple[str, Any]], steps: int) -> None:
        for name, value in dict(values).items():
            if self._is_stateful(name):
                self._sums[name] = (float(value), 1)
            else:
                total, count = self._sums.get(name, (0.0, 0.0))
                self._sums[name] = (total + float(value) * max(steps, 1), count + max(steps, 1))

    def _is_stateful(self, name: str) -> bool:
        if self.stateless_metrics is not None:
            return name not in self.stateless_metrics
        return name in self.stateful_metrics

    @property
    def numbers(self) -> dict[str, float]:
        """What is shown, by name."""
        return {name: total / max(count, 1) for name, (total, count) in self._sums.items()}

    def line(self, done: int, seconds: float | None = None) -> str:
        """The text at `done` steps."""
        spent = time.perf_counter() - self._started if seconds is None else seconds
        numbers = "".join(f" - {name}: {format_number(x)}" for name, x in in_order(self.numbers))
        timing = f" - {spent:.0f}s {format_duration(spent / max(done, 1))}/{self.unit_name}"
        return f"{self._count(done)}{timing}{numbers}"

    def _count(self, done: int) -> str:
        if self.target is None:
            return f"{done}/Unknown"
        bar = f" [{draw_bar(done, self.target, self.width)}]" if self.verbose == 1 else ""
        return f"{done:>{len(str(self.target))}}/{self.target}{bar}"

    def _write(self, line: str) -> None:
        back = "\r" if self.live else ""
        self.stream.write(f"{back}{line:<{self._printed}}")
        self.stream.flush()
        self._printed = len(line) if self.live else 0


def in_order(numbers: Mapping[str, float]) -> list[tuple[str, float]]:
    """The loss before what belongs to it, and validation last."""
    return sorted(numbers.items(), key=lambda each: (each[0].startswith("val_"), _rank(each[0])))


def _rank(name: str) -> bool:
    return name.removeprefix("val_") != "loss"


def draw_bar(done: int, target: int, width: int = BAR_WIDTH) -> str:
    """`=====>....`: a bar of fixed width.

    >>> draw_bar(1, 2)
    '==============>...............'
    """
    if done >= target:
        return "=" * width
    filled = max(width * done // target, 1)
    return "=" * (filled - 1) + ">" + "." * (width - filled)


def format_duration(seconds: float) -> str:
    """A time in a unit that suits it: `2s`, `0.6ms`, `14us`."""
    if seconds >= 1:
        return f"{seconds:.0f}s"
    if seconds >= 1e-2:
        return f"{seconds * 1e3:.0f}ms"
    return f"{seconds * 1e3:.1f}ms" if seconds >= 1e-4 else f"{seconds * 1e6:.0f}us"


def format_number(value: float) -> str:
    """Four digits after the point; powers of ten for what is very small.

    >>> format_number(0.26492), format_number(0.00001234)
    ('0.2649', '1.2340e-05')
    """
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"
