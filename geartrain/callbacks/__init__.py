"""Callbacks: what is told of training's progress, under Keras's names.

Start reading at `callback.py`.
"""

from geartrain.callbacks.callback import Callback, CallbackList, LambdaCallback
from geartrain.callbacks.history import History
from geartrain.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = ["Callback", "CallbackList", "History", "LambdaCallback", "TerminateOnNaN"]
