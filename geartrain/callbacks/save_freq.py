"""How often a callback saves: after each epoch, or after so many batches."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain


def check_save_freq(who: str, save_freq: Any) -> None:
    """Raise where this is no frequency."""
    is_count = isinstance(save_freq, int) and not isinstance(save_freq, bool) and save_freq > 0
    if save_freq == "epoch" or is_count:
        return
    raise ValueError(
        explain(
            f"{who} cannot save so often",
            given=f"save_freq={save_freq!r}",
            expected="'epoch', or a number of batches from 1",
            remedy="save_freq='epoch'",
        )
    )


class BatchCount:
    """Counts batches over epochs, and says when so many have passed."""

    def __init__(self, every: Any) -> None:
        self.every = every
        self._since = 0
        self._last = -1

    def begin_epoch(self) -> None:
        """Batches are counted from 0 again."""
        self._last = -1

    def is_due(self, batch: int) -> bool:
        """Whether to save after this batch of the epoch."""
        if self.every == "epoch":
            return False
        self._since += batch - self._last if batch > self._last else batch + 1
        self._last = batch
        if self._since < self.every:
            return False
        self._since = 0
        return True
