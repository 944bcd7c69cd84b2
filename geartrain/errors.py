"""The words of every error: what was given, what was expected and by whom, and the way out.

An error of Geartrain has five parts: *where* it happened, what was *given*, what was *expected*
and who set that expectation, which *axis* differs, and a *remedy* that can be pasted. `explain`
lays them out; it is called only after something has failed, so it may take its time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def explain(
    where: str,
    *,
    given: str,
    expected: str,
    remedy: str,
    axis: str | None = None,
) -> str:
    """Lay out the five parts of an error message as plain text.

    Args:
        where: one sentence without its full stop: the layer or call, and what it can't do.
        given: names, shapes and dtypes of what came.
        expected: what should have come, and which layer or call set that expectation.
        remedy: what to change, as a line that can be pasted.
        axis: which axis differs, and how; None where no axis is at fault.

    >>> print(explain("fit can't start", given="no loss", expected="a compiled model",
    ...               remedy="model.compile(optimizer='rmsprop', loss='mse')"))
    fit can't start.
      given:    no loss
      expected: a compiled model
      remedy:   model.compile(optimizer='rmsprop', loss='mse')
    """
    parts = [("given", given), ("expected", expected), ("differs", axis), ("remedy", remedy)]
    lines = [f"  {name + ':':<9} {text}" for name, text in parts if text is not None]
    return "\n".join([where + ".", *lines])


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the known names that look most like `name`, the likest first.

    >>> nearest("rmspropp", ["sgd", "rmsprop", "adam"])
    ['rmsprop']
    """
    by_lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=count, cutoff=0.5)
    return [by_lower[each] for each in close]
