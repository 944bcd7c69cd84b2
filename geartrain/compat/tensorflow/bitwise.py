"""`tf.bitwise`: whole numbers bit by bit."""

from geartrain import ops
from geartrain.compat.tensorflow.wrapping import binary, unary

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]

bitwise_and = binary("bitwise_and", ops.bitwise_and)
bitwise_or = binary("bitwise_or", ops.bitwise_or)
bitwise_xor = binary("bitwise_xor", ops.bitwise_xor)
invert = unary("invert", ops.bitwise_not)
left_shift = binary("left_shift", ops.left_shift)
right_shift = binary("right_shift", ops.right_shift)
