"""Messages that TensorBoard's plug-ins write by TensorFlow's names; TensorBoard itself has them.

There are none where TensorBoard is not installed.
"""

from contextlib import suppress
from importlib import import_module
from typing import Any

NAMES = ("Summary", "SummaryMetadata")


def __getattr__(name: str) -> Any:
    if name in NAMES:
        with suppress(ModuleNotFoundError):
            return getattr(import_module("tensorboard.compat.proto.summary_pb2"), name)
    raise AttributeError(f"there is no message {name!r}: TensorBoard has those of summaries")
