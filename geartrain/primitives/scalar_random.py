"""Random numbers one by one: functions of the loop language that draw a single element.

They are the definitions of what `rejection.py` does for arrays.
"""

from __future__ import annotations

import math
from typing import Any

from geartrain.primitives.philox import philox, unit_numbers

__all__ = ["binomial_draw", "gamma_draw", "philox"]

TURN_TO_REJECTION = 10  # expected successes from which the rejection is valid


def gamma_draw(seed: Any, stream: Any, element: int, alpha: Any, logarithm: bool) -> float:
    """A number of the gamma distribution, or its logarithm; see `RandomGamma`."""
    a = float(alpha)
    if not 0 < a < math.inf:
        return a if a == math.inf else math.nan
    d = (a + 1 if a < 1 else a) - 1 / 3
    attempt = 0
    while True:
        radius, angle, u, boost = unit_numbers(int(seed), int(stream), element, attempt)
        x = math.sqrt(-2 * math.log(radius)) * math.cos(2 * math.pi * angle)
        v = (1 + x / math.sqrt(9 * d)) ** 3
        if v > 0 and math.log(u) < 0.5 * x * x + d * (1 - v + math.log(v)):
            break
        attempt += 1
    found = math.log(d) + math.log(v) + (math.log(boost) / a if a < 1 else 0)
    return found if logarithm else math.exp(found)


def binomial_draw(seed: Any, stream: Any, element: int, count: Any, chance: Any) -> float:
    """A number of successes; see `RandomBinomial`."""
    n, p = float(count), float(chance)
    if not (0 <= n < math.inf and 0 <= p <= 1):
        return math.nan
    trials, rare = math.floor(n), min(p, 1 - p)
    draw = _added_up if trials * rare < TURN_TO_REJECTION else _rejected
    found = draw(int(seed), int(stream), element, trials, rare)
    return float(trials - found if p > 0.5 else found)


def _added_up(seed: int, stream: int, element: int, n: int, p: float) -> int:
    uniform = unit_numbers(seed, stream, element, 0)[0]
    term = math.exp(n * math.log1p(-p))
    total, k = term, 0
    while uniform >= total and k < n:
        k += 1
        term *= (n - k + 1) / k * (p / (1 - p))
        total += term
    return k


def _rejected(seed: int, stream: int, element: int, n: int, p: float) -> int:
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    attempt = 0
    while True:
        u, v, *_ = unit_numbers(seed, stream, element, attempt)
        u -= 0.5
        us = 0.5 - abs(u)
        k: int = math.floor((2 * a / us + b) * u + n * p + 0.5)
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return k
        height = v * (2.83 + 5.1 / b) * spread / (a / (us * us) + b)
        if 0 <= k <= n and math.log(height) <= _log_ratio(n, p, k):
            return k
        attempt += 1


def _log_ratio(n: int, p: float, k: int) -> float:
    """log of the probability of k successes over that of the likeliest number."""
    m = math.floor((n + 1) * p)
    odds = p / (1 - p)
    return (
        (m + 0.5) * math.log((m + 1) / (odds * (n - m + 1)))
        + (n + 1) * math.log((n - m + 1) / (n - k + 1))
        + (k + 0.5) * math.log(odds * (n - k + 1) / (k + 1))
        + (stirling(m) + stirling(n - m) - stirling(k) - stirling(n - k))
    )


def _rest(k: int) -> float:
    return math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + math.log(2 * math.pi) / 2)


STIRLING = tuple(_rest(k) for k in range(10))


def stirling(k: int) -> float:
    """log k! - ((k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2), to ten digits."""
    if k < len(STIRLING):
        return STIRLING[k]
    square = (k + 1) ** 2
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
