"""ONNX files as they are written, read without the `onnx` package."""

import numpy as np
import pytest

import geartrain
from geartrain import InputSpec, Model, Sequential, layers, ops
from geartrain.export import ExportArchive
from tests.export.reading import read
from tests.saving.zoo import ZOO, fill

READ = ("stack", "convnet", "decoder", "words", "recurrent", "transformer", "by_name", "categories")


def small(**kwargs):
    return Sequential([layers.Input((3,), name="x"), layers.Dense(2, name="d", **kwargs)])


def exported(model, folder, **kwargs):
    model.export(folder / "model.onnx", format="onnx", verbose=False, **kwargs)
    return read(folder / "model.onnx")


@pytest.mark.parametrize("name", READ)
def test_names_are_given_before_they_are_used(name, tmp_path):
    model = fill(ZOO[name](geartrain))
    graph, *versions = exported(model, tmp_path)
    graph.check_names()
    assert versions == [8, 18]
    assert len(graph.inputs) == len(model.inputs)
    assert len(graph.outputs) == len(model.outputs)
    assert all(shape[0] == "batch" for _, shape in graph.inputs.values())


def test_a_dense_layer_is_three_statements(tmp_path):
    model = small(activation="relu")
    kernel, bias = model.weights
    graph, *_ = exported(model, tmp_path)
    assert [each.operator for each in graph.nodes] == ["MatMul", "Add", "Relu", "Identity"]
    assert graph.inputs == {"x": ("float32", ("batch", 3))}
    assert graph.outputs == {"d": ("float32", ("batch", 2))}
    np.testing.assert_array_equal(graph.arrays[kernel.path], kernel.numpy())
    np.testing.assert_array_equal(graph.arrays[bias.path], bias.numpy())


def test_known_numbers_are_computed_before(tmp_path):
    model = Sequential([layers.Input((4, 3)), layers.BatchNormalization()])
    graph, *_ = exported(model, tmp_path)
    assert len(graph.nodes) <= 4
    assert not {"Reciprocal", "Sqrt"} & {each.operator for each in graph.nodes}


def test_a_loop_is_a_graph_inside(tmp_path):
    model = Sequential([layers.Input((5, 3)), layers.LSTM(4)])
    graph, *_ = exported(model, tmp_path)
    (loop,) = (each for each in graph.nodes if each.operator == "Scan")
    (turn,) = loop.bodies
    assert "MatMul" in {each.operator for each in turn.nodes}
    assert len(turn.nodes) < 40  # whatever the number of turns


def test_versions_of_operators(tmp_path):
    assert exported(small(), tmp_path, opset_version=20)[1:] == (9, 20)
    with pytest.raises(ValueError, match="opset_version=7"):
        exported(small(), tmp_path, opset_version=7)


def test_a_signature_says_what_is_open(tmp_path):
    inputs = layers.Input((None, 3), name="x")
    model = Model(inputs, layers.Conv1D(2, 2)(inputs))
    with pytest.raises(ValueError, match="input_signature"):
        exported(model, tmp_path)
    graph, *_ = exported(model, tmp_path, input_signature=[InputSpec(shape=(None, 5, 3))])
    assert graph.inputs["x"] == ("float32", ("batch", 5, 3))
    sums = Model(inputs, layers.Dense(2)(inputs))
    assert exported(sums, tmp_path)[0].inputs["x"] == ("float32", ("batch", "x_1", 3))


def test_a_model_of_ones_own_needs_a_signature(tmp_path):
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return {"twice": 2 * self.dense(x), "once": self.dense(x)}

    model = Own()
    model(np.ones((1, 3)))
    with pytest.raises(ValueError, match="input_signature"):
        exported(model, tmp_path)
    graph, *_ = exported(model, tmp_path, input_signature=np.ones((2, 3), "float32"))
    graph.check_names()
    assert list(graph.outputs) == ["output_0", "output_1"]


