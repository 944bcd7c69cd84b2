"""Callbacks: what is told of training's progress, under Keras's names.

Start reading at `callback.py`.
"""

from geartrain.callbacks.callback import Callback
from geartrain.callbacks.callback_list import CallbackList
from geartrain.callbacks.history import History
from geartrain.callbacks.lambda_callback import LambdaCallback
from geartrain.callbacks.progbar_logger import ProgbarLogger
from geartrain.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "Callback",
    "CallbackList",
    "History",
    "LambdaCallback",
    "ProgbarLogger",
    "TerminateOnNaN",
]
