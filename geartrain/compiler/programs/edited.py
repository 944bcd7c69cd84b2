"""Kernels out to files and back: dump, edit by hand, run what was edited.

    kernels/                        what `dump` writes
      dense-1f3a9c2e/               a program: its name, and a digest of its IR
        README.txt                  how to go on
        k0_contract_relu.ll         a kernel: its loops as comments, its LLVM IR
        program.ll                  the stages, the barriers, the loops around them

A module is put together from its own text and the edited files: what a file says of its function
stands, all else stays. Before, LLVM reads each file alone, so that its line is the file's line.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geartrain.errors import explain, unknown_name
from geartrain.runtime import machine_code
from geartrain.settings import settings

FUNCTION = re.compile(r"^define .*?^\}$", re.DOTALL | re.MULTILINE)
HEAD = re.compile(r"^define\s[^@]*@(?P<name>[\w.]+)\((?P<arguments>[^)]*)\)", re.MULTILINE)
LLVM_PLACE = re.compile(r":(?P<line>\d+):\d+: error: (?P<words>.*)")
SYMBOL = re.compile(r"@[\w.]+")
PROGRAM = "program"

README = """\
{name}: {count} kernels for {cpu}

program.ll runs the kernels, stage by stage, with a barrier after each stage:

{schedule}

Every kernel has a file, and all workers run it: each takes its share of the places, which
%tid and %nthreads tell. %context points at the sizes and at the addresses of the buffers.

Edit a file, keep the line that begins with `define`, and run the edited text:

    GEARTRAIN_KERNELS={folder} python your_script.py

or from Python, on a compiled function: fn.load_edited({folder!r}). A file that is deleted
stands for its kernel as it was. Where LLVM does not take a file, it says the line.
"""


@dataclass(frozen=True)
class Module:
    """The text of a module: its functions by name, and the lines around them."""

    functions: dict[str, str]
    others: tuple[str, ...]

    @classmethod
    def of(cls, ir: str) -> Module:
        """Take a module apart."""
        functions = {_name_of(each[0]): each[0] for each in FUNCTION.finditer(ir)}
        rest = (line.rstrip() for line in FUNCTION.sub("", ir).splitlines())
        others = (line for line in rest if line and not line.startswith(";"))
        return cls(functions, tuple(dict.fromkeys(others)))

    def text(self) -> str:
        """The module put together."""
        return "\n\n".join([*self.functions.values(), "\n".join(self.others)])

    def alone(self, name: str) -> str:
        """One function with the declarations that it needs; of functions too."""
        body = self.functions[name]
        used = set(SYMBOL.findall(body))
        declared = [line for line in self.others if used & set(SYMBOL.findall(line)[:1])]
        called = [
            re.sub(r"^define (internal )?(.*?\)).*", r"declare \2", text.partition("\n")[0])
            for other, text in self.functions.items()
            if other != name and f"@{other}" in used
        ]
        return "\n".join([body, "", *declared, *called])


def folder_of(name: str, ir: str, folder: Path) -> Path:
    """Where in a folder of dumped kernels a program lies."""
    return folder / f"{name or 'function'}-{hashlib.sha256(ir.encode()).hexdigest()[:8]}"


def dump(name: str, ir: str, folder: Path, *, about: Callable[[str], str], **words: str) -> Path:
    """Write a program to files.

    Args:
        name: the program's.
        ir: its own text, unedited.
        folder: where to make its folder.
        about: what to say of a kernel, above its text.
        words: the processor (`cpu`) and the `schedule`, for the README.

    Returns:
        The program's folder.
    """
    place = folder_of(name, ir, folder)
    place.mkdir(parents=True, exist_ok=True)
    module = Module.of(ir)
    kernels = [each for each in module.functions if about(each)]
    for each in kernels:
        _write(place / f"{each}.ll", f"{_commented(about(each))}\n{module.alone(each)}\n")
    _write(place / f"{PROGRAM}.ll", f"{module.alone(PROGRAM)}\n")
    said = README.format(name=name, count=len(kernels), folder=str(folder), **words)
    _write(place / "README.txt", said)
    return place


def with_edits(ir: str, place: Path) -> str:
    """A module in which the functions of a folder's files stand for its own.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: a file is no kernel's, has another signature, or is not taken by LLVM.
    """
    if not place.is_dir():
        raise FileNotFoundError(_missing_message(place))
    module = Module.of(ir)
    functions, others = dict(module.functions), list(module.others)
    for path in sorted(place.glob("*.ll")):
        if path.stem not in module.functions:
            remedy = f"mv {path} {path.parent}/{{}}.ll"
            known = list(module.functions)
            raise ValueError(
                unknown_name("kernel of this program", path.stem, known, remedy=remedy)
            )
        edited = _read(path, module)
        declared = {SYMBOL.findall(line)[0] for line in others}
        functions |= edited.functions
        others += [line for line in edited.others if _declares(line, declared, functions)]
    return Module(functions, tuple(others)).text()


def chosen_text(name: str, ir: str) -> str:
    """A program's text, with the edits of the folder that GEARTRAIN_KERNELS names, if it is there.

    A folder of another program of that name is said to be out of date.
    """
    folder = settings.kernels
    if folder is None:
        return ir
    place = folder_of(name, ir, folder)
    if place.is_dir():
        return with_edits(ir, place)
    stale = sorted(each.name for each in folder.glob(f"{name}-????????"))
    if stale:
        warnings.warn(_stale_message(name, folder, stale, place), stacklevel=2)
    return ir


def _read(path: Path, module: Module) -> Module:
    text = path.read_text(encoding="utf-8")
    edited = Module.of(text)
    own = module.functions[path.stem]
    head = HEAD.search(edited.functions.get(path.stem, ""))
    if head is None or _types(head["arguments"]) != _types(_head(own)["arguments"]):
        raise ValueError(_signature_message(path, own, head))
    _check(path, text, module)
    return edited


def _check(path: Path, text: str, module: Module) -> None:
    """Let LLVM read a file.

    Raises:
        ValueError: it does not take it.
    """
    try:
        machine_code.verify_only(_completed(text, module))
    except RuntimeError as error:
        raise ValueError(_llvm_message(path, text, str(error))) from error


def _completed(text: str, module: Module) -> str:
    """A file's text with the kernels that it declares behind it, and its lines where they were."""
    lines, called = text.splitlines(), False
    for number, line in enumerate(lines):
        name = SYMBOL.findall(line)[:1] if line.startswith("declare") else []
        if name and name[0][1:] in module.functions:
            lines[number], called = "", True
    if not called:
        return text
    own = set(Module.of(text).functions)
    known = {each for line in lines if not line.startswith(" ") for each in SYMBOL.findall(line)}
    others = [each for each in module.others if not known & set(SYMBOL.findall(each)[:1])]
    functions = [each for name, each in module.functions.items() if name not in own]
    return "\n".join([*lines, *functions, *others])