def stateful():
    return Sequential([layers.Input((5, 3), batch_size=2), layers.GRU(2, stateful=True)])


def of_words():
    return Sequential([layers.Input((1,), dtype="string"), layers.StringLookup(vocabulary=["a"])])


def noisy(x, seeds):
    return x + geartrain.random.normal(ops.shape(x), seed=seeds)


def drawing():
    seeds = geartrain.random.SeedGenerator(1)
    return Sequential([layers.Input((3,)), layers.Lambda(lambda x: noisy(x, seeds))])


def factored():
    return Sequential([layers.Input((3, 3)), layers.Lambda(lambda x: ops.qr(x)[0])])


@pytest.mark.parametrize(
    ("ask", "kind", "text"),
    [
        (lambda p: small().export(p), ImportError, "format='onnx'"),
        (lambda p: small().export(p, format="openvino"), ValueError, "reads ONNX files"),
        (lambda p: small().export(p, format="litert"), ValueError, "LiteRT"),
        (lambda p: small().export(p, format="torch"), ValueError, "PyTorch"),
        (lambda p: small().export(p, format="pickle"), ValueError, "Unrecognized format"),
        (lambda p: small().export(p, format="onnx", opsets=1), TypeError, "opsets"),
        (
            lambda p: Sequential([layers.Dense(2)]).export(p, format="onnx"),
            ValueError,
            "not yet been built",
        ),
        (lambda p: stateful().export(p, format="onnx"), ValueError, "from call to call"),
        (lambda p: of_words().export(p, format="onnx"), ValueError, "Texts"),
        (lambda p: drawing().export(p, format="onnx"), ValueError, "from call to call"),
        (lambda p: factored().export(p, format="onnx"), ValueError, "'qr' has no statement"),
    ],
)
def test_what_is_refused(ask, kind, text, tmp_path):
    with pytest.raises(kind, match=text):
        ask(tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_where_the_file_is_said(tmp_path, capsys):
    small().export(tmp_path / "deeper" / "model.onnx", format="onnx")
    assert "deeper" in capsys.readouterr().out
    assert (tmp_path / "deeper" / "model.onnx").exists()


def test_an_archive_has_a_file_for_each_endpoint(tmp_path):
    model = small()
    archive = ExportArchive()
    with pytest.raises(ValueError, match="No endpoints"):
        archive.write_out(tmp_path)
    archive.track(model)
    spec = InputSpec(shape=(None, 3), dtype="float32")
    archive.add_endpoint("serve", model.call, [spec])
    archive.add_endpoint("both", lambda x, y: (x + y, ops.sum(x * y)), [spec, spec])
    archive.add_endpoint("own", model)
    archive.track_and_add_endpoint("tracked", model, [spec])
    archive.write_out(tmp_path / "all", verbose=False)
    found = {each.stem: read(each)[0] for each in (tmp_path / "all").iterdir()}
    assert sorted(found) == ["both", "own", "serve", "tracked"]
    assert list(found["both"].inputs) == ["input_0", "input_1"]
    assert found["both"].outputs["output_1"] == ("float32", ())
    for each in found.values():
        each.check_names()
    with pytest.raises(ValueError, match="holds one endpoint"):
        archive.write_out(tmp_path / "all.onnx")


def test_an_archive_knows_variables():
    model, archive = small(), ExportArchive()
    archive.track(model)
    archive.track(model)
    assert archive.variables == archive.trainable_variables == model.variables
    assert archive.non_trainable_variables == []
    archive.add_variable_collection("weights", model.variables)
    assert archive.weights == model.variables
    for ask in (
        lambda: archive.add_variable_collection("more", [1]),
        lambda: archive.track(3),
        lambda: archive.track(layers.Dense(2)),
        lambda: archive.add_endpoint("f", lambda x: x),
    ):
        with pytest.raises(ValueError, match="remedy"):
            ask()
    archive.add_endpoint("f", model)
    with pytest.raises(ValueError, match="already taken"):
        archive.add_endpoint("f", model)
