"""Rewritten code does what it did, where Python's own values decide."""

import os

import pytest

from geartrain.compat import tensorflow as tf

LOG = []


def jumping(n):
    found = []
    for i in range(n):
        if i % 2:
            continue
        for j in range(i):
            if j > 3:
                break
            found.append((i, j))
            if i * j > 20:
                return found, "early"
        else:
            found.append("else")
        k = i
        while k:
            k -= 1
            if k == 3:
                continue
            if k == 1:
                break
            found.append(k)
    try:
        if n > 5:
            return found
    except ValueError:
        return None
    finally:
        found.append("finally")
    with open(os.devnull) as file:
        if n == 3:
            return "three"
        name = file.name
    return found, name


def naming(x, *rest, k=2, **named):
    """Functions, classes and imports within, and what they see of each other."""
    import math as m

    signed = lambda y: y if y > k else -y

    class Listed:
        values = tuple(i for i in range(3) if i and k)

    def add(u):
        nonlocal x
        x = x + 1
        if u:
            x += signed(u)
        return x

    if (w := add(x)) > 3 and not rest:
        return w, Listed.values, named
    del w
    both: int = m.floor(2.5)
    return [signed(t) if t < x < 10 else add(t) for t in rest], x, both


def matching(n):
    match n:
        case 1:
            y = "one"
        case [p, q]:
            y = p + q
        case _:
            y = "other"
    if y == "one":
        return 1
    return y


def of_the_module(n):
    global LOG
    if n:
        LOG = [*LOG[-1:], n]
    assert n < 100, "large"
    return LOG[-1:], list(map(str, LOG[-1:]))


def falling_through(n):
    while n < 10:
        n += 1
    if n:
        pass
    elif n == 2:
        return 3


def branching(x):
    if x > 1:
        if x > 2:
            return "a"
        elif x == 2:
            y = 1
        else:
            return "b"
        y += 1
    else:
        y = 5
    for _ in range(2):
        if y > 3:
            return y
        y += 1
    return -y


def unpacking(n):
    total = 0
    for i, (p, q) in enumerate([(1, 2), (3, 4)] * n):
        total += p * q * i
        if total > 50:
            break
    return total, i


CALLS = {
    jumping: [3, 4, 5, 6, 9, 12],
    naming: [1, 3],
    matching: [1, [1, 2], "z"],
    of_the_module: [3, 0],
    falling_through: [3, 11],
    branching: [0, 1, 2, 3, 1.5],
    unpacking: [1, 2, 5],
}


@pytest.mark.parametrize("function", CALLS, ids=lambda each: each.__name__)
def test_the_same_without_tensors(function):
    rewritten = tf.autograph.to_graph(function)
    assert rewritten is not function
    for given in CALLS[function]:
        assert rewritten(given) == function(given)
    assert (rewritten.__name__, rewritten.__doc__) == (function.__name__, function.__doc__)


def test_more_arguments_and_errors():
    rewritten = tf.autograph.to_graph(naming)
    assert rewritten(2, 5, 7) == naming(2, 5, 7)
    assert rewritten(4, k=9, other=1) == naming(4, k=9, other=1)
    with pytest.raises(AssertionError, match="large"):
        tf.autograph.to_graph(of_the_module)(100)


def test_what_cannot_be_rewritten():
    def generator(x):
        yield x

    def by_name(x):
        return locals()["x"]

    for each in (generator, by_name, len):
        with pytest.raises(ValueError, match="cannot be rewritten"):
            tf.autograph.to_graph(each)
