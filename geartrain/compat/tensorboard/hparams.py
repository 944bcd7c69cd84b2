"""`tensorboard.plugins.hparams.api`: hyper-parameters, and a callback that writes them down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geartrain.callbacks import Callback


@dataclass(frozen=True)
class Discrete:
    """One of several values."""

    values: Sequence[Any]
    dtype: Any = None


@dataclass(frozen=True)
class IntInterval:
    """A whole number from an interval, its ends included."""

    min_value: int
    max_value: int


@dataclass(frozen=True)
class RealInterval:
    """A number from an interval, its ends included."""

    min_value: float
    max_value: float


@dataclass(frozen=True, eq=False)
class HParam:
    """A hyper-parameter: its name, and what it may be."""

    name: str
    domain: Any = None
    display_name: str | None = None
    description: str | None = None


class KerasCallback(Callback):
    """Writes the hyper-parameters of a trial into `hparams.json`, beside its events.

    Args:
        writer: the folder.
        hparams: values by `HParam`, or by name.
        trial_id: which trial it is.
    """

    def __init__(
        self, writer: Any, hparams: Mapping[Any, Any], trial_id: str | None = None
    ) -> None:
        super().__init__()
        self.folder, self.trial_id = Path(writer), trial_id
        self.values = {getattr(key, "name", key): value for key, value in hparams.items()}

    def on_train_begin(self, logs: Any = None) -> None:
        """Write the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"trial_id": self.trial_id, "hparams": self.values}, indent=2)
        (self.folder / "hparams.json").write_text(text + "\n")
