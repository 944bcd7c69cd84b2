"""`deserialize_keras_object`: plain data as the object that it tells of."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

import numpy as np

from geartrain.errors import explain, nearest
from geartrain.serialization.names import (
    WHOLE,
    find_class,
    find_function,
    public_attribute,
    rooms_of,
)
from geartrain.serialization.registry import get_registered_object, within
from geartrain.serialization.sharing import note_read, read_before
from geartrain.tensor import Tensor, as_dtype


class ConfigError(TypeError):
    """A class does not take the config that names it."""


Reader = Callable[[dict[str, Any]], Any]
_readers: dict[str, Reader] = {}
_finders: list[Callable[[dict[str, Any]], Any]] = []
_safely: ContextVar[bool | None] = ContextVar("safely", default=None)


def is_reading_safely() -> bool | None:
    """Whether an object is being made from plain data which nobody vouches for.

    None while nothing is read. A class whose config may name a file of the machine asks this.

    >>> is_reading_safely() is None
    True
    """
    return _safely.get()


@contextmanager
def reading(safe_mode: bool) -> Iterator[None]:
    """Say for the time inside whether plain data is vouched for; what was said first holds."""
    before = _safely.get()
    token = _safely.set(bool(safe_mode) if before is None else before)
    try:
        yield
    finally:
        _safely.reset(token)


def on_reading(class_name: str | None, read: Reader) -> None:
    """Let a room above read what it wrote: under a tag, or (None) whatever it gives a class for."""
    if class_name is None:
        _finders.append(read)
    else:
        _readers[class_name] = read


def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
    **kwargs: Any,
) -> Any:
    """The object that `serialize_keras_object` wrote, or that the real Keras wrote.

    Args:
        config: plain data; what is no config of an object is given back as it is.
        custom_objects: your own classes and functions by name.
        safe_mode: what `is_reading_safely` says meanwhile, for classes that ask. Code from a file
            is never run, whatever it says; a lambda's name must be among `custom_objects`.
        **kwargs: `module_objects`, further classes and functions by name; `printable_module_name`
            is taken for the sake of older callers.

    Raises:
        TypeError: no class or function of this name is known, or it does not take this config.
        ValueError: the name is of something that may not stand in a config.

    >>> from geartrain import random, saving
    >>> saving.deserialize_keras_object(saving.serialize_keras_object(random.SeedGenerator(7, "s")))
    <SeedGenerator s, seed=7>
    """
    known = kwargs.pop("module_objects", None) or {}
    kwargs.pop("printable_module_name", None)  # which is for messages of Keras's
    if kwargs:
        raise TypeError(f"deserialize_keras_object does not know {', '.join(kwargs)}")
    with reading(safe_mode), within(custom_objects):
        return _read(config, known)


def _read(config: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(config, list | tuple):
        return type(config)(_read(each, known) for each in config)
    if isinstance(config, str):
        return _read_name(config, known)
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: _read(each, known) for key, each in config.items()}
    return _read_object(config, known)


def _read_name(name: str, known: Mapping[str, Any]) -> Any:
    """A string is a string, unless the caller gave it a meaning."""
    found = get_registered_object(name, module_objects=known)
    if found is None:
        return name
    return found() if inspect.isclass(found) and name in known else found


def _read_object(config: dict[str, Any], known: Mapping[str, Any]) -> Any:
    name, inner = config["class_name"], config["config"]
    if not isinstance(name, str):
        return config
    if name in _TAGS:
        return _TAGS[name](inner)
    if name in _readers:
        return _readers[name](config)
    if name in ("function", "builtin_function_or_method"):
        return found_function(inner, known)
    shared = read_before(config)
    if shared is not None:
        return shared
    made = _made(_class_of(config, known), config)
    note_read(made, config)
    return made


def _made(cls: Any, config: dict[str, Any]) -> Any:
    """An object of a class, built and compiled as the config says."""
    inner = config["config"]
    if not isinstance(inner, dict):
        raise TypeError(_no_dict_message(config))
    try:
        made = cls.from_config(inner)
    except ConfigError:  # of an object inside, which says enough
        raise
    except TypeError as error:
        raise ConfigError(_not_taken_message(cls, inner, error)) from error
    if config.get("build_config") and hasattr(made, "build_from_config"):
        made.build_from_config(config["build_config"])
    if config.get("compile_config") and hasattr(made, "compile_from_config"):
        made.compile_from_config(config["compile_config"])
    return made


def _class_of(config: dict[str, Any], known: Mapping[str, Any]) -> Any:
    """The class that a config names: the caller's or registered, else a public one of ours."""
    name = config["class_name"]
    for each in (config.get("registered_name"), name):
        found = get_registered_object(each, module_objects=known) if each else None
        if found is not None and not isinstance(found, str):
            return found
    for find in _finders:
        found = find(config)
        if found is not None:
            return found
    if not isinstance(config["config"], dict):
        raise TypeError(_no_dict_message(config))
    return _public_class(config.get("module"), name)


