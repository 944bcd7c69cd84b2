"""Write down in which files Keras has what is public, or check (`--check`) that it still has.

KERAS_BACKEND=jax python tests/compat/make_inside.py [--check]
"""

import json
import sys
from pathlib import Path
from types import ModuleType

import keras

PATH = Path(__file__).parent / "inside.json"


def main():
    found = {}
    for path, each in public_objects(keras, set()):
        file = getattr(each, "__module__", None) or ""
        if file.startswith("keras.src.") and each.__name__ != "LegacyOptimizerWarning":
            known = found.setdefault(file, {})
            known[each.__name__] = min(known.get(each.__name__, path), path, key=oddness)
    lines = [f"{json.dumps(file)}: {json.dumps(found[file])}" for file in sorted(found)]
    if "--check" not in sys.argv:
        PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        return
    assert found == json.loads(PATH.read_text())
    print(f"{len(found)} files agree")


def oddness(path):
    """The older rooms after the others; then longer paths after shorter ones."""
    return "_tf_keras" in path, len(path), path


def public_objects(module, seen):
    """All that is public, with the path under which it is."""
    seen.add(module)
    for name in dir(module):
        each = getattr(module, name)
        if isinstance(each, ModuleType):
            if each.__name__.startswith("keras.") and name != "src" and each not in seen:
                yield from public_objects(each, seen)
        elif name[0] != "_":
            yield f"{module.__name__}.{name}", each


main()
