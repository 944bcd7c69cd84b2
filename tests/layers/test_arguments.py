"""Arguments of calls are bound as Python binds them."""

import inspect

import numpy as np
import pytest

from geartrain import layers
from geartrain.layers.arguments import plan_of


def one(self, inputs): ...
def defaults(self, inputs, mask=None, training=False): ...
def named(self, inputs, *, mask=None): ...
def positional(self, inputs, /, mask=None): ...
def several(self, *inputs, mask=None): ...
def whatever(self, inputs, **kwargs): ...
def nothing(self): ...
def two(self, query, value, key=None): ...


CALLS = [one, defaults, named, positional, several, whatever, nothing, two]
GIVEN = [
    ((), {}),
    ((1,), {}),
    ((1, 2), {}),
    ((1, 2, 3), {}),
    ((1, 2, 3, 4), {}),
    ((), {"inputs": 1}),
    ((), {"mask": 2, "inputs": 1}),
    ((1,), {"mask": 2}),
    ((1,), {"training": True}),
    ((1,), {"inputs": 2}),
    ((1,), {"other": 2}),
    ((1,), {"key": 3, "value": 2}),
]


@pytest.mark.parametrize("given", GIVEN, ids=str)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_arguments_are_bound_as_python_binds_them(call, given):
    args, kwargs = given
    try:
        expected = inspect.signature(call).bind(0, *args, **kwargs)
    except TypeError as error:
        with pytest.raises(TypeError, match=f"^{error}$"):
            plan_of(call).bound(0, args, kwargs)
        return
    found = plan_of(call).bound(0, args, kwargs)
    assert list(found.items()) == list(expected.arguments.items())[1:]
    assert plan_of(call).unbound(0, found) == (expected.args[1:], expected.kwargs)


def test_what_is_missing_in_the_middle_is_named_behind_it():
    assert plan_of(two).unbound(0, {"query": 1, "key": 3}) == ((1,), {"key": 3})


def test_a_call_binds_without_inspect(monkeypatch):
    layer = layers.Dense(2)
    layer(np.ones((1, 3), "float32"))

    def forbidden(*args, **kwargs):
        raise AssertionError("inspect is asked")

    monkeypatch.setattr(inspect.Signature, "bind", forbidden)
    monkeypatch.setattr(inspect.Signature, "bind_partial", forbidden)
    assert layer(np.ones((1, 3), "float32")).shape == (1, 2)
    assert layer(inputs=np.ones((1, 3), "float32")).shape == (1, 2)
