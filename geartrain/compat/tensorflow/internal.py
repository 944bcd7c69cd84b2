"""`tf.__internal__`: the few names of it that packages for Keras ask for."""

from geartrain.compat.keras.inside.tracking import no_automatic_dependency_tracking

__all__ = ["internal"]


class internal:  # noqa: N801  (a namespace)
    """What TensorFlow has for those who build upon it."""

    class tracking:  # noqa: N801  (a namespace)
        """What layers keep."""

        no_automatic_dependency_tracking = staticmethod(no_automatic_dependency_tracking)
