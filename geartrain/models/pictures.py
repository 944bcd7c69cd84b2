"""`plot_model` and `model_to_dot`: a model drawn, without Graphviz; and its text for Graphviz.

    geartrain.utils.plot_model(model, "model.svg", show_shapes=True)

Start reading at `plot_model`; `model_graph.py` says what is shown, `drawing/layout.py` where it
stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geartrain.drawing.layout import Layout, lay_out
from geartrain.drawing.sheet import Box, Line, Point, Sheet, Words, text_width
from geartrain.drawing.svg import BLUE, GREEN, GREY, ORANGE, VIOLET
from geartrain.errors import explain, unknown_name
from geartrain.layers import Layer
from geartrain.models.model_graph import Graph, Part, Shown, graph_of

SIZE, ROW, MARGIN, PADDING = 12.0, 17.0, 12.0, 10.0
DIRECTIONS = ("TB", "BT", "LR", "RL")
PIXELS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
SPLINES = ("ortho", "polyline", "line", "spline", "curved")


class ModelPicture:
    """A model drawn; notebooks show it.

    Attributes:
        graph: its boxes and what leads where.
    """

    def __init__(
        self,
        model: Any,
        shown: Shown,
        rankdir: str = "TB",
        dpi: float = 200,
        splines: str = "ortho",
    ) -> None:
        if rankdir not in DIRECTIONS:
            raise ValueError(_direction_message(rankdir))
        self.graph = graph_of(model, shown)
        self.rankdir, self.dpi, self.splines = rankdir, dpi, splines

    def sheet(self) -> Sheet:
        """All that is on the picture."""
        inner = _drawn(self.graph, self.rankdir, self.splines)
        sheet = Sheet(inner.width + 2 * MARGIN, inner.height + 2 * MARGIN, inner.title)
        sheet.parts = list(_moved(inner, MARGIN, MARGIN))
        return sheet

    def to_string(self) -> str:
        """The graph as text for Graphviz (the language "dot")."""
        lines = ["digraph G {", f"rankdir={self.rankdir};", f'dpi="{self.dpi:g}";',
                 f"splines={self.splines};", 'node [shape=record, fontname="Helvetica"];',
                 "concentrate=true;"]  # fmt: skip
        return "\n".join([*lines, *_dot(self.graph, "n"), "}"]) + "\n"

    def create_svg(self) -> bytes:
        """The picture as SVG."""
        return self.sheet().svg().svg().encode("utf-8")

    def create_png(self) -> bytes:
        """The picture as PNG; Pillow draws it."""
        return self.sheet().pixels(self.dpi)

    def create(self, prog: str | None = None, format: str = "ps") -> bytes:  # noqa: A002  (pydot's)
        """The picture as "svg", "png" or "dot", as pydot calls it.

        Args:
            prog: taken; Graphviz is not needed.
            format: the form.

        Raises:
            ValueError: another form.
        """
        forms = {"svg": self.create_svg, "png": self.create_png, "dot": self._as_dot}
        if format not in forms:
            raise ValueError(
                unknown_name("form", format, forms, remedy="picture.create(format={})")
            )
        return forms[format]()

    def _as_dot(self) -> bytes:
        return self.to_string().encode("utf-8")

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file, in the form that its ending says.

        Raises:
            ValueError: the ending is of no form that is known.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending == ".svg":
            self.sheet().svg().save(target)
        elif ending in (".dot", ".gv"):
            target.write_text(self.to_string(), encoding="utf-8")
        elif ending in PIXELS:
            target.write_bytes(self.sheet().pixels(self.dpi, PIXELS[ending]))
        else:
            raise ValueError(_ending_message(path))
        return target

    write = save

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return f"<ModelPicture of '{self.graph.name}': {len(self.graph.parts)} boxes>"

    def _repr_svg_(self) -> str:
        return self.sheet().svg().svg()


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> ModelPicture:
    """A model as a graph: `to_string()` gives it as text for Graphviz, notebooks draw it.

    Args:
        model: a model that is built.
        show_shapes: whether boxes say the shapes of what goes in and comes out.
        show_dtype: whether they say the dtype of what comes out.
        show_layer_names: whether they say the layers' names.
        rankdir: where it runs: "TB" from top to bottom, "LR" from left to right, "BT", "RL".
        expand_nested: whether models inside are drawn, in a frame.
        dpi: pixels in an inch, for pictures of pixels.
        subgraph: taken for the sake of Keras's users: any graph can be drawn alone.
        show_layer_activations: whether boxes say the layers' activations.
        show_trainable: whether they say what trains.
        splines: how lines run: "ortho" at right angles, others straight from bend to bend.
        **kwargs: none.

    Raises:
        ValueError: the model is not built, or an argument is not known.
    """
    del subgraph
    if kwargs:
        raise ValueError(f"model_to_dot does not know these arguments: {', '.join(kwargs)}")
    shown = Shown(show_shapes, show_dtype, show_layer_names, show_layer_activations,
                  show_trainable, expand_nested)  # fmt: skip
    return ModelPicture(model, shown, rankdir, dpi, splines)


def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> ModelPicture:
    """Draw a model to a file, and give the drawing, which notebooks show.

    Args:
        model: a model that is built.
        to_file: ends in `.svg`, `.png` (Pillow draws it), or `.dot`; None: no file.
        show_shapes: whether boxes say the shapes of what goes in and comes out.
        show_dtype: whether they say the dtype of what comes out.
        show_layer_names: whether they say the layers' names.
        rankdir: where it runs: "TB" from top to bottom, "LR" from left to right, "BT", "RL".
        expand_nested: whether models inside are drawn, in a frame.
        dpi: pixels in an inch, for pictures of pixels.
        show_layer_activations: whether boxes say the layers' activations.
        show_trainable: whether they say what trains.
        splines: how lines run: "ortho" at right angles, others straight from bend to bend.
        **kwargs: none.

    Raises:
        ValueError: the model is not built, or an argument or the file's ending is not known.

    >>> from geartrain import Sequential, layers, utils
    >>> model = Sequential([layers.Input((3,)), layers.Dense(2)], name="small")
    >>> utils.plot_model(model, to_file=None)
    <ModelPicture of 'small': 2 boxes>
    """
    if kwargs:
        raise ValueError(f"plot_model does not know these arguments: {', '.join(kwargs)}")
    picture = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
    )
    if to_file is not None:
        picture.save(to_file)
    return picture


# -- drawing ---------------------------------------------------------------------------------------


def _drawn(graph: Graph, rankdir: str, splines: str) -> Sheet:
    """A graph on a sheet without margins; a model inside is a sheet of its own in its box."""
    inner = [_drawn(part.inside, rankdir, splines) if part.inside else None for part in graph.parts]
    sizes = [_size(part, sheet) for part, sheet in zip(graph.parts, inner, strict=True)]
    across = rankdir in ("LR", "RL")
    layout = lay_out([(h, w) if across else (w, h) for w, h in sizes], graph.edges)
    turned = _turned(layout, rankdir)
    sheet = Sheet(turned.width, turned.height, f"model {graph.name}")
    for part, place, size, content in zip(graph.parts, turned.places, sizes, inner, strict=True):
        sheet.parts += _box(part, place, size, content)
    for route in turned.routes:
        sheet.parts.append(Line(route if splines == "ortho" else _straight(route)))
    return sheet


def _straight(route: list[Point]) -> list[Point]:
    """A line from bend to bend without its right angles."""
    kept = [
        at for n, at in enumerate(route) if n in (0, len(route) - 1) or at[0] == route[n - 1][0]
    ]
    return kept if len(kept) > 1 else route


def _turned(layout: Layout, rankdir: str) -> Layout:
    """A layout that runs in another direction."""

    def turn(point: Point) -> Point:
        x, y = point
        if rankdir in ("BT", "RL"):
            y = layout.height - y
        return (y, x) if rankdir in ("LR", "RL") else (x, y)

    size = layout.width, layout.height
    width, height = size[::-1] if rankdir in ("LR", "RL") else size
    places = [turn(each) for each in layout.places]
    return Layout(width, height, places, [[turn(p) for p in route] for route in layout.routes])


def _size(part: Part, inner: Sheet | None) -> tuple[float, float]:
    """Width and height of a box: of its texts, and of what is in it."""
    width = max([text_width(part.title, SIZE, bold=True),
                 *(text_width(row, SIZE) for row in part.rows)])  # fmt: skip
    width, height = width + 2 * PADDING, ROW * (1 + len(part.rows)) + 8
    if inner is None:
        return width, height
    return max(width, inner.width + 2 * PADDING), height + inner.height + 2 * PADDING


def _box(
    part: Part, place: Point, size: tuple[float, float], inner: Sheet | None
) -> Iterator[Box | Line | Words]:
    x, y = place[0] - size[0] / 2, place[1] - size[1] / 2
    if inner is None:
        yield Box(x, y, *size, fill=_colour(part), opacity=0.18)
    else:
        yield Box(x, y, *size, fill=GREY, opacity=0.08, dashed=True)
    for at, row in enumerate([part.title, *part.rows]):
        yield Words(place[0], y + 4 + ROW * at + SIZE, row, SIZE, bold=at == 0)
    if inner is not None:
        left = place[0] - inner.width / 2
        yield from _moved(inner, left, y + ROW * (1 + len(part.rows)) + 8 + PADDING)


def _moved(sheet: Sheet, x: float, y: float) -> Iterator[Box | Line | Words]:
    for part in sheet.parts:
        if isinstance(part, Line):
            yield Line([(px + x, py + y) for px, py in part.points], part.arrow)
        elif isinstance(part, Box):
            yield Box(part.x + x, part.y + y, part.width, part.height, part.fill, part.opacity,
                      part.dashed)  # fmt: skip
        else:
            yield Words(part.x + x, part.y + y, part.words, part.size, part.bold, part.anchor)


def _colour(part: Part) -> str:
    """A colour by what the box is: an entrance, an operation, with weights, without."""
    if part.is_input:
        return GREEN
    if not isinstance(part.maker, Layer):
        return VIOLET
    return BLUE if part.maker.weights else ORANGE


# -- dot -------------------------------------------------------------------------------------------


def _dot(graph: Graph, prefix: str) -> Iterator[str]:
    """The statements of a graph; a model inside is a cluster."""
    for at, part in enumerate(graph.parts):
        if part.inside is None:
            rows = "|".join(map(_escaped, [part.title, *part.rows]))
            yield f'{prefix}{at} [label="{{{rows}}}"];'
        else:
            yield f"subgraph cluster_{prefix}{at} {{"
            yield f'label="{_escaped(part.title)}";'
            yield from _dot(part.inside, f"{prefix}{at}_")
            yield "}"
    for start, end in graph.edges:
        yield f"{_end(graph, prefix, start, -1)} -> {_end(graph, prefix, end, 0)};"


def _end(graph: Graph, prefix: str, at: int, side: int) -> str:
    """The node that stands for a box: of a model inside, its first or last."""
    inside = graph.parts[at].inside
    if inside is None or not inside.parts:
        return f"{prefix}{at}"
    return _end(inside, f"{prefix}{at}_", side % len(inside.parts), side)


def _escaped(text: str) -> str:
    """Text for a record's label, in which some signs have a meaning."""
    return "".join(f"\\{sign}" if sign in '{}|<>"\\' else sign for sign in text)


def _direction_message(rankdir: str) -> str:
    return explain(
        "A drawing cannot run in this direction",
        given=f"rankdir={rankdir!r}",
        expected='"TB" (from top to bottom), "BT", "LR" or "RL"',
        remedy='plot_model(model, rankdir="LR")',
    )


def _ending_message(path: Any) -> str:
    return explain(
        "The file's name does not say in which form to draw",
        given=f"to_file={str(path)!r}",
        expected="a name that ends in .svg, .png, .jpg, .gif, .webp or .dot",
        remedy='plot_model(model, "model.svg")',
    )
