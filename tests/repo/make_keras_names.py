"""Write down the public names and signatures of the real Keras: `keras_names.txt`.

KERAS_BACKEND=jax .peers/keras-jax/bin/python tests/repo/make_keras_names.py [--check]
"""

import inspect
import sys
from pathlib import Path

import keras

STORED = Path(__file__).parent / "keras_names.txt"
DEEPER = {"legacy", "src", "backend"}


def signature(thing):
    """The names, order and defaults of a function's or class's arguments."""
    try:
        own = inspect.isclass(thing)
        found = inspect.signature(thing.__init__ if own else thing)
    except (TypeError, ValueError):
        return "?"
    parts = []
    for each in list(found.parameters.values())[int(own) :]:  # without self
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        default = "" if each.default is each.empty else f"={shown(each.default)}"
        mark = "/" if each.kind is each.POSITIONAL_ONLY else ""
        mark = "!" if each.kind is each.KEYWORD_ONLY else mark
        parts.append(f"{star}{each.name}{mark}{default}")
    return ", ".join(parts)


def shown(default):
    return repr(default) if not callable(default) else getattr(default, "__name__", "object")


def names(module, path=""):
    """Every public name below a module with its signature."""
    for name in sorted(dir(module)):
        thing = getattr(module, name)
        if name.startswith("_") or name == "src":
            continue
        if inspect.ismodule(thing):
            if thing.__name__.startswith(module.__name__):
                yield f"{path}{name}.", "module"
                yield from names(thing, f"{path}{name}.")
        elif callable(thing):
            yield f"{path}{name}", signature(thing)
        else:
            yield f"{path}{name}", "value"


if __name__ == "__main__":
    text = "".join(f"{name}\t{told}\n" for name, told in sorted(set(names(keras))))
    if "--check" in sys.argv:
        assert STORED.read_text() == text, "Keras's names changed: run it without --check"
        print(f"{len(text.splitlines())} names are as stored: Keras {keras.__version__}")
    else:
        STORED.write_text(text)
        print(f"{len(text.splitlines())} names of Keras {keras.__version__}")
