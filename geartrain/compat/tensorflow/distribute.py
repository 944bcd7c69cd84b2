"""`tf.distribute`: strategies on one device. A model made in a scope is what it is without it.

All cores of the processor work on one replica, so that `num_replicas_in_sync` is 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from geartrain.errors import explain
from geartrain.tensor.user_line import levels_to_user

__all__ = [
    "MirroredStrategy", "MultiWorkerMirroredStrategy", "OneDeviceStrategy", "ReduceOp", "Strategy",
    "TPUStrategy", "get_strategy", "has_strategy", "in_cross_replica_context",
]  # fmt: skip

_strategies: list[Strategy] = []
_PROCESSOR = object()  # what `connect` hands to a resolver


class ReduceOp:
    """How values of replicas become one; of one replica they are it."""

    SUM = "SUM"
    MEAN = "MEAN"


class Strategy:
    """One replica, on the one device."""

    num_replicas_in_sync = 1
    should_checkpoint = should_save_summary = True  # this is the one worker that there is

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.extended = self

    def _in_multi_worker_mode(self) -> bool:
        """What KerasTuner asks before it writes a file."""
        return False

    @contextmanager
    def scope(self) -> Iterator[Strategy]:
        """What is made inside belongs to the strategy."""
        _strategies.append(self)
        try:
            yield self
        finally:
            _strategies.pop()

    def run(
        self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None
    ) -> Any:
        """Call a function on each replica."""
        return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: Any, value: Any, axis: int | None = None) -> Any:
        """The value of all replicas; along an axis, its sum or mean."""
        from geartrain import ops

        if axis is None:
            return value
        return (ops.mean if str(reduce_op).upper().endswith("MEAN") else ops.sum)(value, axis)

    def gather(self, value: Any, axis: int) -> Any:
        """The values of all replicas, one after the other."""
        return value

    def experimental_local_results(self, value: Any) -> tuple[Any]:
        """The value of each replica."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Iterable[Any], options: Any = None) -> Any:
        """The data as they are."""
        return dataset

    def distribute_datasets_from_function(self, dataset_fn: Any, options: Any = None) -> Any:
        """The data that a function gives."""
        return dataset_fn(None)


class MirroredStrategy(Strategy):
    """The same weights on every device of a machine: there is one."""

    def __init__(self, devices: Any = None, cross_device_ops: Any = None) -> None:
        super().__init__()


class OneDeviceStrategy(Strategy):
    """Everything on one device."""

    def __init__(self, device: str = "/cpu:0") -> None:
        super().__init__()


class MultiWorkerMirroredStrategy(Strategy):
    """The same weights on several machines: this one."""

    def __init__(self, cluster_resolver: Any = None, communication_options: Any = None) -> None:
        super().__init__()


class TPUStrategy(Strategy):
    """Everything on the processor, for the resolver that `connect` gives.

    Raises:
        RuntimeError: there is no such resolver, as there is no TPU.
    """

    def __init__(
        self,
        tpu_cluster_resolver: Any = None,
        experimental_device_assignment: Any = None,
        experimental_spmd_xla_partitioning: bool = False,
    ) -> None:
        if not isinstance(tpu_cluster_resolver, cluster_resolver.TPUClusterResolver):
            raise RuntimeError(_tpu_message())
        super().__init__()


_ONE_DEVICE = Strategy()


def get_strategy() -> Strategy:
    """The strategy whose scope this is in, or one of one device."""
    return _strategies[-1] if _strategies else _ONE_DEVICE


def has_strategy() -> bool:
    """Whether this is in the scope of a strategy."""
    return bool(_strategies)


def in_cross_replica_context() -> bool:
    """Whether this is in the scope of a strategy, and not in a replica."""
    return bool(_strategies)


class cluster_resolver:  # noqa: N801  (a namespace)
    """Finding the machines of a cluster."""

    class TPUClusterResolver:
        """There are no TPUs: `connect` stands the processor in for one, with a warning."""

        def __init__(self, tpu: Any = None, *args: Any, **kwargs: Any) -> None:
            if tpu is not _PROCESSOR:
                raise ValueError(_tpu_message())

        @staticmethod
        def connect(tpu: Any = None, zone: Any = None, project: Any = None) -> Any:
            """A resolver whose strategies use the processor; a warning says so."""
            warnings.warn(_instead_message(), RuntimeWarning, stacklevel=levels_to_user())
            return cluster_resolver.TPUClusterResolver(_PROCESSOR)

        def master(self, *args: Any, **kwargs: Any) -> str:
            """The address of the machine: this one has none."""
            return ""

        def num_accelerators(self, *args: Any, **kwargs: Any) -> dict[str, int]:
            """How many TPUs there are."""
            return {"TPU": 0}


class experimental:  # noqa: N801  (a namespace)
    """Names that TensorFlow once had here."""

    TPUStrategy = TPUStrategy
    MultiWorkerMirroredStrategy = MultiWorkerMirroredStrategy


def _tpu_message() -> str:
    return explain(
        "There is no TPU",
        given="a strategy for TPUs",
        expected="the processor, all of whose cores work anyway",
        remedy="strategy = tf.distribute.MirroredStrategy()",
    )


def _instead_message() -> str:
    return explain(
        "There is no TPU: what follows runs on the processor",
        given="TPUClusterResolver.connect()",
        expected="a TPU",
        remedy="strategy = tf.distribute.MirroredStrategy(), which is the same here",
    )
