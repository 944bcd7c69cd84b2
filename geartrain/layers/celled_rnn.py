"""`CelledRNN`: a recurrent layer that makes its cell itself: `LSTM`, `GRU`, `SimpleRNN`, ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geartrain.layers.configuration import known_by
from geartrain.layers.naming import snake_case
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.layers.rnn import RNN

PASSED_ON = ("dtype", "trainable")  # what a cell has in common with its layer


class CelledRNN(RNN):
    """`RNN` with a cell of one class, of which it has the arguments and the attributes.

    Args:
        make: the class of the cell.
        given: the arguments of the layer by name.
    """

    cell: RecurrentCell

    def __init__(self, make: type[RecurrentCell], given: Mapping[str, Any]) -> None:
        kwargs = dict(given["kwargs"])
        common = {name: kwargs[name] for name in PASSED_ON if name in kwargs}
        name = self.cell_name(make)
        cell = make(**known_by(make.__init__, given), **common, name=name)  # type: ignore[call-arg]
        own = known_by(RNN.__init__, given)
        kwargs["activity_regularizer"] = given["activity_regularizer"]
        super().__init__(cell, **own, **kwargs)

    @staticmethod
    def cell_name(make: type[RecurrentCell]) -> str:
        """The cell's part in the paths of its weights."""
        return snake_case(make.__name__)

    def __getattr__(self, name: str) -> Any:
        """The attributes of the cell: `units`, `kernel_initializer`, `dropout`, ..."""
        cell = vars(self).get("cell")
        if cell is None or name.startswith("_"):
            raise AttributeError(f"'{type(self).__name__}' has no attribute '{name}'")
        return getattr(cell, name)
