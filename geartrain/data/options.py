"""`Options`: what `with_options` takes. Order is kept unless `deterministic` is False."""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name

PARTS = (
    "autotune", "experimental_distribute", "experimental_optimization", "experimental_service",
    "threading",
)  # fmt: skip
WORDS = (
    "dataset_name", "experimental_external_state_policy", "experimental_slack",
    "experimental_symbolic_checkpoint", "experimental_warm_start", "framework_type",
)  # fmt: skip
FORMER = {"experimental_deterministic": "deterministic", "experimental_threading": "threading"}


class Words:
    """Names with values, whatever they are: they say how work is parted, and change no element.

    >>> words = Words()
    >>> words.private_threadpool_size = 4
    >>> words.private_threadpool_size, words.max_intra_op_parallelism
    (4, None)
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[name] = value


class Options:
    """Words for how a pipeline is carried out.

    Only `deterministic` changes anything here: False lets parallel `map` give results as they are
    ready. What else TensorFlow's pipelines know (`autotune`, `threading`, `experimental_...`) is
    taken and kept: it changes no element.

    Raises:
        AttributeError: where a name is set that there is not.

    >>> options = Options()
    >>> options.deterministic = False
    >>> options.threading.private_threadpool_size = 4
    """

    deterministic: bool | None
    autotune: Words
    threading: Words
    experimental_distribute: Words
    experimental_optimization: Words

    def __init__(self) -> None:
        vars(self).update({name: Words() for name in PARTS}, deterministic=None)
        vars(self).update(dict.fromkeys(WORDS))

    def __getattr__(self, name: str) -> Any:
        if name in FORMER:
            return getattr(self, FORMER[name])
        raise AttributeError(f"'Options' object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        known = FORMER.get(name, name)
        if known not in vars(self):
            raise AttributeError(
                unknown_name("option", name, vars(self), remedy="setattr(options, {}, ...)")
            )
        vars(self)[known] = value

    def merge(self, other: Options) -> Options:
        """These words, and those of others, which come first where they say anything."""
        made = Options()
        for name, mine in vars(self).items():
            theirs = getattr(other, name)
            if isinstance(theirs, Words) and isinstance(mine, Words):
                vars(vars(made)[name]).update(vars(mine) | vars(theirs))
            else:
                vars(made)[name] = mine if theirs is None else theirs
        return made

    def __repr__(self) -> str:
        return f"Options(deterministic={self.deterministic})"
