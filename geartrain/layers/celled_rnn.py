"""`CelledRNN`: a recurrent layer that makes its cell itself: `LSTM`, `GRU`, `SimpleRNN`, ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geartrain.layers.configuration import known_by, own_arguments
from geartrain.layers.naming import snake_case
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.layers.rnn import RNN
from geartrain.layers.told_specs import spec_of_rank

WEIGHTS = ("kernel", "recurrent_kernel", "bias")  # which are those of the cell alone
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
        if "use_cudnn" in given:
            self.use_cudnn = given["use_cudnn"]

    @staticmethod
    def cell_name(make: type[RecurrentCell]) -> str:
        """The cell's part in the paths of its weights."""
        return snake_case(make.__name__)

    def told_spec(self) -> Any:
        return spec_of_rank(self.input_rank)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *own_arguments(type(self.cell).__init__)]

    def __getattr__(self, name: str) -> Any:
        """The attributes of the cell: `units`, `kernel_initializer`, `dropout`, ..."""
        cell = vars(self).get("cell")
        if cell is None or name.startswith("_") or name in WEIGHTS:
            raise AttributeError(f"'{type(self).__name__}' has no attribute '{name}'")
        return getattr(cell, name)
