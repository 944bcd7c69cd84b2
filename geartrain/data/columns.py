"""Which columns of a table make an element.

columns=None, label=None        {"age": ..., "city": ...}
columns=["age", "city"], label="price"      ({"age": ..., "city": ...}, price)
columns="image", label="label"              (image, label)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.errors import explain, unknown_name


class Columns:
    """The columns that are wanted, and the form in which they come.

    Args:
        names: those that the table has.
        columns: a name, or several; None takes all but the label.
        label: the name of the target, if there is one.

    Raises:
        ValueError: the table has no such column, or none at all is wanted.
    """

    def __init__(
        self, names: Sequence[str], columns: str | Sequence[str] | None, label: str | None
    ) -> None:
        self.single = columns if isinstance(columns, str) else None
        wanted = [each for each in names if each != label] if columns is None else columns
        self.features = [self.single] if self.single is not None else list(wanted)
        self.label = label
        for each in self.wanted:
            if each not in names:
                raise ValueError(unknown_name("column", each, names, remedy="columns=[{}]"))
        if not self.features:
            raise ValueError(_none_message(names))

    @property
    def wanted(self) -> list[str]:
        """The names of all that are read."""
        return [*self.features, *([] if self.label is None else [self.label])]

    def element(self, get: Callable[[str], Any]) -> Any:
        """What a function gives for each column, in the form of an element."""
        found: Any = {each: get(each) for each in self.features}
        if self.single is not None:
            found = found[self.single]
        return found if self.label is None else (found, get(self.label))


def _none_message(names: Sequence[str]) -> str:
    return explain(
        "No column is left to make elements of",
        given=f"a table with the columns {', '.join(names)}",
        expected="at least one that is not the label",
        remedy="columns=['age']",
    )
