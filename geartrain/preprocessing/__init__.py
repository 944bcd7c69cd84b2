"""The older home of some helpers: `preprocessing.image` and `preprocessing.sequence`, as in Keras.

Nothing lives here: the functions are those of `geartrain.utils`.

Start reading at `image.py`.
"""

from geartrain.preprocessing import image, sequence

__all__ = ["image", "sequence"]
