"""Quantiles of more numbers than one keeps: a summary of values and of how many each stands for.

    summary   [[values, rising],          merged with another: both, sorted, and then thinned out
               [weights        ]]         to 1 / epsilon values at even steps of the weight

The thinning reads values off the summary's distribution function, which is taken to be straight
between its points (Greenwald and Khanna, "Space-efficient online computation of quantile
summaries", 2001, have the idea of such summaries, and of merging them).
"""

from __future__ import annotations

import numpy as np

from geartrain.tensor import Array


def summary_of(numbers: Array, epsilon: float) -> Array:
    """Some 1 / epsilon of the numbers, at even places of their order."""
    ordered = np.sort(numbers.reshape(-1))
    step = max(ordered.size * epsilon, 1.0)
    values = ordered[int(step) - 1 :: int(step)]
    return np.stack([values, np.full_like(values, step)]).astype(np.float32)


def merged(first: Array, second: Array, epsilon: float) -> Array:
    """The summary of what two summaries stand for."""
    both = np.concatenate([first, second], axis=1)
    return thinned(both[:, np.argsort(both[0])], epsilon)


def thinned(summary: Array, epsilon: float) -> Array:
    """A summary with no more than 1 / epsilon values."""
    if summary.shape[1] * epsilon < 1:
        return summary
    wanted = epsilon + np.arange(0.0, 1.0, epsilon)
    passed = np.cumsum(summary[1])
    share = passed / passed[-1]
    values = np.interp(wanted, share, summary[0])
    weights = np.diff(np.interp(wanted, share, passed), prepend=0)
    return np.stack([values, weights]).astype(np.float32)


def boundaries_of(summary: Array, count: int) -> list[float]:
    """The boundaries between ranges that hold as many numbers each."""
    if not summary.shape[1]:
        return []
    kept = thinned(summary, 1.0 / count)[0]
    return [float(each) for each in kept[: count - 1]]