def _declares(line: str, declared: set[str], functions: dict[str, str]) -> bool:
    """Whether a line declares what the module does not know yet."""
    name = SYMBOL.findall(line)[:1]
    return not name or (name[0] not in declared and name[0][1:] not in functions)


def _head(function: str) -> re.Match[str]:
    found = HEAD.search(function)
    if found is None:
        raise ValueError(f"not the text of a function: {function[:80]!r}")
    return found


def _name_of(function: str) -> str:
    return _head(function)["name"]


def _types(arguments: str) -> list[str]:
    return [each.split()[0] for each in arguments.split(",") if each.strip()]


def _commented(text: str) -> str:
    return "\n".join(f"; {line}".rstrip() for line in text.splitlines())


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _llvm_message(path: Path, text: str, words: str) -> str:
    found = LLVM_PLACE.search(words)
    if found is None:
        return explain(
            f"LLVM does not take {path}",
            given=words.strip(),
            expected="a function like the one that was dumped",
            remedy=f"delete {path} to have the kernel as it was",
        )
    number = int(found["line"])
    line = text.splitlines()[number - 1].strip() if number <= len(text.splitlines()) else ""
    return explain(
        f"LLVM does not take {path}, line {number}",
        given=line or "the end of the file",
        expected=found["words"],
        remedy=f"correct line {number}, or delete the file to have the kernel as it was",
    )


def _signature_message(path: Path, own: str, head: re.Match[str] | None) -> str:
    wanted = own.partition("\n")[0]
    return explain(
        f"{path} does not define the kernel that it is named after",
        given=head[0] if head else f"no function @{path.stem}",
        expected=f"the arguments of {wanted.removesuffix(' {')}",
        remedy=f"let the function begin with `{wanted}`",
    )


def _missing_message(place: Path) -> str:
    there = sorted(each.name for each in place.parent.glob("*-????????"))
    return explain(
        f"There are no kernels of this program in {place.parent}",
        given=f"folders {', '.join(there)}" if there else "no folder of a program",
        expected=f"{place.name}, which `dump` writes",
        remedy=f"fn.dump({str(place.parent)!r})",
    )


def _stale_message(name: str, folder: Path, stale: list[str], place: Path) -> str:
    return explain(
        f"GEARTRAIN_KERNELS has kernels of '{name}', but of another program of that name",
        given=f"{', '.join(stale)} in {folder}",
        expected=f"{place.name}: shapes, code or processor have changed since; nothing is replaced",
        remedy=f"dump it again, or remove {folder / stale[0]}",
    )
