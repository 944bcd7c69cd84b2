"""Threads that make elements ahead: in order, with errors as they happened, and none left behind.

    for each in ahead(source.elements, room=2): ...       one thread, up to two elements ready
    for each in mapped(function, elements, workers=4): ...  four at a time, given in order

A thread ends when its consumer is closed, which happens at the end of a `for`, on an error or
Ctrl-C in it, and when the iterator is dropped. What fails in a thread fails at the consumer's
line, with the thread's traceback.

A thread that makes things for a training step takes a core from it, and the step's other threads
wait at the next barrier. Where making is but a small part of a step and computes all the time,
that costs more than it saves: such a thread gives the rest back to its consumer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from itertools import islice
from typing import Any

from geartrain.data.arguments import whole
from geartrain.data.cardinality import AUTOTUNE
from geartrain.data.stage import closable

READY = 2  # elements ahead, where nobody says how many
CLOSING_S = 10.0
FIRST, COUNTED = 8, 16  # things that are not timed, and that are, before a thread gives back
SMALL_PART = 0.2  # of a step
END = object()
THREAD_NAME = "geartrain-data"


def read_workers(number: Any) -> int:
    """How many threads `num_parallel_calls` means: AUTOTUNE is one for each core."""
    from geartrain.runtime.cpu import usable_cores

    if number is None:
        return 0
    found = whole("num_parallel_calls", number, least=1, many=True)
    return max(2, usable_cores()) if found == AUTOTUNE else found


class Channel:
    """A row of things from one thread to another, of so many at most."""

    def __init__(self, room: int) -> None:
        self._things: deque[Any] = deque()
        self._room = room
        self._changed = threading.Condition()
        self._is_closed = self._is_ended = False
        self._error: BaseException | None = None
        self._rest: Any = None

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

    def give_back(self, rest: Any) -> None:
        """End here: the consumer makes the rest itself, or closes it."""
        with self._changed:
            self._is_ended, self._rest = True, rest
            is_closed = self._is_closed
            self._changed.notify_all()
        if is_closed:
            rest.close()

    def close(self) -> None:
        """Say that nothing more will be taken."""
        with self._changed:
            self._is_closed = True
            self._things.clear()
            self._changed.notify_all()
        if self._rest is not None:
            self._rest.close()

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
        if self._rest is not None:
            yield from self._rest


class Pace:
    """How long making things takes, beside the time that passes.

    The first things are not counted: the step that takes them may still be compiling.
    """

    def __init__(self) -> None:
        self._count, self._made, self._computed, self._begun = 0, 0.0, 0.0, 0.0

    def next_of(self, things: Iterator[Any]) -> Any:
        """The next thing, timed; `END` behind the last one."""
        start, computed = time.perf_counter(), time.thread_time()
        thing = next(things, END)
        self._count += 1
        if self._count > FIRST:
            self._made += time.perf_counter() - start
            self._computed += time.thread_time() - computed
        else:
            self._begun = time.perf_counter()
        return thing

    def is_far_ahead(self) -> bool:
        """Whether making is a small part of the time, and was spent computing, not waiting."""
        if self._count < FIRST + COUNTED:
            return False
        passed = time.perf_counter() - self._begun
        return self._made < SMALL_PART * passed and self._computed > self._made / 2


def ahead(
    begin: Callable[[], Iterator[Any]], room: int = READY, *, gives_back: bool = False
) -> Iterator[Any]:
    """What an iterator gives, made by a thread before it is asked for.

    Args:
        begin: makes the iterator; called in the thread.
        room: how many things may be ready.
        gives_back: whether the consumer makes the rest itself if the thread is far ahead.
    """
    channel = Channel(room)
    thread = threading.Thread(
        target=_produce, args=(begin, channel, gives_back), name=THREAD_NAME, daemon=True
    )
    thread.start()
    try:
        yield from channel
    finally:
        channel.close()
        if thread is not threading.current_thread():
            thread.join(CLOSING_S)


def _produce(begin: Callable[[], Iterator[Any]], channel: Channel, gives_back: bool) -> None:
    stay_alone()
    try:
        with ExitStack() as stack:
            things = stack.enter_context(closing(closable(begin())))
            pace = Pace()
            while (thing := pace.next_of(things) if gives_back else next(things, END)) is not END:
                if not channel.put(thing):
                    return
                if gives_back and pace.is_far_ahead():
                    stack.pop_all()
                    channel.give_back(things)
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
