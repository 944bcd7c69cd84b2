"""`tf.errors`: what TensorFlow calls exceptions, as the ones of Python that are raised here."""

from __future__ import annotations

__all__ = [
    "AbortedError", "AlreadyExistsError", "CancelledError", "DataLossError",
    "DeadlineExceededError", "FailedPreconditionError", "InternalError", "InvalidArgumentError",
    "NotFoundError", "OpError", "OperatorNotAllowedInGraphError", "OutOfRangeError",
    "PermissionDeniedError", "ResourceExhaustedError", "UnauthenticatedError",
    "UnavailableError", "UnimplementedError", "UnknownError",
]  # fmt: skip

OpError = Exception
InvalidArgumentError = (ValueError, TypeError, IndexError, AssertionError)
AbortedError = CancelledError = FailedPreconditionError = InternalError = RuntimeError
AlreadyExistsError = FileExistsError
DataLossError = ValueError
DeadlineExceededError = TimeoutError
NotFoundError = FileNotFoundError
OperatorNotAllowedInGraphError = TypeError
OutOfRangeError = StopIteration
PermissionDeniedError = UnauthenticatedError = PermissionError
ResourceExhaustedError = MemoryError
UnavailableError = ConnectionError
UnimplementedError = NotImplementedError
UnknownError = Exception
