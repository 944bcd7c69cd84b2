"""Random nests go through `jit` as they go through Python."""

from collections import OrderedDict
from dataclasses import dataclass, is_dataclass
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geartrain import Tensor, jit


class Pair(NamedTuple):
    first: Any
    second: Any


@dataclass
class Record:
    value: Any
    name: str = "record"


@dataclass(frozen=True)
class Frozen:
    value: Any


SHAPES = st.sampled_from([(), (1,), (3,), (2, 3)])
DTYPES = st.sampled_from(["float32", "float64", "int32", "uint8", "bool"])
ARRAYS = st.builds(np.ones, SHAPES, DTYPES)
LEAVES = st.one_of(
    ARRAYS,
    ARRAYS.map(Tensor),
    st.floats(-4, 4, width=16),
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.text("ab", max_size=2),
    st.just(np.sum),
)
KEYS = st.one_of(st.text("xyz", min_size=1, max_size=2), st.integers(0, 3))


def containers(parts):
    return st.one_of(
        st.lists(parts, max_size=3),
        st.lists(parts, max_size=3).map(tuple),
        st.dictionaries(KEYS, parts, max_size=3),
        st.dictionaries(KEYS, parts, max_size=3).map(OrderedDict),
        st.builds(Pair, parts, parts),
        st.builds(Record, parts),
        st.builds(Frozen, parts),
    )


NESTS = st.recursive(LEAVES, containers, max_leaves=6)


def twice(nest):
    """Every tensor and float of a nest doubled, in Python."""
    if isinstance(nest, Tensor):
        return nest if nest.dtype == bool else nest + nest
    if isinstance(nest, float):
        return nest + nest
    if isinstance(nest, dict):
        return type(nest)((key, twice(each)) for key, each in nest.items())
    if isinstance(nest, Pair):
        return Pair(*map(twice, nest))
    if isinstance(nest, list | tuple):
        return type(nest)(map(twice, nest))
    if is_dataclass(nest) and not isinstance(nest, type):
        return type(nest)(*(twice(each) for each in vars(nest).values()))
    return nest


def with_tensors(nest):
    """What the function sees of a nest: tensors in the place of arrays."""
    if isinstance(nest, np.ndarray):
        return Tensor(nest)
    if isinstance(nest, dict):
        return type(nest)((key, with_tensors(each)) for key, each in nest.items())
    if isinstance(nest, Pair):
        return Pair(*map(with_tensors, nest))
    if isinstance(nest, list | tuple):
        return type(nest)(map(with_tensors, nest))
    if is_dataclass(nest) and not isinstance(nest, type):
        return type(nest)(*(with_tensors(each) for each in vars(nest).values()))
    return nest


def plain(nest):
    """A nest as text of types and numbers; a float that was computed with is a scalar."""
    if isinstance(nest, float):
        return f"float32{np.float32(nest)}"
    if isinstance(nest, Tensor):
        return f"{nest.dtype}{nest.tolist() if nest.ndim else nest.numpy()}"
    if isinstance(nest, dict):
        return [type(nest), [(key, plain(each)) for key, each in nest.items()]]
    if isinstance(nest, list | tuple):
        return [type(nest), [plain(each) for each in nest]]
    if is_dataclass(nest) and not isinstance(nest, type):
        return [type(nest), [plain(each) for each in vars(nest).values()]]
    return [type(nest), repr(nest)]


@settings(max_examples=60, deadline=None)
@given(NESTS, NESTS)
def test_nests_go_through_as_in_python(first, second):
    step = jit(lambda a, b: (twice(a), {"b": twice(b)}))
    expected = plain((twice(with_tensors(first)), {"b": twice(with_tensors(second))}))
    for found in (step(first, second), step(first, b=second)):
        assert plain(found) == expected
    assert len(step.programs) == 1
    assert not step.retraces
