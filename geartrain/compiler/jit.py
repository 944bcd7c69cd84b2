"""`jit`: any function of tensors, compiled once for each signature.

    step(x, y)      first call:   signature -> trace -> compile -> run
                    later calls:  signature -> run

`signature.py` says what a signature is, `retraces.py` what is said of new ones.
"""

from __future__ import annotations

import inspect
import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, update_wrapper
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain import primitives
from geartrain.compiler.compile import AnyProgram, compile_graph
from geartrain.compiler.retraces import Retrace, Retraces
from geartrain.compiler.shortcut import shortcut_of
from geartrain.compiler.signature import (
    Key,
    Sizes,
    SymbolicArgument,
    SymbolicAxes,
    closed,
    is_alive,
    is_value,
    key_of,
    opened,
    read_axes,
    specs_of,
    static_key,
    with_leaves,
)
from geartrain.errors import explain, unknown_name
from geartrain.graph import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import FLOAT32, FLOAT64
from geartrain.tensor.interpreter import duty
from geartrain.tensor.user_line import user_line
from geartrain.tensor.weak import WeakTensor

if TYPE_CHECKING:
    from geartrain.compiler.report import ProgramReport

Arguments = dict[str, Any]
Pack = Callable[[Sequence[Array]], Any]


class jit:  # noqa: N801  (a decorator, written as functions are)
    """Compile a function: traced and compiled once for each signature, then machine code.

    Arguments and results are nests (lists, tuples, dicts, named tuples, dataclasses) of tensors.
    Of tensors and arrays the shape and dtype count. A Python float is a value as well, a scalar
    that takes the dtype of what is beside it: another rate is no other signature. Whole numbers,
    bools, strings, None, variables, functions and all other objects are static: another one is
    another signature. Variables that the function reads and assigns are found by tracing.

    Called while another function is traced, or a tape records, it runs as it stands, so that it
    becomes part of that function, and derivatives go through it.

    Args:
        function: the function; without it, `jit(...)` makes a decorator.
        static_argnums: numbers of arguments that are static as a whole, floats included.
        static_argnames: names of such arguments.
        symbolic: for arguments by name, the axes whose size is symbolic, so that one piece of
            code serves every size: `{"x": 0}`, `{"x": (0, 1)}`, or with names that several
            arguments share, `{"x": {0: "batch"}, "y": {0: "batch"}}`. Axes without a name that
            have one size in a call share a symbol.
        name: the name that reports and errors use; the function's own, if None.

    Attributes:
        retraces: why the function was traced again, each time: `Retrace` objects.
        host_calls: what ran with NumPy for lack of machine code, and the lines that asked for it.
        programs: the compiled programs, one for each signature.

    Raises:
        TypeError: in a call: a static argument is an array, or has no hash.
        ValueError: in a call: an argument has no such axis as `symbolic` names.

    >>> from geartrain import jit, ops
    >>> @jit
    ... def double(x, scale=2.0):
    ...     return {"double": x * scale}
    >>> double(ops.convert_to_tensor([1.0, 2.0]))["double"].numpy().tolist()
    [2.0, 4.0]
    >>> double(ops.convert_to_tensor([1.0])), [str(each.changes[0]) for each in double.retraces]
    ({'double': <Tensor shape=(1,), dtype=float32, [2.]>}, ['x is float32(1,), was float32(2,)'])
    """

    def __new__(cls, function: Callable[..., Any] | None = None, **options: Any) -> Any:
        """The compiled function, or without one, a decorator."""
        return partial(cls, **options) if function is None else super().__new__(cls)

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        static_argnums: int | Iterable[int] = (),
        static_argnames: str | Iterable[str] = (),
        symbolic: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> None:
        update_wrapper(self, function)  # first: it copies the function's own attributes
        self.function = function
        self.name: str = name or str(getattr(function, "__name__", type(function).__name__))
        self._parameters = _parameters(function)
        self._positions = _positions(self._parameters)
        self._options: dict[str, Any] = {
            "static_argnums": static_argnums,
            "static_argnames": static_argnames,
            "symbolic": symbolic,
            "name": name,
        }
        self._static = self._static_names(static_argnums, static_argnames)
        self._symbolic = {each: read_axes(axes) for each, axes in (symbolic or {}).items()}
        self._particular = frozenset([*self._static, *self._symbolic])
        for each in self._particular:
            self._check_name(each)
        self._compiled: dict[Key, Compiled] = {}
        self._by_position: dict[Key, Compiled] = {}  # of calls without names
        self._latest: Any = None  # what was called last, if it takes its arguments as they come
        self._retraces = Retraces(self.name)
        self._lock = RLock()
        self._bound: dict[int, tuple[Any, jit]] = {}

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the compiled function."""
        if not duty.quiet:
            return self._as_it_stands(arguments, named)
        latest = self._latest
        if latest is not None and not named:
            outputs = latest.shortcut(arguments)
            if outputs is not None:
                return latest.pack(outputs)
        try:
            return self.run(*arguments, **named)
        except SymbolicArgument:
            return self._as_it_stands(arguments, named)

    def run(self, *arguments: Any, **named: Any) -> Any:
        """Call the compiled function, whoever traces or records.

        Raises:
            SymbolicArgument: an argument is being traced.
        """
        arrays: list[Array] = []
        if named or self._particular:
            compiled = self._found(arguments, named, arrays)
        else:
            place = tuple([key_of(each, arrays) for each in arguments])
            known = self._by_position.get(place)
            compiled = known or self._found(arguments, named, [])
            self._by_position[place] = compiled
        if compiled.is_direct and not named:
            self._latest = compiled
        return compiled(arrays)

    def _found(
        self, arguments: Sequence[Any], named: Mapping[str, Any], arrays: list[Array]
    ) -> Compiled:
        """What is compiled for the signature of a call; its arrays are put on the list."""
        key = self._key(self._by_name(arguments, named), arrays)
        return self._compiled.get(key) or self._compile(key, arguments, named)

    def _as_it_stands(self, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """Call the function, which gets tensors where it would get them compiled."""
        positional = [_tensors_in(each) for each in arguments]
        return self.function(*positional, **{each: _tensors_in(named[each]) for each in named})

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """A method: its programs are those of one instance, and go with it."""
        if instance is None:
            return self
        held = self._bound.get(id(instance))
        if held is None:
            held = self._bind(instance)
        return _Bound(held[1], instance)

    def _bind(self, instance: Any) -> tuple[Any, jit]:
        number = id(instance)
        try:
            reference: Any = weakref.ref(instance, lambda _: self._bound.pop(number, None))
        except TypeError:  # of a class with slots: it is kept
            reference = partial(_itself, instance)
        compiled: jit = type(self)(_Method(self.function, reference), **self._options)
        return self._bound.setdefault(number, (reference, compiled))

    # -- what is known of the function -----------------------------------------------------------

    @property
    def programs(self) -> list[AnyProgram]:
        """The compiled programs, one for each signature, the oldest first."""
        return [each.program for each in self._compiled.values()]

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What ran with NumPy for lack of machine code, in the signatures compiled so far."""
        return tuple(dict.fromkeys(call for each in self.programs for call in each.host_calls))

    @property
    def retraces(self) -> tuple[Retrace, ...]:
        """Why the function was traced again, each time."""
        return tuple(self._retraces.found)

    # -- the glass box ---------------------------------------------------------------------------

    def explain(
        self,
        *arguments: Any,
        sizes: Mapping[str, int] | None = None,
        kernel: str | None = None,
        loops: bool = False,
        ir: bool = False,
        assembly: bool = False,
        show: bool = True,
        **named: Any,
    ) -> ProgramReport:
        """Say what the function does as machine code, kernel by kernel; it is printed.

        Args:
            arguments, named: those of a call; it is compiled for them, and measured on them.
                Without any, the program that was compiled last, on made-up numbers.
            sizes: of the symbolic axes of made-up numbers; else those of the last call.
            kernel: only this one, by its name or the beginning of it.
            loops, ir, assembly: print these as well.
            show: whether to print.

        Returns:
            The report: for each kernel the lines, the operations fused, shapes, flops, bytes,
            time, share of the peak and of the bandwidth, as data in `.kernels`.

        Raises:
            ValueError: nothing is compiled and there are no arguments; or no such kernel.
        """
        from geartrain.compiler.report import report_on

        program, arrays = self._asked(arguments, named)
        report = report_on(program, arrays, sizes=sizes)
        if show:
            print(report.text(kernel=kernel, loops=loops, ir=ir, assembly=assembly))
        return report

    def dump(self, folder: str | Path) -> list[Path]:
        """Write the kernels of all programs to files: a folder for each program, to be edited."""
        from geartrain.compiler.report import dump_program, native_programs

        self._asked((), {})
        found = [each for program in self.programs for each in native_programs(program)]
        return [dump_program(each, folder) for each in found]

    def load_edited(self, folder: str | Path) -> None:
        """Run the kernels of a folder that `dump` wrote, as they were edited, from now on.

        Raises:
            FileNotFoundError: the folder has no kernels of one of the programs.
            ValueError: a kernel has another signature, or LLVM does not take it: the line.
        """
        from geartrain.compiler.report import native_programs, use_edited

        self._asked((), {})
        for program in self.programs:
            for each in native_programs(program):
                use_edited(each, folder)
        with self._lock:
            self._latest = None
            self._by_position.clear()
            for key, known in self._compiled.items():
                self._compiled[key] = Compiled(known.program, known.pack, known.takes_arrays)

    def _asked(
        self, arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> tuple[AnyProgram, list[Array] | None]:
        """The program for a call's arguments, and its arrays; else the one compiled last."""
        if arguments or named:
            arrays: list[Array] = []
            compiled = self._found(arguments, named, arrays)
            return compiled.program, [np.asarray(each) for each in arrays]
        if not self._compiled:
            raise ValueError(_nothing_compiled_message(self.name))
        return self.programs[-1], None

    def __repr__(self) -> str:
        return f"<jit {self.name}: {len(self._compiled)} signatures>"

    # -- signatures ------------------------------------------------------------------------------

    def _static_names(self, numbers: Any, names: Any) -> frozenset[str]:
        of_numbers = (numbers,) if isinstance(numbers, int) else tuple(numbers)
        of_names = (names,) if isinstance(names, str) else tuple(names)
        return frozenset([*of_names, *(_name(self._parameters, each) for each in of_numbers)])

    def _check_name(self, name: str) -> None:
        kinds = [each.kind for each in self._parameters]
        known = [each.name for each in self._parameters]
        if name not in known and inspect.Parameter.VAR_KEYWORD not in kinds and "[" not in name:
            remedy = f"jit({self.name}, static_argnames=({{}},))"
            raise ValueError(unknown_name(f"argument of {self.name}", name, known, remedy=remedy))

    def _by_name(self, arguments: Sequence[Any], named: Mapping[str, Any]) -> Arguments:
        """The arguments by the names that the function has for them, in its order."""
        if not named and len(arguments) <= len(self._positions):
            return dict(zip(self._positions, arguments, strict=False))
        given = {_name(self._parameters, number): each for number, each in enumerate(arguments)}
        for each in self._parameters:
            if each.name in named and each.name not in given:
                given[each.name] = named[each.name]
        return {**given, **named}

    def _key(self, given: Arguments, arrays: list[Array]) -> Key:
        if not self._particular:
            return tuple([(name, key_of(each, arrays)) for name, each in given.items()])
        sizes = Sizes()
        return tuple([(name, self._key_of(name, given[name], arrays, sizes)) for name in given])

    def _key_of(self, name: str, value: Any, arrays: list[Array], sizes: Sizes) -> Key:
        if name in self._static:
            return static_key(value)
        return key_of(value, arrays, self._axes(name, sizes))

    def _axes(self, name: str, sizes: Sizes) -> SymbolicAxes | None:
        axes = self._symbolic.get(name)
        return SymbolicAxes(name, axes, sizes) if axes else None

    # -- tracing ---------------------------------------------------------------------------------

    def _compile(self, key: Key, arguments: Sequence[Any], named: Mapping[str, Any]) -> Compiled:
        with self._lock:
            if key not in self._compiled:
                for stale in [each for each in self._compiled if not is_alive(each)]:
                    del self._compiled[stale]
                self._by_position.clear()
                compiled = self._traced(key, arguments, named)
                self._retraces.add(dict(key))
                self._compiled[key] = compiled
            return self._compiled[key]

    def _traced(self, key: Key, arguments: Sequence[Any], named: Mapping[str, Any]) -> Compiled:
        leaves = [leaf for name, each in key for leaf in specs_of(each, name)]
        packers: list[Pack] = []

        def traced(*inputs: Tensor) -> list[Tensor]:
            pairs = zip(inputs, leaves, strict=True)
            values = iter([x if spec is not None else weak(x) for x, (_, spec) in pairs])
            places = dict(self._in_key_order(key, arguments, named, values))
            result = self.function(
                *(places[_name(self._parameters, at)] for at in range(len(arguments))),
                **{name: places[name] for name in named},
            )
            outputs: list[Tensor] = []
            packers.append(packer_of(result, outputs))
            return outputs

        labels = [_word(path) for path, _ in leaves]
        specs = [spec if spec is not None else Spec((), FLOAT64) for _, spec in leaves]
        try:
            graph = trace(traced, specs, name=_word(self.name), labels=labels)
        except Exception as error:
            error.add_note(f"(while jit traced {self.name}, called at {user_line()})")
            raise
        takes_arrays = all(not isinstance(each[0], str) for _, each in key)
        return Compiled(compile_graph(graph), packers[0], takes_arrays)

    def _in_key_order(
        self,
        key: Key,
        arguments: Sequence[Any],
        named: Mapping[str, Any],
        values: Iterator[Any],
    ) -> Iterator[tuple[str, Any]]:
        """The arguments with symbols in them, by name, in the order in which they were read."""
        given = self._by_name(arguments, named)
        for name, _ in key:
            static = name in self._static
            yield name, given[name] if static else with_leaves(given[name], values)


class Compiled:
    """A program, and what makes the function's result of its outputs."""

    def __init__(self, program: AnyProgram, pack: Pack, takes_arrays: bool) -> None:
        self.program = program
        self.pack = pack
        self.takes_arrays = takes_arrays
        self.shortcut = shortcut_of(program)
        self.is_direct = takes_arrays and self.shortcut is not None

    def __call__(self, arrays: Sequence[Array]) -> Any:
        """Run on the arrays of a call."""
        outputs = self.shortcut(tuple(arrays)) if self.shortcut else None
        return self.pack(outputs if outputs is not None else self.program.run(arrays))


def _nothing_compiled_message(name: str) -> str:
    return explain(
        f"'{name}' has no machine code yet",
        given="a function that was never called, and no arguments",
        expected="arguments to compile it for",
        remedy=f"{name}(x) before it, or {name}.explain(x)",
    )


def packer_of(result: Any, outputs: list[Tensor]) -> Pack:
    """What makes such a result of a call's outputs: a fresh nest, with tensors where they go.

    What is traced in the result is put on the list. The rest is the same in every call.
    """
    if isinstance(result, Tensor) and result.is_symbolic:
        outputs.append(result)
        number = len(outputs) - 1
        return lambda found: Tensor(found[number])
    inside = opened(result)
    if inside is None:
        return lambda _: result
    names, packers = inside[0], [packer_of(part, outputs) for part in inside[1]]
    kind: Any = type(result)
    if kind is dict:
        return lambda found: dict(zip(names, [pack(found) for pack in packers], strict=True))
    if kind in (list, tuple):
        return lambda found: kind([pack(found) for pack in packers])
    return lambda found: closed(result, [pack(found) for pack in packers])


def weak(x: Tensor) -> WeakTensor:
    """A float64 scalar as what a Python float is: of the dtype of what is beside it."""
    return WeakTensor(primitives.cast(x, dtype=FLOAT32), x)


def _tensors_in(value: Any) -> Any:
    """A nest with tensors in the place of arrays."""
    if isinstance(value, Tensor | float):
        return value
    if is_value(value):
        return Tensor(np.asarray(value))
    inside = opened(value)
    return value if inside is None else closed(value, [_tensors_in(part) for part in inside[1]])


class _Method:
    """A function with its first argument, which it does not keep alive."""

    def __init__(self, function: Callable[..., Any], instance: Callable[[], Any]) -> None:
        update_wrapper(self, function)
        self.function = function
        self.instance = instance

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(self.instance(), *arguments, **named)


class _Bound:
    """A compiled method of an instance, which lives as long as this does."""

    def __init__(self, compiled: jit, instance: Any) -> None:
        self._compiled = compiled
        self.__self__ = instance

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._compiled(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)


def _word(path: str) -> str:
    """A path as a word, for the names of kernels: `x['w'][0]` as `x_w_0`."""
    return re.sub(r"\W+", "_", path).strip("_")


def _itself(instance: Any) -> Any:
    return instance


def _parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """The parameters of a function; of a method, those after its instance."""
    try:
        found = tuple(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # a builtin without a signature
        return (inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),)
    return found[1:] if isinstance(function, _Method) else found


def _positions(parameters: Sequence[inspect.Parameter]) -> tuple[str, ...]:
    """The names of the arguments that may be given without."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(each.name for each in parameters if each.kind in kinds)


def _name(parameters: Sequence[inspect.Parameter], number: int) -> str:
    """What a function calls its argument of this number."""
    for at, each in enumerate(parameters):
        if each.kind is inspect.Parameter.VAR_POSITIONAL:
            return f"{each.name}[{number - at}]"
        if at == number and each.kind is not inspect.Parameter.KEYWORD_ONLY:
            return each.name
    return f"argument[{number}]"
