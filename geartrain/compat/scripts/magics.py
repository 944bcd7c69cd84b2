"""Lines of a notebook that are not Python: `%matplotlib inline`, `!pip install ...`, `%%time`.

    files = !ls          ->   files = get_ipython().getoutput('ls')
    !wget https://...    ->   get_ipython().system('wget https://...')
    %matplotlib inline   ->   get_ipython().run_line_magic('matplotlib', 'inline')

IPython turns them into the same calls; here `Shell` answers them.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

LINE = re.compile(r"^(?P<indent>\s*)(?P<mark>[!%?])(?P<rest>.*)$")
ASSIGNED = re.compile(r"^(?P<target>\s*[\w.,\s\[\]'\"]+?\s*=\s*)(?P<mark>[!%])(?P<rest>.*)$")
INSTALLERS = ("apt", "apt-get", "brew", "conda", "mamba", "pip", "pip3", "python -m pip", "uv")
QUIET = ("matplotlib", "autoreload", "load_ext", "reload_ext", "config", "tensorflow_version",
         "pylab", "precision", "pprint")  # fmt: skip
TIMERS = ("time", "timeit", "prun", "capture")


def as_python(source: str) -> str:
    """The code of a cell, in which lines for the notebook are calls.

    >>> print(as_python("%matplotlib inline"))
    get_ipython().run_line_magic('matplotlib', 'inline')
    """
    if source.lstrip().startswith("%%"):
        return _whole_cell(source.lstrip())
    if is_python(source):
        return source
    lines: list[str] = []
    pending = iter(source.split("\n"))
    for line in pending:
        whole = line
        while whole.endswith("\\") and LINE.match(whole):
            whole = whole[:-1] + next(pending, "")
        lines.append(_line_as_python(whole))
    return "\n".join(lines)


def is_python(source: str) -> bool:
    """Whether code can be parsed as it stands."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _line_as_python(line: str) -> str:
    found = LINE.match(line)
    if found is not None:
        return found["indent"] + _call(found["mark"], found["rest"])
    found = ASSIGNED.match(line)
    if found is not None:
        return found["target"] + _call(found["mark"], found["rest"], assigned=True)
    asks = line.rstrip().endswith("?") and not line.lstrip().startswith("#")
    return f"help({line.strip().rstrip('?')})" if asks else line


def _call(mark: str, rest: str, *, assigned: bool = False) -> str:
    if mark == "!":
        name = "getoutput" if assigned else "system"
        return f"get_ipython().{name}({rest.lstrip('!').strip()!r})"
    if mark == "?":
        return f"help({rest.lstrip('?').strip()})"
    name, _, argument = rest.strip().partition(" ")
    if name in TIMERS and argument:
        return argument  # the statement itself
    return f"get_ipython().run_line_magic({name!r}, {argument.strip()!r})"


def _whole_cell(source: str) -> str:
    first, _, body = source.partition("\n")
    name, _, argument = first[2:].strip().partition(" ")
    if name in TIMERS:
        return "\n" + as_python(body)  # an empty line, so that the numbers of lines stay
    return f"get_ipython().run_cell_magic({name!r}, {argument.strip()!r}, {body!r})"


class Shell:
    """Answers what a notebook asks of IPython.

    Args:
        say: called with a note for the user.
        runs_commands: whether `!` lines are run; else they are left out, with a note.
        run: called with the code of a cell, where one cell runs another.
        user_ns: the names that cells share.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        runs_commands: bool = False,
        run: Callable[[str], None] | None = None,
        user_ns: dict[str, Any] | None = None,
    ) -> None:
        self.say = say
        self.runs_commands = runs_commands
        self.run = run
        self.user_ns = {} if user_ns is None else user_ns
        self.line_magics: dict[str, Callable[..., Any]] = {}
        self.cell_magics: dict[str, Callable[..., Any]] = {}

    def register_magic_function(
        self, func: Callable[..., Any], magic_kind: str = "line", magic_name: str | None = None
    ) -> None:
        """Let a function of the notebook's answer `%name`, `%%name`, or both ("line_cell")."""
        name = magic_name or func.__name__
        if "line" in magic_kind:
            self.line_magics[name] = func
        if "cell" in magic_kind:
            self.cell_magics[name] = func

    def run_cell(self, raw_cell: str, *args: object, **options: object) -> None:
        """Run code as a cell of the notebook; what fails in it fails in the cell that asked."""
        if self.run is None:
            raise RuntimeError("get_ipython().run_cell works in a notebook that is being run")
        self.run(raw_cell)

    def system(self, command: str) -> None:
        """Run a command of the shell, or say that it is left out."""
        if self._may_run(command):
            subprocess.run(command, shell=True, check=False)  # noqa: S602  (the user's own line)

    def getoutput(self, command: str) -> list[str]:
        """The lines that a command prints; none, if it is left out."""
        if not self._may_run(command):
            return []
        done = subprocess.run(  # noqa: S602
            command, shell=True, check=False, stdout=subprocess.PIPE, text=True
        )
        return done.stdout.splitlines()

    def _may_run(self, command: str) -> bool:
        installs = command.startswith(INSTALLERS)
        if self.runs_commands and not installs:
            return True
        why = "nothing is installed" if installs else "--shell runs such lines"
        self.say(f"left out: !{command} ({why})")
        return False

    def run_line_magic(self, name: str, line: str, *args: object) -> Any:
        """A line that begins with %."""
        if name in self.line_magics:
            return self.line_magics[name](line)
        if name == "cd":
            os.chdir(Path(line.strip("'\"")).expanduser())
        elif name in ("pip", "conda"):
            self.system(f"{name} {line}")
        elif name not in QUIET:
            self.say(f"left out: %{name} {line}".rstrip())
        return None

    magic = run_line_magic

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """A cell that begins with %%."""
        if name in self.cell_magics:
            return self.cell_magics[name](line, cell)
        if name in ("writefile", "file"):
            path, appends = line.removeprefix("-a").strip(), line.startswith("-a")
            with Path(path).open("a" if appends else "w", encoding="utf-8") as file:
                file.write(cell)
        elif name in ("bash", "sh", "script"):
            self.system(cell)
        else:
            self.say(f"left out: a cell of %%{name}")
        return None

    def __bool__(self) -> bool:
        return True
