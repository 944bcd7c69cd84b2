"""The lines that training prints: one an epoch, live on a terminal.

469/469 [==============================] - 0s 0.6ms/step - loss: 0.2649 - accuracy: 0.9234
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TextIO

WIDTH = 30
REFRESH_SECONDS = 0.05


class Progress:
    """The line of one epoch, or of one evaluation.

    Args:
        steps: how many there will be.
        verbose: 0 prints nothing, 1 the bar, 2 one line without a bar.
        stream: where to; standard output if None.
    """

    def __init__(self, steps: int, verbose: int, stream: TextIO | None = None) -> None:
        self.steps = steps
        self.verbose = verbose
        self.stream = sys.stdout if stream is None else stream
        self.live = verbose == 1 and self.stream.isatty()
        self.started = time.perf_counter()
        self._last = 0.0
        self._printed = 0

    def update(self, done: int, logs: Mapping[str, float]) -> None:
        """Show how far it is, on a terminal, and not too often."""
        now = time.perf_counter()
        if self.live and now - self._last >= REFRESH_SECONDS:
            self._last = now
            self._write(self.line(done, logs))

    def finish(self, logs: Mapping[str, float]) -> None:
        """Print the line for good."""
        if self.verbose:
            self._write(self.line(self.steps, logs))
            self.stream.write("\n")
            self.stream.flush()

    def line(self, done: int, logs: Mapping[str, float]) -> str:
        """The text at `done` steps."""
        seconds = time.perf_counter() - self.started
        numbers = "".join(f" - {name}: {format_number(value)}" for name, value in logs.items())
        bar = f" [{draw_bar(done, self.steps)}]" if self.verbose == 1 else ""
        timing = f" - {seconds:.0f}s {format_duration(seconds / max(done, 1))}/step"
        return f"{done:>{len(str(self.steps))}}/{self.steps}{bar}{timing}{numbers}"

    def _write(self, line: str) -> None:
        back = "\r" if self.live else ""
        self.stream.write(f"{back}{line:<{self._printed}}")
        self.stream.flush()
        self._printed = len(line) if self.live else 0


def draw_bar(done: int, steps: int) -> str:
    """`=====>....`: a bar of fixed width.

    >>> draw_bar(1, 2)
    '==============>...............'
    """
    if done >= steps:
        return "=" * WIDTH
    filled = max(WIDTH * done // steps, 1)
    return "=" * (filled - 1) + ">" + "." * (WIDTH - filled)


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
