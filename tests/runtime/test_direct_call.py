"""Machine code looks at Python's objects itself: what fits runs, what does not is left alone."""

from __future__ import annotations

import ctypes
import gc
import sys

import numpy as np
import pytest

from geartrain.runtime.direct_call import DirectCall, Input, Plan, direct_call
from geartrain.runtime.machine_code import load
from geartrain.tensor import Tensor

# context: steps, the input's address, the output's address
DOUBLE = """
define void @double(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
  %x.at = getelementptr ptr, ptr %context, i64 1
  %x = load ptr, ptr %x.at
  %y.at = getelementptr ptr, ptr %context, i64 2
  %y = load ptr, ptr %y.at
  %number = load float, ptr %x
  %twice = fadd float %number, %number
  store float %twice, ptr %y
  ret void
}
"""

if getattr(sys, "_is_gil_enabled", lambda: True)() is False:
    pytest.skip("two threads would share a context", allow_module_level=True)


@pytest.fixture
def double():
    """Calls DOUBLE on a tuple of arguments; gives what `invoke` says and the output."""
    call, code = direct_call(Tensor, "_value"), load(DOUBLE)
    assert isinstance(call, DirectCall)
    context = (ctypes.c_int64 * 3)()
    inputs = [Input(1, np.dtype("float32"), (2, 3))]
    plan = Plan(Tensor, code.address("double"), ctypes.addressof(context), inputs, [2])

    def invoke(*arguments):
        out = np.full(1, -1.0, "float32")
        return call.invoke(plan.address, arguments, (out,)), float(out[0])

    yield invoke
    assert code is not None


X = np.full((2, 3), 4.0, "float32")


class Subclass(np.ndarray):
    pass


@pytest.mark.parametrize("argument", [X, Tensor(X), X[::1], np.full((4, 3), 4.0, "f4")[1:3]])
def test_what_fits_is_run(double, argument):
    assert double(argument) == (1, 8.0)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (X, X),
        (X[:1],),
        (X.ravel(),),
        (X.T.copy(),),
        (np.zeros((3, 2), "f4").T,),
        (np.zeros((2, 6), "f4")[:, ::2],),
        (X.astype("float64"),),
        (X.astype(">f4"),),
        (X.view(Subclass),),
        (np.frombuffer(b"." * 25, np.uint8)[1:].view("f4").reshape(2, 3),),
        (Tensor(X.T.copy()),),
        (None,),
        (4.0,),
        ([X],),
        ("x" * 100,),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_left_alone(double, arguments):
    assert double(*arguments) == (0, -1.0)


def test_it_holds_on_to_nothing(double):
    x = Tensor(np.full((2, 3), 1.0, "float32"))
    gc.collect()
    before = sys.getrefcount(x), sys.getrefcount(x.array), sys.getrefcount(x.array.dtype)
    for _ in range(100):
        double(x)
        double(x, x)
    assert before == (sys.getrefcount(x), sys.getrefcount(x.array), sys.getrefcount(x.array.dtype))


def test_objects_of_another_build_are_not_touched(monkeypatch):
    direct_call.cache_clear()
    monkeypatch.setattr("geartrain.runtime.direct_call._holds", lambda *_: False)
    assert direct_call(Tensor, "_value") is None
    direct_call.cache_clear()
