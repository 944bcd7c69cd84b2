"""Distributions by rejection: a proposal is drawn again until it is accepted.

An element's proposals are numbered, and each has uniform numbers of its own
(`philox.unit_numbers`), so that an element does not depend on how often others were refused. The
loops try one element until it is done; NumPy tries all that are left, again and again. Both
compute in float64 and take the same decisions.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import LETTERS, index, map_loops
from geartrain.primitives.philox import unit_numbers
from geartrain.primitives.primitive import Cost, Sample, Spec, register
from geartrain.primitives.random import UINT64, Draw, check_key, flat_number, key_numbers
from geartrain.primitives.scalar_random import STIRLING, TURN_TO_REJECTION
from geartrain.tensor import Array, is_floating
from geartrain.tensor.dtypes import FLOAT64

__all__ = ["random_binomial", "random_gamma"]

CHUNK = 1 << 15  # elements tried together: what is computed for them stays in the cache
FLOPS = 500  # an attempt: two blocks of Philox, some logarithms, a cosine
TOLERANCE = {"float32": 2e-6, "float64": 1e-12}  # NumPy's functions and `math`'s differ by bits


class Rejection(Draw):
    """One random number for each place of parameters of one shape and float dtype."""

    drawn_by: str  # the function of the loop language that draws one element

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        key, first, *others = inputs
        check_key(self.name, key)
        if any(each != first for each in others) or not is_floating(first.dtype):
            raise ValueError(_parameters_message(self.name, inputs[1:]))
        return first

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        key, *given = inputs
        flat = [np.asarray(each, FLOAT64).reshape(-1) for each in given]
        out = np.empty(flat[0].size, given[0].dtype)
        for start in range(0, out.size, CHUNK):
            part = slice(start, min(start + CHUNK, out.size))
            elements = np.arange(part.start, part.stop, dtype=UINT64)
            values = (each[part] for each in flat)
            out[part] = self.draw(*key_numbers(key), elements, *values, **parameters)
        return out.reshape(given[0].shape)

    @abstractmethod
    def draw(self, seed: int, stream: int, elements: Array, *given: Array, **kw: Any) -> Array:
        """A number for each of the elements with these numbers and parameters, in float64."""

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        rank = len(inputs[1].shape)
        names = self.names
        values = "".join(f", {each}[{index(LETTERS[:rank])}]" for each in names)
        options = "".join(f", {each}" for each in parameters.values())
        drawn = f"{self.drawn_by}(key[0], key[1], {flat_number(rank)}{values}{options})"
        return map_loops(f"def naive_{self.name}(key, {', '.join(names)}, out):", rank, drawn)

    names: tuple[str, ...]

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(FLOPS * static_count(out), bytes_of(*inputs, out))


class RandomGamma(Rejection):
    """Of the density x^(alpha - 1) e^-x / Gamma(alpha); its logarithm, if `logarithm`.

    NaN where alpha is not positive. An attempt succeeds with a probability of 0.95 and more.
    Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); below
    alpha = 1, a number for alpha + 1 times U^(1 / alpha) (their section 6).
    """

    name = "random_gamma"
    drawn_by = "gamma_draw"
    names = ("alpha",)

    def draw(self, seed: int, stream: int, elements: Array, *given: Array, **kw: Any) -> Array:
        (alpha,) = given
        found = np.where(alpha > 0, np.inf, np.nan)
        left = np.flatnonzero((alpha > 0) & (alpha < np.inf))
        attempt = 0
        while left.size:
            numbers = unit_numbers(seed, stream, elements[left], attempt)
            logarithm, is_accepted = _gamma_attempt(alpha[left], *numbers)
            found[left[is_accepted]] = logarithm[is_accepted]
            left = left[~is_accepted]
            attempt += 1
        return found if kw["logarithm"] else np.exp(found)

    def samples(self) -> Iterator[Sample]:
        key = np.array([3, 1], UINT64)
        for logarithm in (False, True):
            for alpha in (np.geomspace(0.01, 1e4, 40).reshape(4, 10), np.array(2.5)):
                parameters = {"logarithm": logarithm}
                yield Sample((key, alpha), parameters, TOLERANCE, gradient=False)
        odd = np.array([0.0, -1.0, np.nan, np.inf])
        yield Sample((key, odd), {"logarithm": False}, TOLERANCE, gradient=False)


def _gamma_attempt(alpha: Array, radius: Array, angle: Array, u: Array, boost: Array) -> Any:
    """The logarithm of a proposal, and whether it is accepted."""
    d = np.where(alpha < 1, alpha + 1, alpha) - 1 / 3
    x = np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle)
    v = (1 + x / np.sqrt(9 * d)) ** 3
    log_v = np.log(np.where(v > 0, v, 1))
    is_accepted = (v > 0) & (np.log(u) < 0.5 * x * x + d * (1 - v + log_v))
    boosted = np.where(alpha < 1, np.log(boost) / np.where(alpha < 1, alpha, 1), 0)
    return np.log(d) + log_v + boosted, is_accepted


random_gamma = register(RandomGamma)


class RandomBinomial(Rejection):
    """How many of `counts` trials succeed, each with its probability.

    NaN where the count is negative or the probability lies outside of 0 to 1; counts are rounded
    down. Few expected successes (under 10) are found by adding up probabilities until they pass a
    uniform number; many by Hörmann's transformed rejection.
    Source: Hörmann, "The generation of binomial random variates" (1993), algorithm BTRS.
    """

    name = "random_binomial"
    drawn_by = "binomial_draw"
    names = ("counts", "probabilities")

    def draw(self, seed: int, stream: int, elements: Array, *given: Array, **kw: Any) -> Array:
        counts, chances = np.floor(given[0]), given[1]
        is_valid = (counts >= 0) & (counts < np.inf) & (chances >= 0) & (chances <= 1)
        rare = np.minimum(chances, 1 - chances)
        found = np.full(counts.shape, np.nan)
        is_small = counts * rare < TURN_TO_REJECTION
        few = np.flatnonzero(is_valid & is_small)
        uniform = unit_numbers(seed, stream, elements[few], 0)[0]
        found[few] = _added_up(uniform, counts[few], rare[few])
        many = np.flatnonzero(is_valid & ~is_small)
        found[many] = _rejected(seed, stream, elements[many], counts[many], rare[many])
        return np.where(chances > 0.5, counts - found, found)

    def samples(self) -> Iterator[Sample]:
        key = np.array([5, 2], UINT64)
        counts = np.array([[0.0, 1, 7, 30, 100, 1e4], [1e9, 1e6, 1e3, 20, 5, 1e5]])
        for chance in (0.0, 1e-8, 0.03, 0.5, 0.7, 1.0):
            yield Sample((key, counts, np.full_like(counts, chance)), {}, TOLERANCE, gradient=False)
        yield Sample((key, np.array(40.0), np.array(0.4)), {}, TOLERANCE, gradient=False)
        odd = np.array([-1.0, 5.0, 5.0, np.nan, 5.0]), np.array([0.5, -0.1, 1.1, 0.5, np.nan])
        yield Sample((key, *odd), {}, TOLERANCE, gradient=False)


def _added_up(uniform: Array, counts: Array, chances: Array) -> Array:
    """The first number of successes at which the added probabilities pass the uniform number."""
    found = np.zeros(counts.shape)
    term = np.exp(counts * np.log1p(-chances))
    total = term.copy()
    going = np.flatnonzero((uniform >= total) & (counts > 0))
    while going.size:
        found[going] += 1
        n, p, k = counts[going], chances[going], found[going]
        term[going] *= (n - k + 1) / k * (p / (1 - p))
        total[going] += term[going]
        going = going[(uniform[going] >= total[going]) & (k < n)]
    return found


def _rejected(seed: int, stream: int, elements: Array, counts: Array, chances: Array) -> Array:
    found = np.zeros(counts.shape)
    left = np.arange(counts.size)
    attempt = 0
    while left.size:
        u, v, *_ = unit_numbers(seed, stream, elements[left], attempt)
        successes, is_accepted = _binomial_attempt(counts[left], chances[left], u - 0.5, v)
        found[left[is_accepted]] = successes[is_accepted]
        left = left[~is_accepted]
        attempt += 1
    return found


def _binomial_attempt(n: Array, p: Array, u: Array, v: Array) -> tuple[Array, Array]:
    """A proposal, and whether it is accepted (the paper's names)."""
    spread = np.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    us = 0.5 - np.abs(u)
    k = np.floor((2 * a / us + b) * u + n * p + 0.5)
    is_sure = (us >= 0.07) & (v <= 0.92 - 4.2 / b)
    is_possible = (k >= 0) & (k <= n)
    k = np.clip(k, 0, n)
    height = np.log(v * (2.83 + 5.1 / b) * spread / (a / (us * us) + b))
    return k, is_sure | (is_possible & (height <= _log_ratio(n, p, k)))


def _log_ratio(n: Array, p: Array, k: Array) -> Array:
    """log of the probability of k successes over that of the likeliest number."""
    m = np.floor((n + 1) * p)
    odds = p / (1 - p)
    return np.asarray(
        (m + 0.5) * np.log((m + 1) / (odds * (n - m + 1)))
        + (n + 1) * np.log((n - m + 1) / (n - k + 1))
        + (k + 0.5) * np.log(odds * (n - k + 1) / (k + 1))
        + (_stirling(m) + _stirling(n - m) - _stirling(k) - _stirling(n - k))
    )


def _stirling(k: Array) -> Array:
    """What Stirling's formula for log k! leaves out; see `scalar_random.stirling`."""
    known = np.array(STIRLING)
    square = (k + 1) ** 2
    series = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
    place = np.minimum(k, len(known) - 1).astype(int)
    return np.asarray(np.where(k < len(known), known[place], series))


random_binomial = register(RandomBinomial)


def _parameters_message(name: str, given: tuple[Spec, ...]) -> str:
    return explain(
        f"Primitive {name} cannot take these parameters",
        given=" and ".join(map(str, given)),
        expected="values of one shape and one float dtype",
        remedy="random.gamma(...) or random.binomial(...), which broadcast and convert",
    )
