"""Reading pickled lists, dicts and arrays of NumPy's, without running anything.

A pickle is a program for a stack machine, and Python's own runs what it names. This one knows the
instructions that make numbers, texts, lists, tuples, dicts and arrays, and no other: a pickle that
names anything but NumPy's array and dtype is refused.

Source: the instructions as Python's `pickletools` documents them.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.errors import explain

Array = np.ndarray[Any, Any]
MARK = object()
END = object()
BININT1, BININT2, BININT = b"K"[0], b"M"[0], b"J"[0]
ARRAY, DTYPE, RECONSTRUCT, ENCODE = "ndarray", "dtype", "_reconstruct", "encode"
FROM_BUFFER, BYTES = "_frombuffer", "bytes"
KNOWN = {
    ("numpy", "ndarray"): ARRAY,
    ("numpy", "dtype"): DTYPE,
    ("numpy.core.multiarray", "_reconstruct"): RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): RECONSTRUCT,
    ("numpy.core.numeric", "_frombuffer"): FROM_BUFFER,
    ("numpy._core.numeric", "_frombuffer"): FROM_BUFFER,
    ("_codecs", "encode"): ENCODE,
    ("__builtin__", "bytes"): BYTES,
    ("builtins", "bytes"): BYTES,
}


class Name(str):
    """What a pickle names, which is never looked up."""

    __slots__ = ()


class Unmade:
    """An array or a dtype whose contents are still to come."""

    def __init__(self, kind: str, arguments: tuple[Any, ...]) -> None:
        self.kind, self.arguments = kind, arguments
        self.made: Any = None

    def build(self, state: tuple[Any, ...]) -> None:
        """Take the contents."""
        self.made = _array_of(state) if self.kind == RECONSTRUCT else _dtype_of(self, state)


def read_pickle(data: bytes) -> Any:
    """What a pickle holds.

    Raises:
        ValueError: it is no pickle of lists, dicts and arrays, or is cut off.

    >>> import pickle
    >>> read_pickle(pickle.dumps({"a": [1, 2.5, "b"]}))
    {'a': [1, 2.5, 'b']}
    """
    try:
        return _finished(Machine(data).run())
    except (IndexError, KeyError, TypeError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(_damaged_message(str(error) or type(error).__name__)) from None


class Machine:
    """The stack, the memory, and the place in the program."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.stack: list[Any] = []
        self.memory: dict[int, Any] = {}

    def run(self) -> Any:
        """Carry out instruction after instruction."""
        data, append, place = self.data, self.stack.append, self.place
        while True:
            code = data[place]
            # A text is some hundred small numbers: they are read here, without a call each.
            if code == BININT1:
                append(data[place + 1])
                place += 2
            elif code == BININT2:
                append(data[place + 1] | data[place + 2] << 8)
                place += 3
            else:
                self.place = place + 1
                known = INSTRUCTIONS.get(code)
                if known is None:
                    raise ValueError(_instruction_message(code))
                if known(self) is END:
                    return self.stack.pop()
                place = self.place

    # -- the program -------------------------------------------------------------------------------

    def take(self, count: int) -> bytes:
        """The next bytes."""
        found = self.data[self.place : self.place + count]
        if len(found) < count:
            raise IndexError("it ends within a value")
        self.place += count
        return found

    def number(self, form: str) -> Any:
        """The next bytes as a number of a form of `struct`."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> bytes:
        """The bytes to the end of the line."""
        end = self.data.index(b"\n", self.place)
        found, self.place = self.data[self.place : end], end + 1
        return found

    # -- the stack ---------------------------------------------------------------------------------

    def since_mark(self) -> list[Any]:
        """What was put on the stack since the last mark."""
        place = len(self.stack) - 1
        while self.stack[place] is not MARK:
            place -= 1
            if place < 0:
                raise IndexError("it takes from an empty stack")
        found = self.stack[place + 1 :]
        del self.stack[place:]
        return found

    def last(self, count: int) -> tuple[Any, ...]:
        """The last things of the stack."""
        found = tuple(self.stack[-count:])
        del self.stack[-count:]
        return found


def _reduce(machine: Machine) -> None:
    what, arguments = machine.last(2)
    if not isinstance(what, Name):
        raise TypeError("it calls something that it does not name")
    if what == ENCODE:
        text, encoding = arguments
        if encoding not in ("latin1", "latin-1"):
            raise TypeError(f"it encodes as {encoding!r}")
        machine.stack.append(text.encode("latin1"))
    elif what == BYTES and arguments == ():
        machine.stack.append(b"")
    elif what == FROM_BUFFER:
        contents, dtype, shape, order = arguments
        machine.stack.append(_array_of((1, shape, dtype, order == "F", contents)))
    elif what in (RECONSTRUCT, DTYPE):
        machine.stack.append(Unmade(str(what), arguments))
    else:
        raise TypeError(f"it calls {what}")


def _build(machine: Machine) -> None:
    state = machine.stack.pop()
    unmade = machine.stack[-1]
    if not isinstance(unmade, Unmade):
        raise TypeError("it sets the contents of something that is no array")
    unmade.build(state)


def _global(module: str, name: str) -> Name:
    if (module, name) not in KNOWN:
        raise ValueError(_name_message(f"{module}.{name}"))
    return Name(KNOWN[module, name])


def _named_on_lines(machine: Machine) -> None:
    module, name = machine.line().decode(), machine.line().decode()
    machine.stack.append(_global(module, name))


def _named_on_stack(machine: Machine) -> None:
    machine.stack.append(_global(*machine.last(2)))


def _dtype_of(unmade: Unmade, state: tuple[Any, ...]) -> np.dtype[Any]:
    code = _text(unmade.arguments[0])
    order = _text(state[1]) if len(state) > 1 else "|"
    if not code or code[0] not in "biufcSUO" or (len(state) > 3 and state[3] is not None):
        raise TypeError(f"an array of dtype {code!r}")
    found = np.dtype("O" if code[0] == "O" else code)
    return found if order in "|=" else found.newbyteorder(order)  # type: ignore[arg-type]


def _array_of(state: tuple[Any, ...]) -> Array:
    _, shape, dtype, is_fortran, contents = state
    kind = dtype.made if isinstance(dtype, Unmade) else dtype
    if not isinstance(kind, np.dtype):
        raise TypeError("an array without a dtype")
    order: Any = "F" if is_fortran else "C"
    shape = tuple(shape)
    if kind.hasobject:
        found = np.empty(len(contents), object)
        found[:] = [_finished(each) for each in contents]
        return found.reshape(shape, order=order)
    raw = contents.encode("latin1") if isinstance(contents, str) else contents
    return np.frombuffer(raw, kind).reshape(shape, order=order)


def _finished(value: Any) -> Any:
    """A value with arrays in place of what is now made."""
    if isinstance(value, Unmade):
        if value.made is None:
            raise TypeError("an array without contents")
        return value.made
    if isinstance(value, dict):
        return {key: _finished(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_finished(each) for each in value)
    if isinstance(value, list) and value and not isinstance(value[0], int):
        value[:] = [_finished(each) for each in value]
    return value


def _text(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)


def _appends(machine: Machine) -> None:
    found = machine.since_mark()
    machine.stack[-1].extend(found)


def _append(machine: Machine) -> None:
    found = machine.stack.pop()
    machine.stack[-1].append(found)


def _set_items(machine: Machine) -> None:
    found = machine.since_mark()
    machine.stack[-1].update(zip(found[::2], found[1::2], strict=True))


def _set_item(machine: Machine) -> None:
    key, value = machine.last(2)
    machine.stack[-1][key] = value


def _dict_of(found: list[Any]) -> dict[Any, Any]:
    return dict(zip(found[::2], found[1::2], strict=True))


def _whole(data: bytes) -> int:
    text = data.rstrip(b"L")
    return int(text)


def _truth_or_number(data: bytes) -> Any:
    return {b"00": False, b"01": True}.get(data) if data in (b"00", b"01") else _whole(data)


def _remember(machine: Machine, number: int) -> None:
    machine.memory[number] = machine.stack[-1]


def _pushing(value: Callable[[Machine], Any]) -> Callable[[Machine], Any]:
    """An instruction that puts a value on the stack."""
    return lambda machine: machine.stack.append(value(machine))


def _pushes_bytes(form: str) -> Callable[[Machine], Any]:
    return _pushing(lambda machine: machine.take(machine.number(form)))


def _pushes_text(form: str) -> Callable[[Machine], Any]:
    return _pushing(
        lambda machine: machine.take(machine.number(form)).decode("utf-8", "surrogatepass")
    )


def _long(form: str) -> Callable[[Machine], Any]:
    return _pushing(
        lambda machine: int.from_bytes(machine.take(machine.number(form)), "little", signed=True)
    )


_BY_CODE: dict[bytes, Callable[[Machine], Any]] = {
    b"\x80": lambda machine: machine.take(1),  # the protocol
    b"\x95": lambda machine: machine.take(8),  # a frame
    b".": lambda _: END,
    b"(": _pushing(lambda _: MARK),
    b"0": lambda machine: machine.stack.pop() and None,
    b"]": _pushing(lambda _: []),
    b")": _pushing(lambda _: ()),
    b"}": _pushing(lambda _: {}),
    b"l": _pushing(lambda machine: machine.since_mark()),
    b"t": _pushing(lambda machine: tuple(machine.since_mark())),
    b"d": _pushing(lambda machine: _dict_of(machine.since_mark())),
    b"\x85": _pushing(lambda machine: machine.last(1)),
    b"\x86": _pushing(lambda machine: machine.last(2)),
    b"\x87": _pushing(lambda machine: machine.last(3)),
    b"a": _append,
    b"e": _appends,
    b"s": _set_item,
    b"u": _set_items,
    b"N": _pushing(lambda _: None),
    b"\x88": _pushing(lambda _: True),
    b"\x89": _pushing(lambda _: False),
    b"I": _pushing(lambda machine: _truth_or_number(machine.line())),
    b"L": _pushing(lambda machine: _whole(machine.line())),
    b"J": _pushing(lambda machine: machine.number("<i")),
    b"\x8a": _long("<B"),
    b"\x8b": _long("<i"),
    b"F": _pushing(lambda machine: float(machine.line())),
    b"G": _pushing(lambda machine: machine.number(">d")),
    b"T": _pushes_bytes("<i"),  # texts of Python 2 are bytes
    b"U": _pushes_bytes("<B"),
    b"B": _pushes_bytes("<I"),
    b"C": _pushes_bytes("<B"),
    b"\x8e": _pushes_bytes("<Q"),
    b"\x96": _pushes_bytes("<Q"),
    b"S": _pushing(lambda machine: ast.literal_eval(machine.line().decode("ascii"))),
    b"V": _pushing(lambda machine: machine.line().decode("raw-unicode-escape")),
    b"X": _pushes_text("<I"),
    b"\x8c": _pushes_text("<B"),
    b"\x8d": _pushes_text("<Q"),
    b"c": _named_on_lines,
    b"\x93": _named_on_stack,
    b"R": _reduce,
    b"b": _build,
    b"p": lambda machine: _remember(machine, int(machine.line())),
    b"q": lambda machine: _remember(machine, machine.number("<B")),
    b"r": lambda machine: _remember(machine, machine.number("<I")),
    b"\x94": lambda machine: _remember(machine, len(machine.memory)),
    b"g": _pushing(lambda machine: machine.memory[int(machine.line())]),
    b"h": _pushing(lambda machine: machine.memory[machine.number("<B")]),
    b"j": _pushing(lambda machine: machine.memory[machine.number("<I")]),
}
INSTRUCTIONS = {code[0]: instruction for code, instruction in _BY_CODE.items()}


def _instruction_message(code: int) -> str:
    return explain(
        "This pickle holds more than data",
        given=f"the instruction {bytes([code])!r}",
        expected="instructions that make numbers, texts, lists, dicts and arrays",
        remedy="download the file anew, from the place that the data set's page names",
    )


def _name_message(name: str) -> str:
    return explain(
        "This pickle names something that data do not need, so it is not read",
        given=name,
        expected="NumPy's ndarray and dtype, and nothing else",
        remedy="download the file anew, from the place that the data set's page names",
    )


def _damaged_message(reason: str) -> str:
    return explain(
        "This is no pickle of lists, dicts and arrays",
        given=f"bytes that end early, or that cannot be followed ({reason})",
        expected="a whole pickle",
        remedy="download the file anew",
    )
