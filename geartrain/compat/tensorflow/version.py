"""`tf.version`: the TensorFlow whose names and numbers these are."""

__all__ = ["VERSION"]

VERSION = "2.21.0"
