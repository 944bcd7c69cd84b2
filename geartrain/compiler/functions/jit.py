"""`jit`: any function of tensors, compiled once for each signature.

    step(x, y)      first call:   signature -> trace -> compile -> run
                    later calls:  signature -> run

`signature.py` says what a signature is, `retraces.py` what is said of new ones.
"""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, update_wrapper
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from geartrain.autodiff import GradientTape, is_debugging_nans
from geartrain.compiler.functions.calls import Compiled, Pack, packer_of, tensors_in, weak
from geartrain.compiler.functions.parameters import Bound, Method, Parameters, itself, word
from geartrain.compiler.functions.retraces import Retrace, Retraces
from geartrain.compiler.functions.signature import (
    Key,
    Sizes,
    SymbolicArgument,
    SymbolicAxes,
    is_alive,
    key_of,
    read_axes,
    specs_of,
    static_key,
    with_leaves,
)
from geartrain.compiler.programs.compile import AnyProgram, compile_graph
from geartrain.errors import explain
from geartrain.graph import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import FLOAT64
from geartrain.tensor.interpreter import duty
from geartrain.tensor.user_line import levels_to_user, user_line

if TYPE_CHECKING:
    from geartrain.compiler.reports.report import ProgramReport

Arguments = dict[str, Any]


class jit:  # noqa: N801  (a decorator, written as functions are)
    """Compile a function: traced and compiled once for each signature, then machine code.

    Arguments and results are nests (lists, tuples, dicts, named tuples, dataclasses) of tensors.
    Of tensors and arrays the shape and dtype count. A Python float is a value as well, a scalar
    that takes the dtype of what is beside it: another rate is no other signature. Whole numbers,
    bools, strings, None, variables, functions and all other objects are static: another one is
    another signature. Variables that the function reads and assigns are found by tracing.

    Called while another function is traced, or a tape records, it runs as it stands, so that it
    becomes part of that function, and derivatives go through it. A tape is better inside: a warning
    says so once.

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
        update_wrapper(self, function, updated=())
        self.function = function
        self.name: str = name or str(getattr(function, "__name__", type(function).__name__))
        self._parameters = Parameters(function)
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
            self._parameters.check_name(each, self.name)
        self._compiled: dict[Key, Compiled] = {}
        self._by_position: dict[Key, Compiled] = {}  # of calls without names
        self._latest: Any = None  # what was called last, if it takes its arguments as they come
        self._retraces = Retraces(self.name)
        self._lock = RLock()
        self._said = False  # that it runs without machine code
        self._bound: dict[int, tuple[Any, jit]] = {}

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the compiled function."""
        if not duty.quiet:
            self._say_if_slow()
            return self._as_it_stands(arguments, named)
        latest = self._latest
        if latest is not None and not named:
            outputs = latest.shortcut.direct(arguments)
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
        key = self._key(self._parameters.by_name(arguments, named), arrays)
        return self._compiled.get(key) or self._compile(key, arguments, named)

    def _as_it_stands(self, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """Call the function, which gets tensors where it would get them compiled."""
        positional = [tensors_in(each) for each in arguments]
        return self.function(*positional, **{each: tensors_in(named[each]) for each in named})

    def _say_if_slow(self) -> None:
        """Say once that a tape outside makes the function run without machine code."""
        is_taped = any(isinstance(each, GradientTape) for each in duty.observers)
        if is_taped and not self._said and not (duty.interpreters or is_debugging_nans()):
            self._said = True
            warnings.warn(_tape_message(self.name), RuntimeWarning, stacklevel=levels_to_user())

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """A method: its programs are those of one instance, and go with it."""
        if instance is None:
            return self
        held = self._bound.get(id(instance))
        if held is None:
            held = self._bind(instance)
        return Bound(held[1], instance)

    def _bind(self, instance: Any) -> tuple[Any, jit]:
        number = id(instance)
        try:
            reference: Any = weakref.ref(instance, lambda _: self._bound.pop(number, None))
        except TypeError:  # of a class with slots: it is kept
            reference = partial(itself, instance)
        compiled: jit = type(self)(Method(self.function, reference), **self._options)
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
            *arguments: those of a call; it is compiled for them, and measured on them.
                Without any, the program that was compiled last, on made-up numbers.
            **named: the same by name.
            sizes: of the symbolic axes of made-up numbers; else those of the last call.
            kernel: only this one, by its name or the beginning of it.
            loops: print the loops as well.
            ir: print the LLVM IR.
            assembly: print the assembly.
            show: whether to print.

        Returns:
            The report: for each kernel the lines, the operations fused, shapes, flops, bytes,
            time, share of the peak and of the bandwidth, as data in `.kernels`.

        Raises:
            ValueError: nothing is compiled and there are no arguments; or no such kernel.
        """
        from geartrain.compiler.reports.measure import report_on

        program, arrays = self._asked(arguments, named)
        report = report_on(program, arrays, sizes=sizes)
        if show:
            print(report.text(kernel=kernel, loops=loops, ir=ir, assembly=assembly))
        return report

    def dump(self, folder: str | Path) -> list[Path]:
        """Write the kernels of all programs to files: a folder for each program, to be edited."""
        from geartrain.compiler.reports.dumps import dump_program, native_programs

        self._asked((), {})
        found = [each for program in self.programs for each in native_programs(program)]
        return [dump_program(each, folder) for each in found]

    def load_edited(self, folder: str | Path) -> None:
        """Run the kernels of a folder that `dump` wrote, as they were edited, from now on.

        Raises:
            FileNotFoundError: the folder has no kernels of one of the programs.
            ValueError: a kernel has another signature, or LLVM does not take it: the line.
        """
        from geartrain.compiler.reports.dumps import native_programs, use_edited

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
            return compiled.program, arrays
        if not self._compiled:
            raise ValueError(_nothing_compiled_message(self.name))
        return self.programs[-1], None

    def __repr__(self) -> str:
        return f"<jit {self.name}: {len(self._compiled)} signatures>"

    # -- signatures ------------------------------------------------------------------------------

    def _static_names(self, numbers: Any, names: Any) -> frozenset[str]:
        of_numbers = (numbers,) if isinstance(numbers, int) else tuple(numbers)
        of_names = (names,) if isinstance(names, str) else tuple(names)
        return frozenset([*of_names, *(self._parameters.name(each) for each in of_numbers)])

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
                *(places[self._parameters.name(at)] for at in range(len(arguments))),
                **{name: places[name] for name in named},
            )
            outputs: list[Tensor] = []
            packers.append(packer_of(result, outputs))
            return outputs

        labels = [word(path) for path, _ in leaves]
        specs = [spec if spec is not None else Spec((), FLOAT64) for _, spec in leaves]
        try:
            graph = trace(traced, specs, name=word(self.name), labels=labels)
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
        given = self._parameters.by_name(arguments, named)
        for name, _ in key:
            static = name in self._static
            yield name, given[name] if static else with_leaves(given[name], values)


def _nothing_compiled_message(name: str) -> str:
    return explain(
        f"'{name}' has no machine code yet",
        given="a function that was never called, and no arguments",
        expected="arguments to compile it for",
        remedy=f"{name}(x) before it, or {name}.explain(x)",
    )


def _tape_message(name: str) -> str:
    return explain(
        f"jit {name} runs operation by operation, as a tape outside of it records",
        given=f"a tape around a call of {name}",
        expected="the tape inside of the compiled function: derivatives are compiled as well",
        remedy=f"jit(grad({name})), or @jit on the function with the tape in it",
    )
