"""Curves of a training: loss and accuracy by epoch, as SVG, or as PNG with matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geartrain.errors import explain

WIDTH, HEIGHT, MARGIN = 640, 200, 48
COLOURS = ("#1f6f8b", "#c8553d", "#588157", "#6a4c93")


def save_curves(history: Mapping[str, Sequence[float]], path: Path) -> None:
    """Draw every number of a history, one panel each, and save the picture.

    Raises:
        ValueError: the file's ending is neither .svg nor .png, or there is nothing to draw.
        ModuleNotFoundError: a PNG is wanted and matplotlib is not installed.
    """
    if not history:
        raise ValueError("there are no epochs to draw")
    if path.suffix == ".svg":
        path.write_text(draw_curves(history), encoding="utf-8")
    elif path.suffix == ".png":
        _save_png(history, path)
    else:
        raise ValueError(
            explain(
                "Curves are drawn as SVG or PNG",
                given=str(path),
                expected="a file that ends in .svg or .png",
                remedy=f"--plot {path.stem}.svg",
            )
        )


def draw_curves(history: Mapping[str, Sequence[float]]) -> str:
    """The curves as the text of an SVG."""
    panels = [
        _panel(name, values, COLOURS[number % len(COLOURS)], number * HEIGHT)
        for number, (name, values) in enumerate(history.items())
    ]
    height = HEIGHT * len(panels)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *panels, "</svg>"])


def _panel(name: str, values: Sequence[float], colour: str, top: float) -> str:
    low, high = min(values), max(values)
    across = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    down = (HEIGHT - 2 * MARGIN) / ((high - low) or 1.0)
    bottom = top + HEIGHT - MARGIN
    points = [
        (MARGIN + across * place, bottom - (value - low) * down)
        for place, value in enumerate(values)
    ]
    last = len(values)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    axis = (
        f'<path d="M{MARGIN} {top + MARGIN}V{bottom}H{WIDTH - MARGIN}" stroke="#999" fill="none"/>'
    )
    labels = "".join(
        [
            f'<text x="{MARGIN}" y="{top + MARGIN - 16}" font-weight="bold">{name}</text>',
            f'<text x="4" y="{top + MARGIN + 4}">{high:.4f}</text>',
            f'<text x="4" y="{bottom + 4}">{low:.4f}</text>',
            f'<text x="{WIDTH - MARGIN}" y="{bottom + 18}" text-anchor="end">epoch {last}</text>',
        ]
    )
    curve = f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return axis + curve + marks + labels


def _save_png(history: Mapping[str, Sequence[float]], path: Path) -> None:
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(len(history), 1, figsize=(8, 2.5 * len(history)), squeeze=False)
    for axis, (name, values) in zip(axes[:, 0], history.items(), strict=True):
        axis.plot(range(1, len(values) + 1), values, marker="o")
        axis.set(title=name, xlabel="epoch")
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def _pyplot() -> Any:
    try:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            explain(
                "A PNG is drawn with matplotlib",
                given="a file that ends in .png",
                expected="matplotlib, which is not installed",
                remedy="pip install 'geartrain[plot]', or --plot curves.svg, which needs nothing",
            )
        ) from None
    return pyplot
