"""Dumps: a program's kernels to files, with what is known of them, and edited ones back.

    dump_program(program, "kernels")       kernels/dense-1f3a9c2e/k0_contract_relu.ll, ...
    use_edited(program, "kernels")         it runs what stands there now

`edited.py` says what the files are.
"""

from __future__ import annotations

from pathlib import Path

from geartrain.compiler.form.kernels import Kernel, format_kernels
from geartrain.compiler.programs import edited
from geartrain.compiler.programs.compile import AnyProgram
from geartrain.compiler.programs.program import Program
from geartrain.graph import Node, Role


def dump_program(program: Program, folder: str | Path) -> Path:
    """Write a program's kernels to files (`edited.py`); gives the folder that they lie in."""
    notes = _notes(program)
    return edited.dump(
        program.graph.name,
        program.own_ir,
        Path(folder).expanduser().absolute(),
        about=lambda name: notes.get(name, ""),
        cpu=program.cpu.name,
        schedule=repr(program.schedule),
    )


def use_edited(program: Program, folder: str | Path) -> None:
    """Let a program run the edited kernels of a folder that `dump_program` wrote to."""
    place = edited.folder_of(program.graph.name, program.own_ir, Path(folder).expanduser())
    program.use(edited.with_edits(program.own_ir, place))


def native_programs(program: AnyProgram) -> list[Program]:
    """The native programs that a compiled function is made of."""
    if isinstance(program, Program):
        return [program]
    return [each for each in program.programs.values() if isinstance(each, Program)]


def _notes(program: Program) -> dict[str, str]:
    """What is said above each kernel's text: where it comes from, and its loops."""
    return {
        task.kernel.name: "\n".join(
            [
                f"{task.kernel.name} of {program.graph.name}, stage {stage}",
                f"from {', '.join(places_of(task.kernel)) or 'the compiler'}",
                format_kernels([task.kernel]),
            ]
        )
        for stage, task in program.tasks()
    }


def places_of(kernel: Kernel) -> list[str]:
    """The layers and lines that asked for a kernel's operations."""
    nodes = operations_of(kernel)
    found = [*(each.owner for each in nodes), *(each.line for each in nodes)]
    return list(dict.fromkeys(each for each in found if each))


def operations_of(kernel: Kernel) -> list[Node]:
    """The operations of the graph that a kernel carries out, those that it names first."""
    loaded, found = set(kernel.loaded()), dict.fromkeys((*kernel.nodes(), *kernel.stored))
    pending = list(found)
    while pending:
        last = pending.pop()
        for node in last.inputs if last.label != "size" else ():  # of its input, only the shape
            if node.role is Role.OPERATION and node not in loaded and node not in found:
                found[node] = None
                pending.append(node)
    return list(found)
