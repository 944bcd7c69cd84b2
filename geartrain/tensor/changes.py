"""Changes: a mark that is another one whenever what holds variables, or trains them, changes.

    mark = changes.mark
    layer.dense = Dense(3); variable.trainable = False
    changes.mark is mark                                    ->   False

So that who looked through a model need not do so again as long as the mark is the same. One mark is
there for all: models are seldom changed, and while they are trained, never.
"""

from __future__ import annotations


class Changes:
    """The mark; an object, as a number could come again in a copy or in another process."""

    def __init__(self) -> None:
        self.mark = object()

    def note(self) -> None:
        """Something has changed."""
        self.mark = object()


changes = Changes()
