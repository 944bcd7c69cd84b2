"""The words of every error: what was given, what was expected and by whom, and the way out.

An error of Geartrain has five parts: *where* it happened, what was *given*, what was *expected*
and who set that expectation, which *axis* differs, and a *remedy* that can be pasted. `explain`
lays them out; it is called only after something has failed, so it may take its time.
"""

from __future__ import annotations

from collections.abc import Iterable

INDENT = 12  # where the text of a part begins


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
        given: names, shapes and dtypes of what came; may be a drawing of several lines.
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
    lines = [
        f"  {name + ':':<9} {text}".replace("\n", "\n" + " " * INDENT)
        for name, text in parts
        if text is not None
    ]
    return "\n".join([where + ".", *lines])


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the known names that look most like `name`, the likest first.

    >>> nearest("rmspropp", ["sgd", "rmsprop", "adam"])
    ['rmsprop']
    """
    by_lower = {each.lower(): each for each in known}
    import difflib  # slow to load

    close = difflib.get_close_matches(name.lower(), by_lower, n=count, cutoff=0.5)
    return [by_lower[each] for each in close]


def unknown_name(kind: str, name: object, known: Iterable[str], *, remedy: str) -> str:
    """The message for a name that nothing has; `remedy` has `{}` where the right name goes.

    >>> print(unknown_name("optimizer", "rmspropp", ["sgd", "rmsprop"], remedy="optimizer={}"))
    There is no optimizer of this name.
      given:    'rmspropp'
      expected: one of: rmsprop, sgd (nearest: rmsprop)
      remedy:   optimizer='rmsprop'
    """
    names = sorted(known)
    close = nearest(str(name), names)
    hint = f" (nearest: {', '.join(close)})" if close else ""
    return explain(
        f"There is no {kind} of this name",
        given=repr(name),
        expected="one of: " + ", ".join(names) + hint,
        remedy=remedy.format(repr((close or names)[0])),
    )
