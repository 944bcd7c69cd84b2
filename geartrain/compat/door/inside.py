"""Paths below `keras.src`, where Keras keeps its own files; packages written for it reach there.

keras.src.layers.core.dense       ->   keras.layers, where `Dense` is public
keras.src.saving.saving_lib       ->   geartrain.compat.keras.inside.saving_lib, keras.saving, ...
keras.src.layers.core.nothing     ->   no module

One rule instead of a list: a file is named after something that is public in its room, case and
underscores aside, or it is one of the few words that name groups of files. Its names are those of
the room, then those that are public elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec

INSIDE = "keras.src"
OWN = "geartrain.compat.keras.inside"
# Groups of files, and files with several things in them.
GROUP_WORDS = """
activations api_export attention clahe cloning common config constraints converters
convolutional core data_adapters data_utils dtype_policy_map dtypes einops engine
global_state image_preprocessing input_spec iou keras_tensor losses map_ops math
max_num_bounding_box merging model_visualization naming normalization object_registration
optimizer pooling preprocessing progbar quantizers regularization regularizers remat
reshaping rnn saved_model schedules serialization trainers variables version
"""
GROUPS = frozenset(GROUP_WORDS.split())
ENDINGS = ("_adapter", "_api", "_editor", "_initializers", "_lib", "_metrics", "_utils", "_wrapper")
FIRST = ("api_export", "engine", "trainers", "version")  # groups that are no rooms in public
# What has its room elsewhere in public: the functions of Keras's engine, and older ones.
MOVED = {
    **{f"backend.{name}": f"ops.{name}" for name in ("image", "linalg", "nn", "numpy")},
    "backend.random": "random",
    "layers.preprocessing.image_preprocessing.bounding_boxes": "utils.bounding_boxes",
    "legacy.backend": "backend",
    "legacy.losses": "losses",
    "legacy.preprocessing": "preprocessing",
    "utils.image_utils": "preprocessing.image",
}
ROOT = "geartrain"
EVERYWHERE = (
    "geartrain.compat.keras.config",
    "geartrain.config",
    "geartrain.saving",
    "geartrain.utils",
)

Sources = tuple[str, ...]


def is_inside(path: str) -> bool:
    """Whether a path is one of Keras's own files, or of their folders."""
    return path == INSIDE or path.startswith(INSIDE + ".")


def inside_sources(path: str, public: Callable[[str], Sources]) -> Sources:
    """The modules in which the names of a path below `keras.src` are; none, if it is no path.

    Args:
        path: such as "keras.src.layers.core.dense".
        public: what gives the sources of a public path.

    >>> inside_sources("keras.src.layers.core.dense", lambda path: ("geartrain.layers",))[:2]
    ('geartrain.layers', 'geartrain')
    """
    rest = path.removeprefix(INSIDE).lstrip(".")
    words = _moved(rest).split(".") if rest else []
    sources, files = _nearest_room(words, public)
    if not sources or (files and len(files) == len(words) and words[0] not in FIRST):
        return ()
    own = tuple(f"{OWN}.{word}" for word in words[-1:] if _is_own(word))
    found = (*own, *sources, ROOT, *EVERYWHERE)
    if not all(_is_file(file, found) for file in files):
        return ()
    beside = ("geartrain.ops",) if words[:1] == ["backend"] else ()
    return tuple(dict.fromkeys((*found, *beside)))


def _moved(rest: str) -> str:
    """Where what is below `keras.src` is in public.

    >>> _moved("legacy.preprocessing.text"), _moved("layers.layer")
    ('preprocessing.text', 'layers.layer')
    """
    for before, now in MOVED.items():
        if rest == before or rest.startswith(before + "."):
            return now + rest[len(before) :]
    return rest


def _nearest_room(
    words: Sequence[str], public: Callable[[str], Sources]
) -> tuple[Sources, Sequence[str]]:
    """The sources of the longest public path that words begin with, and the words behind it."""
    for length in range(len(words), -1, -1):
        sources = public(".".join(("keras", *words[:length])))
        if sources:
            return sources, words[length:]
    return (), words


def _is_file(word: str, sources: Sources) -> bool:
    if word in GROUPS or word.endswith(ENDINGS) or _is_own(word):
        return True
    plain = word.replace("_", "")
    return any(plain in _plain_names(source) for source in sources)


@cache
def _is_own(word: str) -> bool:
    return find_spec(f"{OWN}.{word}") is not None


@cache
def _plain_names(source: str) -> frozenset[str]:
    """The names of a module without case and underscores."""
    names = dir(import_module(source))
    return frozenset(name.replace("_", "").lower() for name in names if name[0] != "_")
