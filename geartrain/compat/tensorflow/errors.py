"""`tf.errors`: what TensorFlow calls exceptions, as the ones of Python that are raised here."""

from __future__ import annotations

__all__ = [
    "FailedPreconditionError", "InternalError", "InvalidArgumentError", "NotFoundError", "OpError",
    "OutOfRangeError", "PermissionDeniedError", "ResourceExhaustedError", "UnimplementedError",
]  # fmt: skip

OpError = Exception
InvalidArgumentError = (ValueError, TypeError, IndexError, AssertionError)
FailedPreconditionError = RuntimeError
InternalError = RuntimeError
NotFoundError = FileNotFoundError
OutOfRangeError = StopIteration
PermissionDeniedError = PermissionError
ResourceExhaustedError = MemoryError
UnimplementedError = NotImplementedError
