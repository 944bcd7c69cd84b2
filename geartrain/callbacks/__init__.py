"""Callbacks: what is told of training's progress, under Keras's names.

Start reading at `callback.py`; `callback_list.py` is what training calls, `monitor.py` what all
share that watch a number of the logs.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.callbacks.backup_and_restore import BackupAndRestore
    from geartrain.callbacks.callback import Callback
    from geartrain.callbacks.callback_list import CallbackList
    from geartrain.callbacks.csv_logger import CSVLogger
    from geartrain.callbacks.early_stopping import EarlyStopping
    from geartrain.callbacks.history import History
    from geartrain.callbacks.lambda_callback import LambdaCallback
    from geartrain.callbacks.learning_rate_scheduler import LearningRateScheduler
    from geartrain.callbacks.model_checkpoint import ModelCheckpoint
    from geartrain.callbacks.monitor import MonitorCallback
    from geartrain.callbacks.progbar_logger import ProgbarLogger
    from geartrain.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
    from geartrain.callbacks.remote_monitor import RemoteMonitor
    from geartrain.callbacks.swap_ema_weights import SwapEMAWeights
    from geartrain.callbacks.tensorboard import TensorBoard
    from geartrain.callbacks.terminate_on_nan import TerminateOnNaN


__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
