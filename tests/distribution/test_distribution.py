"""Meshes, layouts and distributions, on the one device that there is."""

import numpy as np
import pytest

from geartrain import Sequential, Variable, distribution, layers

MESH = distribution.DeviceMesh((1,), ["batch"])
EIGHT = distribution.DeviceMesh((4, 2), ["data", "model"], [f"cpu:{n}" for n in range(8)])


def test_there_is_one_device():
    assert distribution.list_devices() == ["cpu:0"]
    assert distribution.get_device_count() == distribution.get_device_count("CPU") == 1
    assert distribution.get_device_count("gpu") == 0
    distribution.initialize()


def test_a_mesh_has_a_shape_names_and_devices():
    assert EIGHT.shape == (4, 2)
    assert EIGHT.axis_names == ["data", "model"]
    assert EIGHT.devices[3, 1] == "cpu:7"
    assert repr(MESH) == "<DeviceMesh shape=(1,), axis_names=['batch']>"


def test_layouts_get_their_mesh_early_or_late():
    layout = distribution.TensorLayout([None, "model"])
    layout.device_mesh = EIGHT
    assert layout.backend_layout == (EIGHT, (None, "model"))
    with pytest.raises(ValueError, match="Cannot override"):
        layout.device_mesh = MESH


def test_a_map_knows_paths_and_expressions():
    layouts = distribution.LayoutMap(EIGHT)
    layouts["dense.*kernel"] = (None, "model")
    layouts["dense.*bias"] = distribution.TensorLayout(["model"])
    assert layouts["dense_1/kernel"].axes == (None, "model")
    assert layouts["dense/bias"].device_mesh is EIGHT
    assert layouts["own/dense/kernel"] is None
    layouts["dense.*"] = ("model",)
    with pytest.raises(ValueError, match="multiple"):
        layouts["dense/kernel"]
    layouts["dense/kernel"] = ("data", None)
    assert layouts["dense/kernel"].axes == ("data", None)
    assert len(layouts) == len(list(layouts)) == 4
    del layouts["dense.*"]
    assert "dense.*" not in layouts


def test_data_parallel():
    made = distribution.DataParallel(device_mesh=MESH)
    assert made.get_data_layout((32, 7, 3)).axes == ("batch", None, None)
    assert made.get_variable_layout(Variable(np.ones((2, 3)))).axes == (None, None)
    assert made.get_tensor_layout("dense") is None
    assert distribution.DataParallel(devices=["cpu:0"]).device_mesh.axis_names == ["batch"]
    with pytest.warns(UserWarning, match="1D"):
        assert distribution.DataParallel(device_mesh=EIGHT).batch_dim_name == "data"


def test_model_parallel():
    layouts = distribution.LayoutMap(EIGHT)
    layouts[".*kernel"] = (None, "model")
    made = distribution.ModelParallel(layout_map=layouts, batch_dim_name="data")
    layer = layers.Dense(3)
    layer.build((None, 2))
    assert made.get_variable_layout(layer._kernel).axes == (None, "model")
    assert made.get_variable_layout(layer.bias).axes == (None,)
    assert made.get_data_layout((4, 2)).axes == ("data", None)
    assert made.device_mesh is EIGHT


def test_a_distribution_is_in_force_in_its_scope():
    made = distribution.DataParallel()
    assert distribution.distribution() is None
    with made.scope():
        assert distribution.distribution() is made
        model = Sequential([layers.Input((4,)), layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(made.distribute_dataset(np.ones((2, 4))), np.ones((2, 2)), verbose=0)
    assert distribution.distribution() is None
    tensor = distribution.distribute_tensor(np.ones((2, 2)), made.get_data_layout((2, 2)))
    assert tensor.numpy().tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda d: d.DeviceMesh((2,), ["a", "b"]), "should have same size"),
        (lambda d: d.DeviceMesh((2,), ["a"]), "number of devices"),
        (lambda d: d.DeviceMesh(None, ["a"]), "cannot be empty"),
        (lambda d: d.TensorLayout(["x"], MESH), "Invalid axis names"),
        (lambda d: d.TensorLayout(["x"]).backend_layout, "device mesh is not set"),
        (lambda d: d.LayoutMap(MESH).__setitem__("a", 3), "TensorLayout type"),
        (lambda d: d.DataParallel(device_mesh=3), "instance of `DeviceMesh`"),
        (lambda d: d.ModelParallel(), "must specify a layout_map"),
        (lambda d: d.ModelParallel(layout_map=3), "must be a `LayoutMap`"),
        (lambda d: d.set_distribution(d.DataParallel(devices=["cpu:0", "cpu:1"])), "not there"),
        (lambda d: d.initialize("a:1,b:1", 2, 0), "one process"),
        (lambda d: d.list_devices("abacus"), "no such kind"),
        (lambda d: d.distribute_tensor(np.ones(2), d.TensorLayout([None, None])), "does not fit"),
    ],
)
def test_what_is_refused(ask, text):
    with pytest.raises(ValueError, match=text):
        ask(distribution)
