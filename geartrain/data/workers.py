"""Threads that make elements ahead: in order, with errors as they happened, and none left behind.

    for each in ahead(source.elements, room=2): ...       one thread, up to two elements ready
    for each in mapped(function, elements, workers=4): ...  four at a time, given in order

A thread ends when its consumer is closed, which happens at the end of a `for`, on an error or
Ctrl-C in it, and when the iterator is dropped. What fails in a thread fails at the consumer's
line, with the thread's traceback.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from itertools import islice
from typing import Any

from geartrain.data.cardinality import AUTOTUNE
from geartrain.data.stage import closable

READY = 2  # elements ahead, where nobody says how many
CLOSING_S = 10.0
THREAD_NAME = "geartrain-data"


def read_workers(number: Any) -> int:
    """How many threads `num_parallel_calls` means: AUTOTUNE is one for each core."""
    from geartrain.runtime.cpu import usable_cores

    if number is None:
        return 0
    return max(2, usable_cores()) if int(number) == AUTOTUNE else int(number)


class Channel:
    """A row of things from one thread to another, of so many at most."""

    def __init__(self, room: int) -> None:
        self._things: deque[Any] = deque()
        self._room = room
        self._changed = threading.Condition()
        self._is_closed = self._is_ended = False
        self._error: BaseException | None = None

    def put(self, thing: Any) -> bool:
        """Wait for room and put something there; False where nobody takes it any more."""
        with self._changed:
            while len(self._things) >= self._room and not self._is_closed:
                self._changed.wait()
            if not self._is_closed:
                self._things.append(thing)
                self._changed.notify_all()
            return not self._is_closed

    def end(self, error: BaseException | None = None) -> None:
        """Say that nothing more will come, or what went wrong."""
        with self._changed:
            self._is_ended, self._error = True, error
            self._changed.notify_all()

    def close(self) -> None:
        """Say that nothing more will be taken."""
        with self._changed:
            self._is_closed = True
            self._things.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Any]:
        while True:
            with self._changed:
                while not self._things and not self._is_ended:
                    self._changed.wait()
                if not self._things:
                    break
                thing = self._things.popleft()
                self._changed.notify_all()
            yield thing
        if self._error is not None:
            raise self._error


def ahead(begin: Callable[[], Iterator[Any]], room: int = READY) -> Iterator[Any]:
    """What an iterator gives, made by a thread before it is asked for.

    Args:
        begin: makes the iterator; called in the thread.
        room: how many things may be ready.
    """
    channel = Channel(room)
    thread = threading.Thread(target=_produce, args=(begin, channel), name=THREAD_NAME, daemon=True)
    thread.start()
    try:
        yield from channel
    finally:
        channel.close()
        if thread is not threading.current_thread():
            thread.join(CLOSING_S)


def _produce(begin: Callable[[], Iterator[Any]], channel: Channel) -> None:
    stay_alone()
    try:
        with closing(closable(begin())) as things:
            for each in things:
                if not channel.put(each):
                    return
    except BaseException as error:
        channel.end(error)
    else:
        channel.end()


def mapped(
    function: Callable[[Any], Any], elements: Iterator[Any], workers: int, *, ordered: bool = True
) -> Iterator[Any]:
    """A function of every element, several at a time.

    Args:
        function: is called in threads.
        elements: taken in the consumer's thread, up to `workers` ahead.
        workers: how many threads there are.
        ordered: whether results come in the order of the elements, rather than as they are ready.
    """
    pool = ThreadPoolExecutor(workers, THREAD_NAME, initializer=stay_alone)
    pending: deque[Future[Any]] = deque()
    try:
        with closing(closable(elements)) as source:
            _submit(pool, function, source, workers, pending)
            while pending:
                result = _next_done(pending, ordered=ordered).result()
                _submit(pool, function, source, 1, pending)
                yield result
    finally:
        for each in pending:
            each.cancel()
        pool.shutdown(wait=True)


def stay_alone() -> None:
    """Let machine code that this thread calls run in it alone.

    The other threads are for the training step that runs meanwhile, or make elements themselves.
    """
    from geartrain.runtime import pool

    pool.stay_in_thread()


def _submit(
    pool: ThreadPoolExecutor,
    function: Callable[[Any], Any],
    source: Iterator[Any],
    count: int,
    pending: deque[Future[Any]],
) -> None:
    """Begin with the next elements; an error in making them comes when its turn has come."""
    try:
        pending.extend(pool.submit(function, each) for each in islice(source, count))
    except Exception as error:
        failed: Future[Any] = Future()
        failed.set_exception(error)
        pending.append(failed)


def _next_done(pending: deque[Future[Any]], *, ordered: bool) -> Future[Any]:
    if ordered:
        return pending.popleft()
    done = wait(pending, return_when=FIRST_COMPLETED).done
    found = next(each for each in pending if each in done)
    pending.remove(found)
    return found
