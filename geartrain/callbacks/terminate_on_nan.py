"""`TerminateOnNaN`: ends training when the loss is not finite."""

from __future__ import annotations

from geartrain.callbacks.callback import Callback


class TerminateOnNaN(Callback):
    """End training as soon as the loss is NaN or infinite.

    `fit` looks at the loss after each native call anyway, so this costs nothing, and steps need
    not be single calls for it.

    >>> from geartrain import callbacks
    >>> [callbacks.TerminateOnNaN()]  # model.fit(x, y, callbacks=...)
    [<TerminateOnNaN>]
    """

    def __repr__(self) -> str:
        return "<TerminateOnNaN>"
