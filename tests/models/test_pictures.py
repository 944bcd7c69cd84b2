"""Models drawn, and as text for Graphviz."""

import io
import xml.etree.ElementTree as ElementTree

import pytest

from geartrain import Model, Sequential, layers, ops, utils
from geartrain.drawing.png import SIGNATURE


def inside():
    return Sequential(
        [layers.Input((3,)), layers.Dense(2, activation="tanh", name="deep")], name="in"
    )


def branches():
    inputs = layers.Input((4,), name="x")
    one, two = layers.Dense(3, name="one")(inputs), layers.Dense(3, name="two")(inputs)
    joined = ops.relu(layers.Add(name="joined")([one, two]))
    return Model(inputs, inside()(joined), name="branches")


def texts_of(picture):
    root = ElementTree.fromstring(picture.create_svg())
    return ["".join(each.itertext()) for each in root.iter() if each.tag.endswith("text")]


def test_boxes_say_what_is_asked_for():
    model = branches()
    plain = texts_of(utils.plot_model(model, None))
    assert plain == ["InputLayer", "Dense", "Dense", "Add", "Relu", "Sequential"]
    named = texts_of(utils.model_to_dot(model))
    assert "one (Dense)" in named
    full = texts_of(
        utils.plot_model(
            model, None, show_shapes=True, show_dtype=True, show_trainable=True, expand_nested=True,
            show_layer_names=True, show_layer_activations=True,
        )
    )  # fmt: skip
    assert "Input shape: (None, 3), (None, 3)" in full
    assert "Output dtype: float32" in full
    assert "Trainable: True" in full
    assert "deep (Dense)" in full
    assert "Activation: tanh" in full


def test_what_leads_where():
    graph = utils.model_to_dot(branches()).graph
    names = [part.maker.name for part in graph.parts]
    assert {(names[a], names[b]) for a, b in graph.edges if "relu" not in names[a] + names[b]} == {
        ("x", "one"),
        ("x", "two"),
        ("one", "joined"),
        ("two", "joined"),
    }
    assert len(graph.edges) == 6


def test_a_layer_that_is_called_again_is_one_box():
    again = layers.Dense(4, name="again")
    inputs = layers.Input((4,), name="x")
    graph = utils.model_to_dot(Model(inputs, again(again(inputs)))).graph
    assert [part.maker.name for part in graph.parts] == ["x", "again"]
    assert graph.edges == [(0, 1)]


def test_text_for_graphviz():
    text = utils.model_to_dot(branches(), rankdir="LR", expand_nested=True).to_string()
    assert text.startswith("digraph G {\nrankdir=LR;")
    assert 'label="{one (Dense)}"' in text
    assert "subgraph cluster_n5 {" in text
    assert "n4 -> n5_0;" in text
    assert text.count("->") == 7


def test_files(tmp_path):
    model = branches()
    for name, start in [("m.svg", b"<svg"), ("m.dot", b"digraph")]:
        utils.plot_model(model, tmp_path / name)
        assert start in (tmp_path / name).read_bytes()[:200]
    with pytest.raises(ValueError, match="form to draw"):
        utils.plot_model(model, tmp_path / "m.xyz")
    with pytest.raises(ValueError, match="direction"):
        utils.plot_model(model, tmp_path / "m.svg", rankdir="UP")
    with pytest.raises(ValueError, match="does not know"):
        utils.plot_model(model, tmp_path / "m.svg", colour=1)
    with pytest.raises(ValueError, match="cannot be drawn yet"):
        utils.plot_model(Sequential([layers.Dense(2)]), tmp_path / "m.svg")


def test_pixels(tmp_path):
    image = pytest.importorskip("PIL.Image")
    picture = utils.plot_model(branches(), tmp_path / "m.png", dpi=96)
    content = (tmp_path / "m.png").read_bytes()
    assert content.startswith(SIGNATURE)
    sheet = picture.sheet()
    assert image.open(io.BytesIO(content)).size == (round(sheet.width), round(sheet.height))
    double = utils.model_to_dot(branches(), show_layer_names=False, dpi=192).create_png()
    assert image.open(io.BytesIO(double)).size[0] == pytest.approx(2 * round(sheet.width), abs=2)


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_directions(rankdir):
    sheet = utils.plot_model(branches(), None, rankdir=rankdir, expand_nested=True).sheet()
    assert (sheet.width > sheet.height) == (rankdir in ("LR", "RL"))
    for part in sheet.parts:
        if hasattr(part, "height"):
            assert 0 <= part.x <= part.x + part.width <= sheet.width
            assert 0 <= part.y <= part.y + part.height <= sheet.height


def test_notebooks_show_it():
    assert utils.plot_model(inside(), None)._repr_svg_().lstrip().startswith("<svg")


def test_straight_lines():
    ways = {
        splines: sum(len(part.points) for part in sheet.parts if hasattr(part, "points"))
        for splines in ("ortho", "polyline")
        for sheet in [utils.plot_model(branches(), None, splines=splines).sheet()]
    }
    assert ways["polyline"] < ways["ortho"]
