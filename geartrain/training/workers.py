"""Batches of a `PyDataset`, made by workers ahead of the training, in threads or processes.

Batches come in the order of their numbers, whichever worker is first.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import islice
from typing import Any

from geartrain.utils.py_dataset import PyDataset


def made_ahead(source: PyDataset, numbers: Iterator[int]) -> Iterator[Any]:
    """Batches in order, made by workers while earlier ones are used."""
    workers = max(source.workers, 1)
    with _pool(source, workers) as pool:
        submit = _submitter(pool, source)
        pending: deque[Future[Any]] = deque()
        try:
            for number in islice(numbers, max(source.max_queue_size, workers)):
                pending.append(submit(number))
            while pending:
                batch = pending.popleft().result()
                pending.extend(submit(number) for number in islice(numbers, 1))
                yield batch
        finally:
            for each in pending:
                each.cancel()


def _pool(source: PyDataset, workers: int) -> Executor:
    if not source.use_multiprocessing:
        return ThreadPoolExecutor(workers, thread_name_prefix="batches")
    context = multiprocessing.get_context("spawn")  # a fork would copy threads that do not run
    return ProcessPoolExecutor(workers, context, _keep, (source,))


def _submitter(pool: Executor, source: PyDataset) -> Callable[[int], Future[Any]]:
    if isinstance(pool, ProcessPoolExecutor):
        return lambda number: pool.submit(_kept_batch, number)
    return lambda number: pool.submit(source.__getitem__, number)


_kept: list[PyDataset] = []  # of a worker process: the data set that it makes batches of


def _keep(source: PyDataset) -> None:
    _kept[:] = [source]


def _kept_batch(number: int) -> Any:
    return _kept[0][number]
