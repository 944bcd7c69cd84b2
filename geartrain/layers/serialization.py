"""Objects in configs: written as a class and its config, and made of that again."""

from __future__ import annotations

from typing import Any


def described(value: Any) -> Any:
    """An object as a class and its config; numbers, text and shapes stay as they are."""
    return value


def made_of(config: Any) -> Any:
    """The object that was described, or that stands in a config as it is."""
    return config
