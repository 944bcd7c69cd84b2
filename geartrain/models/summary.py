"""`summary()`: a table of a model's layers."""

from __future__ import annotations

from typing import Any

from geartrain.tensor import Dim

COLUMNS = ("Layer (type)", "Output Shape", "Param #")


def format_summary(model: Any, line_length: int | None = None) -> str:
    """The table as plain text: layers, the shapes of what they give, and their parameters."""
    rows = [_row(layer) for layer in model.layers]
    widths = [max(len(row[at]) for row in [COLUMNS, *rows]) for at in range(len(COLUMNS))]
    missing = (line_length or 0) - sum(widths) - 3 * len(widths) - 1
    widths[0] += max(missing, 0)
    rule = {
        place: left + middle.join("─" * (width + 2) for width in widths) + right
        for place, left, middle, right in [
            ("top", "┌", "┬", "┐"),
            ("middle", "├", "┼", "┤"),
            ("bottom", "└", "┴", "┘"),
        ]
    }
    lines = [f'Model: "{model.name}"', rule["top"], _line(COLUMNS, widths), rule["middle"]]
    lines += [_line(row, widths) for row in rows]
    return "\n".join([*lines, rule["bottom"], *_totals(model)])


def _row(layer: Any) -> tuple[str, str, str]:
    count = f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"
    return f"{layer.name} ({type(layer).__name__})", _shown(layer.output_shape), count


def _shown(shape: Any) -> str:
    """A shape, or those of a list, as Keras's users know them: None is any size."""
    if shape is None:
        return "?"
    if isinstance(shape, list) or (isinstance(shape, tuple) and any(map(_is_shape, shape))):
        return ", ".join(map(_shown, shape))
    return "(" + ", ".join(map(_size, shape)) + ("," if len(shape) == 1 else "") + ")"


def _is_shape(each: Any) -> bool:
    return isinstance(each, list | tuple)


def _size(size: Any) -> str:
    return "None" if size is None or isinstance(size, Dim) else str(size)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        f" {cell:>{width}} " if at == len(widths) - 1 else f" {cell:<{width}} "
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "│" + "│".join(padded) + "│"


def _totals(model: Any) -> list[str]:
    counts = {
        "Total": sum(each.numpy().size for each in model.weights),
        "Trainable": sum(each.numpy().size for each in model.trainable_weights),
    }
    counts["Non-trainable"] = counts["Total"] - counts["Trainable"]
    return [
        f" {name} params: {count:,} ({format_bytes(4 * count)})" for name, count in counts.items()
    ]


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
