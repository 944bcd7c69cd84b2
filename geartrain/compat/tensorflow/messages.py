"""Messages that TensorBoard's plug-ins write by TensorFlow's names; TensorBoard itself has them.

There are none where TensorBoard is not installed.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

NAMES = ("Summary", "SummaryMetadata") if find_spec("tensorboard") is not None else ()


def __getattr__(name: str) -> Any:
    if name in NAMES:
        return getattr(import_module("tensorboard.compat.proto.summary_pb2"), name)
    raise AttributeError(f"there is no message {name!r}: TensorBoard has those of summaries")
