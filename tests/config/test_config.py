"""What holds for the whole process, and who follows it."""

import pytest

from geartrain import backend, config, layers, ops, random


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    config.set_floatx("float32")
    config.set_epsilon(1e-7)
    config.set_image_data_format("channels_last")
    config.set_max_epochs(None)
    backend.clear_session()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_floats_that_are_given_no_dtype_follow_floatx(dtype):
    config.set_floatx(dtype)
    made = [
        ops.zeros((2,)),
        ops.convert_to_tensor(1.0),
        ops.arange(3.0),
        ops.mean(ops.ones(2, "int32")),
        ops.ones(2, "int32") + 1.5,
        random.normal((2,), seed=1),
        layers.Dense(1)(ops.ones((1, 1))),
    ]
    assert {each.dtype.name for each in made} == {dtype}
    assert config.floatx() == backend.floatx() == config.dtype_policy().name == dtype


@pytest.mark.parametrize(
    ("setter", "wrong"),
    [
        (config.set_floatx, "int8"),
        (config.set_image_data_format, "x"),
        (config.set_image_data_format, 3),
        (config.set_dtype_policy, "foo"),
        (config.set_dtype_policy, 3),
        (config.set_backend, "tensorflow"),
    ],
)
def test_what_does_not_exist_is_refused(setter, wrong):
    with pytest.raises(ValueError, match="remedy"):
        setter(wrong)


def test_switches():
    for name in ("interactive_logging", "traceback_filtering"):
        getattr(config, f"disable_{name}")()
        assert not getattr(config, f"is_{name}_enabled")()
        getattr(config, f"enable_{name}")()
        assert getattr(config, f"is_{name}_enabled")()
    config.disable_flash_attention()
    assert config.is_flash_attention_enabled() is False
    config.enable_flash_attention()
    assert config.is_flash_attention_enabled() is None
    config.set_max_epochs(3)
    assert config.max_epochs() == 3
    config.set_epsilon(0.5)
    assert config.epsilon() == backend.epsilon() == 0.5


def test_names_of_dtypes():
    names = [backend.standardize_dtype(each) for each in (None, float, int, bool, "bfloat16")]
    assert names == ["float32", "float32", "int32", "bool", "bfloat16"]
    with pytest.raises(ValueError, match="dtype"):
        backend.standardize_dtype("foo")
    assert backend.result_type("int64", "float16", int) == "float16"
    assert backend.result_type() == "float32"
    assert backend.is_float_dtype("float8_e4m3fn")
    assert not backend.is_float_dtype("complex64")
    assert backend.is_int_dtype("uint8")
    assert not backend.is_int_dtype("bool")


def test_a_cleared_session_numbers_anew():
    backend.clear_session()
    first = layers.Dense(1).name
    assert layers.Dense(1).name == "dense_1"
    config.set_dtype_policy("mixed_bfloat16")
    backend.clear_session()
    assert first == layers.Dense(1).name == "dense"
    assert config.dtype_policy().name == "float32"
