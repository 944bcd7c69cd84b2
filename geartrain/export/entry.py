"""`export_model`, which is `Model.export`: a model's call as a file for other programs."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

from geartrain.errors import explain
from geartrain.export.messages import FORMATS
from geartrain.export.signature import input_values
from geartrain.export.tracing import onnx_bytes
from geartrain.saving.store import replacing

OPSET = 18
OTHERS = {
    "tf_saved_model": (
        ImportError,
        "TensorFlow writes this format, and it needs a graph of its own",
    ),
    "openvino": (ValueError, "OpenVINO reads ONNX files: openvino.convert_model('model.onnx')"),
    "litert": (ValueError, "LiteRT's converters start from TensorFlow's or PyTorch's graphs"),
    "torch": (ValueError, "PyTorch writes this format, of models of its own"),
}
FORMS = ["tf_saved_model", "onnx", "openvino", "litert", "torch"]


def export_model(
    model: Any,
    filepath: Any,
    format: str = "tf_saved_model",  # noqa: A002  (Keras's name)
    verbose: Any = None,
    input_signature: Any = None,
    **kwargs: Any,
) -> None:
    """Write what a model computes to a file for other programs: see `Model.export`."""
    if format not in FORMS:
        raise ValueError(_unknown_message(format))
    if format != "onnx":
        kind, why = OTHERS[format]
        raise kind(_other_message(format, why))
    opset = checked_opset(kwargs)
    if not model.built:
        raise ValueError(_unbuilt_message(model))
    structure, values = input_values(model, input_signature)
    names = list(getattr(model, "output_names", None) or [])
    called = partial(model, training=False)
    content = onnx_bytes(called, structure, values, model.name, names, opset)
    write_bytes(filepath, content)
    if verbose is None or verbose:
        tell(f"Saved artifact at '{filepath}'.")


def tell(line: str) -> None:
    """Say where a file is."""
    sys.stdout.write(f"{line}\n")


def checked_opset(kwargs: dict[str, Any]) -> int:
    """The version of ONNX's operators that is asked for.

    Raises:
        TypeError: there are other arguments.
        ValueError: it is not one of those that are written.
    """
    opset = kwargs.pop("opset_version", None) or OPSET
    if kwargs:
        raise TypeError(_arguments_message(kwargs))
    if opset not in FORMATS:
        raise ValueError(_opset_message(opset))
    return int(opset)


def write_bytes(filepath: Any, content: bytes) -> None:
    """Write a file; one that is there stays whole until the new one is."""
    path = Path(filepath)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as place:
        Path(place).write_bytes(content)


def _unknown_message(given: Any) -> str:
    return explain(
        f"Unrecognized format={given}. Supported formats are: {FORMS}",
        given=f"format={given!r}",
        expected="'onnx'",
        remedy="model.export('model.onnx', format='onnx')",
    )


def _other_message(given: str, why: str) -> str:
    return explain(
        f"The format '{given}' cannot be written",
        given=f"format={given!r}",
        expected=f"'onnx'. {why}",
        remedy="model.export('model.onnx', format='onnx'); or load the .keras file with Keras on "
        "TensorFlow or PyTorch, and export there",
    )


def _unbuilt_message(model: Any) -> str:
    return explain(
        "The model provided has not yet been built. It must be built before export",
        given=f"{type(model).__name__} '{model.name}', which has no weights yet",
        expected="a model that has seen data, or a shape",
        remedy="model.build((None, 784)) before",
    )


def _arguments_message(kwargs: dict[str, Any]) -> str:
    return explain(
        "export does not know these arguments",
        given=", ".join(kwargs),
        expected="opset_version",
        remedy="model.export('model.onnx', format='onnx', opset_version=18)",
    )


def _opset_message(given: Any) -> str:
    return explain(
        "This version of ONNX's operators is not written",
        given=f"opset_version={given!r}",
        expected=f"one of {', '.join(map(str, FORMATS))}",
        remedy="opset_version=18",
    )
