"""ONNX files, run by `onnx`'s own evaluator: the numbers are ours."""

import numpy as np
import pytest

import geartrain
from geartrain import layers, ops
from geartrain.export.program import RULES
from geartrain.export.signature import values_of
from geartrain.export.tracing import onnx_bytes
from geartrain.primitives.primitive import PRIMITIVES
from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten
from tests.saving.zoo import ZOO, fill, inputs_of

onnx = pytest.importorskip("onnx", reason="pip install onnx: the evaluator of these files")
from onnx import reference  # noqa: E402

UNKNOWN = {  # of the evaluator: what it computes wrongly, or fails at
    "convolve_groups": "ConvTranspose of groups",
    "window_max": "MaxPool with one edge",
}
REFUSED = {"convolve": "whole numbers"}


def evaluated(content, given):
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    names = [each.name for each in model.graph.input]
    return reference.ReferenceEvaluator(model).run(None, dict(zip(names, given, strict=True)))


@pytest.mark.parametrize("name", ZOO)
def test_models_of_the_zoo(name, tmp_path):
    model, x = fill(ZOO[name](geartrain)), inputs_of(name)
    given = x if isinstance(x, list) else [x]
    path = tmp_path / "model.onnx"
    model.export(path, format="onnx", verbose=False)
    twice = [np.concatenate([each, each]).astype(node.dtype) for each, node in
             zip(given, model.inputs, strict=True)]  # fmt: skip
    found = evaluated(path.read_bytes(), twice)
    asked = dict(zip(model.input, twice, strict=True)) if name == "by_name" else twice
    asked = asked[0] if isinstance(asked, list) and len(asked) == 1 else asked
    ours = [each for each in flatten(model(asked, training=False)) if isinstance(each, Tensor)]
    assert len(found) == len(ours)
    for one, other in zip(found, ours, strict=True):
        assert one.shape == tuple(other.shape)
        wide = [np.asarray(each).astype("float64") for each in (one, other)]
        np.testing.assert_allclose(*wide, rtol=1e-5, atol=1e-5 if name != "halves" else 1e-2)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.GRU(3, return_sequences=True),
        lambda: layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        lambda: layers.RNN([layers.SimpleRNNCell(3), layers.LSTMCell(2)]),
        layers.GlobalAveragePooling1D,
        lambda: layers.UpSampling1D(2),
    ],
)
def test_sequences_of_any_length(layer, tmp_path):
    model = geartrain.Sequential([layers.Input((None, 4)), layer()])
    model.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    for length in (5, 8):
        x = np.random.default_rng(length).normal(size=(2, length, 4)).astype("float32")
        (found,) = evaluated((tmp_path / "model.onnx").read_bytes(), [x])
        np.testing.assert_allclose(found, model(x), rtol=1e-5, atol=1e-6)


def samples(name):
    for sample in PRIMITIVES[name].samples():
        arrays = [np.asarray(each) for each in sample.inputs]
        wide = (each.dtype == np.float64 for each in arrays)
        narrow = [a.astype("float32") if w else a for a, w in zip(arrays, wide, strict=True)]
        yield narrow, sample.parameters


@pytest.mark.parametrize("name", sorted(set(RULES) & set(PRIMITIVES) - set(UNKNOWN)))
def test_primitives(name):
    primitive, count = PRIMITIVES[name], 0
    for arrays, parameters in samples(name):
        structure, values = values_of(arrays, [])
        asked = structure, values, "sample", [], 20
        try:
            content = onnx_bytes(lambda x: primitive(*x, **parameters), *asked)  # noqa: B023
        except ValueError as error:
            if REFUSED.get(name, "nothing") not in str(error):
                raise
            continue
        (found,) = evaluated(content, arrays)
        expected = primitive.evaluate(*arrays, **parameters)
        assert found.shape == expected.shape
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(
            found.astype("float64"), expected.astype("float64"), rtol=2e-5, atol=1e-5
        )
        count += 1
    assert count


def test_every_rule_is_of_a_primitive():
    assert set(RULES) - set(PRIMITIVES) == {"scan", "while_loop"}


def test_loops_that_numbers_end():
    def halved(x):
        return ops.while_loop(
            lambda x, n: ops.sum(x) > 1.0, lambda x, n: (x / 2, n + 1), (x, ops.zeros(()))
        )

    for start in (np.full((3,), 8.0, "float32"), np.full((3,), 0.1, "float32")):
        structure, values = values_of([start], [])
        content = onnx_bytes(lambda x: halved(x[0]), structure, values, "loop", [], 18)
        for one, other in zip(evaluated(content, [start]), halved(Tensor(start)), strict=True):
            np.testing.assert_allclose(one, other)


def test_quantized_layers():
    layer = layers.Dense(4)
    layer.build((None, 8))
    x = np.random.default_rng(0).normal(size=(3, 8)).astype("float32")
    layer.quantize("int8")
    structure, values = values_of([x], [])
    content = onnx_bytes(lambda x: layer(x[0]), structure, values, "dense", [], 18)
    np.testing.assert_allclose(evaluated(content, [x])[0], layer(x), rtol=1e-5)


@pytest.mark.parametrize("name", ["convnet", "words", "recurrent", "transformer", "grouped"])
def test_another_runtime_agrees(name, tmp_path):
    runtime = pytest.importorskip("onnxruntime", reason="pip install onnxruntime")
    model, x = fill(ZOO[name](geartrain)), inputs_of(name)
    model.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = runtime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: x})
    for one, other in zip(found, flatten(model(x)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
