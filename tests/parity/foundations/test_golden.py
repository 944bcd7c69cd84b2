"""Activations, regularizers, constraints and initializers give the numbers of the real Keras."""

import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import activations, constraints, initializers, regularizers
from tests.parity.foundations import cases

HERE = Path(__file__).parent
STORED = np.load(HERE / "golden.npz")
CONFIGS = json.loads((HERE / "configs.json").read_text())
TOLERANCE = {"float32": (2e-5, 2e-6), "float64": (1e-10, 1e-12)}
SAMPLING = 0.03  # of the standard deviation, for 60,000 numbers


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("label", cases.EXACT)
def test_the_numbers_are_those_of_keras(label, dtype):
    found = cases.EXACT[label](geartrain, dtype)
    wanted = STORED[f"{label} {dtype}"]
    assert found.dtype == dtype
    low = "STFT" in label or wanted.dtype == "float32"  # what Keras computes in, whatever is asked
    relative, absolute = TOLERANCE["float32" if low else dtype]
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=absolute)


@pytest.mark.parametrize("label", cases.MOMENTS)
def test_the_distributions_are_those_of_keras(label):
    mean, deviation, least, greatest = cases.MOMENTS[label](geartrain, "float32")
    wanted = STORED[label]
    assert mean == pytest.approx(wanted[0], abs=SAMPLING * wanted[1])
    assert deviation == pytest.approx(wanted[1], rel=SAMPLING)
    ends = 0.7 if "Normal" in label or "normal" in label or "Ortho" in label else 0.01
    assert (least, greatest) == pytest.approx(tuple(wanted[2:]), rel=ends, abs=wanted[1] * ends)


@pytest.mark.parametrize("number", range(len(CONFIGS)))
def test_configs_are_those_of_keras_and_make_the_same(number):
    room, name, arguments = cases.CONFIGS[number]
    config = json.loads(json.dumps(cases.config_of(geartrain, room, name, arguments)))
    if name != "Identity":  # of which Keras writes no gain, so that it reads another one back
        assert config == CONFIGS[number]
    module = getattr(geartrain, room)
    assert module.serialize(module.deserialize(config)) == config
    assert type(module.get(config)) is getattr(module, name)


@pytest.mark.parametrize(
    ("room", "name", "wanted"),
    [
        (initializers, "glorot_uniform", "GlorotUniform"),
        (initializers, "TruncatedNormal", "TruncatedNormal"),
        (initializers, "OrthogonalInitializer", "Orthogonal"),
        (regularizers, "l2", "L2"),
        (regularizers, "L1L2", "L1L2"),
        (regularizers, "orthogonal_regularizer", "OrthogonalRegularizer"),
        (constraints, "max_norm", "MaxNorm"),
        (constraints, "NonNeg", "NonNeg"),
    ],
)
def test_objects_by_name_class_and_config(room, name, wanted):
    cls = getattr(room, wanted)
    assert type(room.get(name)) is type(room.get(cls)) is cls
    made = cls()
    assert room.get(made) is made
    for wrong in ("foo", 3):
        with pytest.raises(ValueError, match="of this name"):
            room.get(wrong)


def test_an_initializer_gives_the_same_numbers_unless_its_seed_moves_on():
    fixed, free = initializers.RandomNormal(), initializers.RandomNormal()
    assert np.array_equal(fixed((9,)), fixed((9,)))
    assert not np.array_equal(fixed((9,)), free((9,)))
    assert not np.array_equal(fixed((9,)), fixed.clone()((9,)))
    moving = initializers.RandomNormal(seed=geartrain.random.SeedGenerator(3))
    assert not np.array_equal(moving((9,)), moving((9,)))
    assert initializers.RandomNormal(seed=3).clone().seed == 3
    assert initializers.get(np.ones(2))((2,), "float16").dtype == "float16"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: initializers.VarianceScaling(0.0),
        lambda: initializers.VarianceScaling(1.0, "x"),
        lambda: initializers.VarianceScaling(1.0, "fan_in", "x"),
        lambda: initializers.RandomNormal(seed="a"),
        lambda: initializers.RandomNormal()((2,), "int32"),
        lambda: initializers.Orthogonal()((2,)),
        lambda: initializers.Identity()((2, 2, 2)),
        lambda: initializers.STFT("x"),
        lambda: initializers.STFT(scaling="x"),
        lambda: regularizers.L2(-1.0),
        lambda: regularizers.L2(float("nan")),
        lambda: regularizers.L1("a"),
        lambda: regularizers.OrthogonalRegularizer(mode="x"),
        lambda: regularizers.OrthogonalRegularizer()(np.ones(2)),
        lambda: activations.get("foo"),
        lambda: activations.get(3),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="remedy"):
        wrong()


@pytest.mark.parametrize("name", activations.NAMES)
def test_activations_by_name(name):
    function = activations.get(name)
    assert activations.deserialize(activations.serialize(function)) is function


def test_activations_are_functions_classes_or_layers():
    assert activations.get(None) is activations.linear
    assert activations.serialize(activations.swish) == "silu"
    layer = activations.deserialize(activations.serialize(geartrain.layers.ReLU(name="r")))
    assert isinstance(layer, geartrain.layers.ReLU)
