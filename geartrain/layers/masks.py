"""Masks: which steps of a series are there, kept beside the tensors that layers give.

    Embedding(..., mask_zero=True)(words)   ->   vectors, with a mask: words != 0
    LSTM(32)(vectors)                       ->   the call gets mask=...

A layer whose `supports_masking` is True hands the mask on, as its `compute_mask` says. Another
one ends it, with a warning.
"""

from __future__ import annotations

import warnings
import weakref
from typing import Any

from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten, map_nest
from geartrain.tensor.tensor import install_methods

_masks: dict[int, tuple[weakref.ref[Tensor], Tensor]] = {}


def mask_of(tensor: Any) -> Tensor | None:
    """The mask that was kept for a tensor."""
    kept = _masks.get(id(tensor))
    return kept[1] if kept is not None and kept[0]() is tensor else None


def keep_mask(tensor: Tensor, mask: Tensor) -> None:
    """Keep a mask as long as the tensor lives."""
    key = id(tensor)
    _masks[key] = weakref.ref(tensor, lambda _: _masks.pop(key, None)), mask


def set_mask(tensor: Tensor, mask: Any) -> None:
    """Keep a mask for a tensor; None forgets it."""
    if mask is None:
        _masks.pop(id(tensor), None)
    else:
        keep_mask(tensor, mask)


# The attribute by which Keras's users look at a mask, and set one.
install_methods({"_keras_mask": property(mask_of, set_mask)})


def masks_of(nest: Any) -> Any:
    """The masks of a nest of tensors, in its form; None where there is none at all."""
    if not _masks or all(mask_of(each) is None for each in flatten(nest)):
        return None
    return map_nest(mask_of, nest)


def fill_in_masks(arguments: dict[str, Any], names: Any) -> None:
    """Give a call the masks of its arguments: `query_mask` that of `query`, `mask` the first's."""
    if not _masks:
        return
    for place, name in enumerate(list(arguments)):
        wanted = f"{name}_mask" if f"{name}_mask" in names or place else "mask"
        if wanted in names and arguments.get(wanted) is None:
            found = masks_of(arguments[name])
            if found is not None:
                arguments[wanted] = found


def hand_on_masks(layer: Any, inputs: Any, outputs: Any) -> None:
    """Keep masks for what a layer gave for inputs that may have some."""
    given = masks_of(inputs)
    if given is not None and not layer.supports_masking:
        _warn(layer)
    elif given is not None or layer.makes_masks:
        found = layer.compute_mask(inputs, given)
        if isinstance(outputs, Tensor):
            found, outputs = [found], [outputs]
        pairs = zip(flatten(outputs), flatten(found), strict=False)
        for output, mask in pairs:
            if isinstance(output, Tensor) and isinstance(mask, Tensor):
                keep_mask(output, mask)


def _warn(layer: Any) -> None:
    warnings.warn(
        f"{type(layer).__name__} '{layer.name}' was given a series with a mask, and knows nothing "
        "of masks: steps that are padding count as others do from here on. Remedy: "
        "mask_zero=False, or self.supports_masking = True in a layer that computes step by step",
        stacklevel=4,
    )