def _public_class(module: Any, name: str) -> Any:
    """A class of Keras's by our room's name for it."""
    if not isinstance(module, str) or module.split(".")[0] not in WHOLE:
        raise TypeError(_not_found_message("class", name, module))
    found = find_class(module, name)
    if found is None:
        raise ValueError(_not_public_message(module, name))
    return found


def found_function(name: Any, known: Mapping[str, Any] | None = None) -> Any:
    """The function of a name: the caller's or registered, else a public one of ours.

    Raises:
        TypeError: there is none.
    """
    inner = name["name"] if isinstance(name, dict) and "name" in name else name
    found = get_registered_object(inner, module_objects=known) if isinstance(inner, str) else None
    if found is None and isinstance(inner, str):
        found = find_function(inner)
    if found is None:
        raise TypeError(_not_found_message("function", str(inner), None))
    return found


def _read_slice(config: dict[str, Any]) -> slice:
    return slice(*(_read(config[name], {}) for name in ("start", "stop", "step")))


def _read_lambda(config: dict[str, Any]) -> Any:
    name = config.get("value") if isinstance(config, dict) else None
    raise ValueError(_lambda_message(name))


def _array(config: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.array(config["value"], as_dtype(config["dtype"]))


_TAGS: dict[str, Callable[[Any], Any]] = {
    "__tensor__": lambda inner: Tensor(_array(inner)),
    "__numpy__": _array,
    "__bytes__": lambda inner: inner["value"].encode("utf-8"),
    "__ellipsis__": lambda _: Ellipsis,
    "__slice__": _read_slice,
    "__lambda__": _read_lambda,
}


def _no_dict_message(config: dict[str, Any]) -> str:
    return explain(
        f"The config of {config['class_name']} is no config",
        given=f"config of type {type(config['config']).__name__}: {config['config']!r}",
        expected="a dict of the arguments to make it with",
        remedy="{'class_name': 'Dense', 'config': {'units': 10}}",
    )


def _not_taken_message(cls: Any, inner: dict[str, Any], error: TypeError) -> str:
    return explain(
        f"{getattr(cls, '__name__', cls)} cannot be made of this config",
        given=f"{inner!r}"[:2000] + f"\n{error}",
        expected="what its get_config() gives, with objects inside made in its from_config()",
        remedy="@classmethod\ndef from_config(cls, config): return cls(**config)",
    )


def _not_found_message(kind: str, name: str, module: Any) -> str:
    place = f" of module {module!r}" if module else ""
    sort = "def call(x)" if kind == "function" else f"class {name}(layers.Layer)"
    return explain(
        f"Could not locate {kind} '{name}'",
        given=f"the name {name!r}{place} in a config",
        expected="a public name of geartrain, or one of yours that is registered or among "
        "custom_objects; the module that registers it must be imported before",
        remedy="@geartrain.saving.register_keras_serializable()\n"
        f"{sort}: ...\nor: load_model(path, custom_objects={{{name!r}: {name}}})",
    )


def _not_public_message(module: str, name: str) -> str:
    known = [
        each
        for room in rooms_of(module)
        for each in dir(import_module(f"geartrain.{room}"))
        if inspect.isclass(public_attribute(room, each))
    ]
    close = nearest(name, known)
    return explain(
        f"'{module}.{name}' may not stand in a config",
        given=f"the name {name!r} of module {module!r}",
        expected="a public class with from_config()"
        + (f" (nearest: {', '.join(close)})" if close else ""),
        remedy=f"custom_objects={{{name!r}: {name}}}, if it is a class of your own",
    )


def _lambda_message(value: Any) -> str:
    return explain(
        "The file holds the machine code of a Python lambda, which is not run",
        given="a lambda ("
        + (f"{len(str(value))} characters of code" if value else "no code")
        + ")",
        expected="functions by name: code from a file could do anything on this machine",
        remedy="write the function with `def` and @register_keras_serializable(), and save again;\n"
        "or build the model in Python, and model.load_weights(path)",
    )
