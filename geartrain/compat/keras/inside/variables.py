"""`keras.src.backend.common.variables`: variables, by the name that Keras has for them there."""

from geartrain.tensor import Variable

KerasVariable = Variable

__all__ = ["KerasVariable", "Variable"]
