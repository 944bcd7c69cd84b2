"""`summary()`: a table of a model's layers."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from geartrain.errors import explain, nearest
from geartrain.layers import Layer
from geartrain.layers.symbolic import shapes_of
from geartrain.models.table import (
    Column,
    fitted_widths,
    format_table,
    positioned_widths,
    rich_table,
)
from geartrain.tensor import Dim

LINE_LENGTH = 80
INDENT = "   "


class Summary:
    """The rows and totals of a model's table.

    Args:
        model: a `Model`.
        expand_nested: whether the layers of models inside have rows of their own.
        show_trainable: whether there is a column for what trains.
        layer_range: the names (or patterns of the beginnings of names) of the first and the last
            layer to show.

    Raises:
        ValueError: `layer_range` is no pair, or no layer has such a name.
    """

    def __init__(
        self,
        model: Any,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        self.model = model
        self.expand_nested = expand_nested
        wiring = _wiring(model)
        self.columns = [Column("Layer (type)"), Column("Output Shape"), Column("Param #", ">")]
        if wiring is not None:
            self.columns.append(Column("Connected to"))
        if show_trainable:
            self.columns.append(Column("Trainable", "^"))
        makers = makers_of(model)
        chosen = makers if layer_range is None else _in_range(model, makers, layer_range)
        self.rows = [row for each in chosen for row in self._rows(each, wiring, 0)]

    def _rows(self, maker: Any, wiring: Any, depth: int) -> Iterator[list[str]]:
        """The row of a layer or operation, and those of the layers inside."""
        mark = f"{INDENT * depth}└ " if depth else ""
        row = [f"{mark}{maker.name} ({type_name(maker)})", shown_output(maker), _count(maker)]
        heads = [each.head for each in self.columns]
        if "Connected to" in heads:
            row.append(_sources(maker, wiring) if wiring is not None else "-")
        if "Trainable" in heads:
            row.append(_trains(maker))
        yield row
        if self.expand_nested and hasattr(maker, "layers"):
            inner = _wiring(maker) if wiring is not None else None
            for each in makers_of(maker):
                yield from self._rows(each, inner, depth + 1)

    def widths(self, line_length: int | None, positions: Sequence[float] | None) -> list[int]:
        """The widths of the columns: of the whole line if one is given, else as the texts need."""
        if positions is None and line_length is None:
            return fitted_widths(self.columns, self.rows, LINE_LENGTH)
        places = self._places() if positions is None else positions
        return positioned_widths(places, line_length or LINE_LENGTH, len(self.columns))

    def _places(self) -> list[float]:
        """Where the columns end if a line is to be filled, as parts of it (Keras's parts)."""
        heads = [each.head for each in self.columns]
        places = [0.3, 0.56, 0.74, 1.0] if "Connected to" in heads else [0.45, 0.8, 1.0]
        return [*(0.9 * each for each in places), 1.0] if "Trainable" in heads else places

    def text(self, line_length: int | None = None, positions: Sequence[float] | None = None) -> str:
        """The table and the totals as plain text."""
        table = format_table(self.columns, self.rows, self.widths(line_length, positions))
        return "\n".join([f'Model: "{self.model.name}"', table, *totals(self.model)])

    def show(self, line_length: int | None, positions: Sequence[float] | None) -> None:
        """Print it: in colours on a terminal, if `rich` is installed, else plainly."""
        if not (sys.stdout.isatty() and find_spec("rich")):
            print(self.text(line_length, positions))
            return
        from rich.console import Console
        from rich.text import Text

        console = Console(width=max(line_length or LINE_LENGTH, LINE_LENGTH), highlight=False)
        console.print(Text(f'Model: "{self.model.name}"', "bold"))
        console.print(rich_table(self.columns, self.rows, self.widths(line_length, positions)))
        for line in totals(self.model):
            console.print(Text(line))


def print_summary(
    model: Any,
    line_length: int | None,
    positions: Sequence[float] | None,
    print_fn: Callable[..., Any] | None,
    **options: Any,
) -> None:
    """Print the summary of a model, or hand its text to a function."""
    summary = Summary(model, **options)
    if print_fn is None:
        summary.show(line_length, positions)
    else:
        print_fn(summary.text(line_length, positions))


def _wiring(model: Any) -> Any:
    """The calls of a functional model, unless it is a mere row of layers."""
    from geartrain.models.functional import Functional

    if not isinstance(model, Functional):
        return None
    wiring = wiring_of(model)
    single = len(model._entries) == 1 and len(model.outputs) == 1
    calls = [nodes for nodes in wiring.calls.values() if nodes]
    row = all(len(nodes) == 1 and len(nodes[0].inputs) == 1 for nodes in calls)
    used = [node.inputs[0] for nodes in calls for node in nodes if node.inputs]
    return None if single and row and len(set(used)) == len(used) else wiring


def wiring_of(model: Any) -> Any:
    """The calls of a functional model."""
    from geartrain.models.functional_config import Wiring, node_of

    return Wiring(model._order, model._entries, [node_of(each) for each in model.outputs])


def makers_of(model: Any) -> list[Any]:
    """The layers of a model, and, in a functional one, its operations."""
    from geartrain.models.functional import Functional

    return wiring_of(model).makers if isinstance(model, Functional) else list(model.layers)


def _in_range(model: Any, makers: list[Any], layer_range: Sequence[str]) -> list[Any]:
    """Those from the first to the last that the two names or patterns mean."""
    if len(layer_range) != 2:
        raise ValueError(_pair_message(layer_range))
    names = [each.name for each in makers]
    first, last = (
        [at for at, name in enumerate(names) if name == wanted or re.match(wanted, name)]
        for wanted in layer_range
    )
    if not first or not last:
        raise ValueError(_range_message(model, names, layer_range))
    return makers[min(first[0], last[0]) : max(first[0], last[-1]) + 1]


def type_name(maker: Any) -> str:
    """The name of a layer's class, or of an operation's as Keras has it."""
    if isinstance(maker, Layer):
        return type(maker).__name__
    from geartrain.models.operation_names import table

    function = getattr(maker, "function", None)
    kept = table().get(getattr(function, "__name__", ""))
    return kept.class_name if kept else type(maker).__name__


def shown_output(maker: Any) -> str:
    """The shapes of what a layer gives, as Keras's users know them; `?` before it was called."""
    if not isinstance(maker, Layer):
        return shown_shape(shapes_of(maker.output))
    shape = getattr(maker, "output_shape", None)
    return shown_shape(shape)


def shown_shape(shape: Any) -> str:
    """A shape, or those of a nest, as text: None is any size."""
    if shape is None:
        return "?"
    if isinstance(shape, dict):
        return ", ".join(f"{name}: {shown_shape(each)}" for name, each in shape.items())
    if isinstance(shape, list) or (isinstance(shape, tuple) and any(map(_is_shape, shape))):
        return ", ".join(map(shown_shape, shape))
    return "(" + ", ".join(map(_size, shape)) + ("," if len(shape) == 1 else "") + ")"


def _is_shape(each: Any) -> bool:
    return isinstance(each, list | tuple)


def _size(size: Any) -> str:
    return "None" if size is None or isinstance(size, Dim) else str(size)


def _count(maker: Any) -> str:
    if not isinstance(maker, Layer):
        return "0"
    return f"{maker.count_params():,}" if maker.built else "0 (unbuilt)"


def _sources(maker: Any, wiring: Any) -> str:
    """The tensors that a layer's calls take: `dense[0][0]`, a line each."""
    nodes = wiring.calls.get(maker, [])
    found = [wiring.address(each) for node in nodes for each in node.inputs if not each.constant]
    return ",\n".join(f"{name}[{call}][{place}]" for name, call, place in found) or "-"


def _trains(maker: Any) -> str:
    if not getattr(maker, "weights", None):
        return "-"
    return "Y" if maker.trainable else "N"


def totals(model: Any) -> list[str]:
    """How many numbers there are, which of them train, and how much memory they take."""
    optimizer = getattr(model, "optimizer", None) if model.compiled else None
    state = list(optimizer.variables) if optimizer is not None and optimizer.built else []
    groups = {
        "Total": [*model.weights, *state],
        "Trainable": model.trainable_weights,
        "Non-trainable": model.non_trainable_weights,
        **({"Optimizer": state} if state else {}),
    }
    return [
        f" {name} params: {sum(map(_numbers, own)):,} ({format_bytes(sum(map(_bytes, own)))})"
        for name, own in groups.items()
    ]


def _numbers(variable: Any) -> int:
    return math.prod(variable.shape)


def _bytes(variable: Any) -> int:
    return _numbers(variable) * int(variable.dtype.itemsize)


def format_bytes(count: int) -> str:
    """`1.55 MB`: a size in a unit that suits it.

    >>> format_bytes(1628200)
    '1.55 MB'
    """
    size, units = float(count), ["B", "KB", "MB", "GB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.2f} {units[0]}"


def _pair_message(layer_range: Sequence[str]) -> str:
    return explain(
        "layer_range is a pair",
        given=f"layer_range={list(layer_range)!r} of length {len(layer_range)}",
        expected="a list or tuple of length 2: the first and the last layer",
        remedy="model.summary(layer_range=['conv1', 'conv3'])",
    )


def _range_message(model: Any, names: list[str], layer_range: Sequence[str]) -> str:
    missing = [each for each in layer_range if not any(re.match(each, name) for name in names)]
    close = nearest(missing[0], names) if missing else []
    return explain(
        f"Model '{model.name}' has no layers of these names",
        given=f"layer_range={list(layer_range)!r}",
        expected="names of the model's layers, or patterns of them"
        + (f" (nearest: {', '.join(close)})" if close else ""),
        remedy="[layer.name for layer in model.layers] lists them",
    )
