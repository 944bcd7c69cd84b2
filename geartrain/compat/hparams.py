"""`tensorboard.plugins.hparams.api` where TensorBoard is not installed.

KerasTuner imports it before each trial, and uses it where a `TensorBoard` callback was given. What
hyper-parameters may be is described here as there; the callback that writes them needs TensorBoard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geartrain.errors import explain


@dataclass(frozen=True)
class IntInterval:
    """All whole numbers from one to another, with both."""

    min_value: int
    max_value: int


@dataclass(frozen=True)
class RealInterval:
    """All numbers from one to another, with both."""

    min_value: float
    max_value: float


class Discrete:
    """One of several values.

    Args:
        values: the values.
        dtype: their type; that of the first one, if None.
    """

    def __init__(self, values: Iterable[Any], dtype: type | None = None) -> None:
        self.values = sorted(values)
        self.dtype = dtype or type(self.values[0])


@dataclass(frozen=True)
class HParam:
    """A hyper-parameter: its name, and what it may be."""

    name: str
    domain: Any = None
    display_name: str | None = None
    description: str | None = None


class KerasCallback:
    """What writes hyper-parameters for TensorBoard.

    Raises:
        ImportError: TensorBoard is not installed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        raise ImportError(
            explain(
                "Hyper-parameters are written for TensorBoard by TensorBoard itself",
                given="a TensorBoard callback in a search, and no TensorBoard",
                expected="pip install tensorboard",
                remedy="tuner.search(..., callbacks=[])  # without keras.callbacks.TensorBoard",
            )
        )
