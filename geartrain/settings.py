"""Every environment variable that Geartrain reads, in one typed registry.

    from geartrain.settings import settings
    settings.home                     # PosixPath('/home/ada/.geartrain')

An attribute reads the environment anew at each access, so a test or a notebook may change it
while running. All values are checked once when `geartrain` is imported (`validate`), so that a
mistyped value is an error at the start and never a guess. An empty value counts as not set.
The documentation's table is printed by `settings_table`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from geartrain.errors import explain

T = TypeVar("T")

DEBUG_LADDER = (
    "off",
    "devices, and what `jit` traces again",
    "time and GFLOP/s of each native call and kernel",
    "schedule",
    "loops",
    "LLVM IR",
    "assembly",
)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One environment variable; as an attribute of `Settings` it gives the variable's value.

    Attributes:
        name: the variable.
        expected: what a value looks like, in words.
        default: the value where the variable is not set, in words.
        meaning: what the variable changes.
        parse: makes the value of the text; a ValueError says that the text is no such value.
        fallback: gives the value where the variable is not set.
        example: a value that can be pasted.
    """

    name: str
    expected: str
    default: str
    meaning: str
    parse: Callable[[str], T]
    fallback: Callable[[], T]
    example: str

    def __post_init__(self) -> None:
        # A lookup in `os.environ` takes a microsecond, in what lies behind it 50 ns.
        known: Any = getattr(os.environ, "_data", os.environ)
        key: Any = self.name if known is os.environ else os.environ.encodekey(self.name)
        object.__setattr__(self, "_lookup", (known, key))

    @property
    def is_set(self) -> bool:
        """Whether the environment has the variable at all, maybe empty."""
        known, key = self._lookup  # type: ignore[attr-defined]
        return key in known

    def __get__(self, instance: object, owner: type | None = None) -> T:
        return self.read()

    def read(self) -> T:
        """The value now.

        Raises:
            ValueError: where the variable holds something else than `expected`.
        """
        text = os.environ[self.name].strip() if self.is_set else ""
        if not text:
            return self.fallback()
        try:
            return self.parse(text)
        except ValueError:
            raise ValueError(self._complaint(text)) from None

    def _complaint(self, text: str) -> str:
        return explain(
            f"The environment variable {self.name} can't be used",
            given=repr(text),
            expected=f"{self.expected} (default: {self.default})",
            remedy=f"export {self.name}={self.example}",
        )


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    return path


def _folder_or_off(text: str) -> Path | None:
    return None if text.lower() == "off" else _folder(text)


def _on_or_off(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise ValueError(f"{text} is neither on nor off")
    return text.lower() == "on"


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"{number} is outside {low}..{high}")
        return number

    return parse


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in names:
            raise ValueError(f"{text} is none of {names}")
        return text.lower()

    return parse


def _in_home(name: str) -> Path:
    try:
        return Path("~", name).expanduser()
    except RuntimeError:  # a user without a home, as containers have them
        import tempfile  # seldom needed, and slow to load

        return Path(tempfile.gettempdir()) / f"{name.lstrip('.')}-{os.getuid()}"


MAX_THREADS = 1024

DATASETS: Setting[Path | None] = Setting(
    "GEARTRAIN_DATASETS",
    expected="a folder",
    default="not set",
    meaning="Where `datasets` look before the user's cache and the network: a folder with "
    "`mnist.npz`, or with `mnist/` and the four idx files in it; the other data sets by the names "
    "of their files (`imdb.npz`, `cifar-10-python.tar.gz`, ...).",
    parse=_folder,
    fallback=lambda: None,
    example="/data",
)
HOME: Setting[Path] = Setting(
    "GEARTRAIN_HOME",
    expected="a folder",
    default="`~/.geartrain`; for a user without a home, a folder of temporary files",
    meaning="Where downloaded data and machine code are kept.",
    parse=_folder,
    fallback=lambda: _in_home(".geartrain"),
    example="~/.geartrain",
)
KERAS_HOME: Setting[Path] = Setting(
    "KERAS_HOME",
    expected="a folder",
    default="`~/.keras`; for a user without a home, a folder of temporary files",
    meaning="Keras's folder: data sets are kept in its `datasets`, trained weights in `models`.",
    parse=_folder,
    fallback=lambda: _in_home(".keras"),
    example="~/.keras",
)
CODE_CACHE: Setting[Path | None] = Setting(
    "GEARTRAIN_CODE_CACHE",
    expected="a folder, or `off`",
    default="`code` in `GEARTRAIN_HOME`",
    meaning="Where machine code is kept from process to process; `off` compiles every time.",
    parse=_folder_or_off,
    fallback=lambda: HOME.read() / "code",
    example="off",
)
WINOGRAD: Setting[bool] = Setting(
    "GEARTRAIN_WINOGRAD",
    expected="`on` or `off`",
    default="`on`",
    meaning="Whether 3x3 convolutions of float32 are computed by Winograd's algorithm where it is "
    "faster; `off` adds up every term: a twentieth of the rounding, more than twice the time.",
    parse=_on_or_off,
    fallback=lambda: True,
    example="off",
)
THREADS: Setting[int | None] = Setting(
    "GEARTRAIN_THREADS",
    expected=f"an integer from 1 to {MAX_THREADS}",
    default="the cores that this process may use (affinity and cgroup quota)",
    meaning="How many threads a compiled function runs on.",
    parse=_integer(1, MAX_THREADS),
    fallback=lambda: None,
    example="2",
)
CPU: Setting[str] = Setting(
    "GEARTRAIN_CPU",
    expected="`native`, or of x86 `sse`, `avx2`, `avx2-dot`, `avx512`, `avx512-dot`, of AArch64 "
    "`neon`, `neon-dot`",
    default="`native`",
    meaning="Which processor compiled code is made for: this one, or any that has an instruction "
    "set. Code for a lesser processor than this one gives the numbers that it would give there.",
    parse=_one_of("native", "sse", "avx2", "avx2-dot", "avx512", "avx512-dot", "neon", "neon-dot"),
    fallback=lambda: "native",
    example="avx2",
)
DEBUG: Setting[int] = Setting(
    "GEARTRAIN_DEBUG",
    expected=f"an integer from 0 to {len(DEBUG_LADDER) - 1}",
    default="`0`",
    meaning="What to print to stderr, each step with all below it: "
    + ", ".join(f"{level} {what}" for level, what in enumerate(DEBUG_LADDER))
    + ".",
    parse=_integer(0, len(DEBUG_LADDER) - 1),
    fallback=lambda: 0,
    example="3",
)

DEVICE: Setting[str] = Setting(
    "GEARTRAIN_DEVICE",
    expected="`cpu` or `null`",
    default="`cpu`",
    meaning="What compiled functions run on. `null` runs nothing: functions are traced, fused, "
    "scheduled, and their LLVM IR is checked; results have the right shapes and are zeros, and "
    "variables stay as they are.",
    parse=_one_of("cpu", "null"),
    fallback=lambda: "cpu",
    example="null",
)
KERNELS: Setting[Path | None] = Setting(
    "GEARTRAIN_KERNELS",
    expected="a folder",
    default="not set",
    meaning="Where kernels lie that were dumped (`fn.dump`, `explain.program(model).dump`) and "
    "edited by hand: programs that are found there run the edited text.",
    parse=_folder,
    fallback=lambda: None,
    example="kernels",
)

REGISTRY: tuple[Setting[Any], ...] = (
    DATASETS,
    HOME,
    KERAS_HOME,
    CODE_CACHE,
    THREADS,
    CPU,
    WINOGRAD,
    DEVICE,
    KERNELS,
    DEBUG,
)


class Settings:
    """The values of the registry, read from the environment at each access."""

    datasets = DATASETS
    home = HOME
    keras_home = KERAS_HOME
    code_cache = CODE_CACHE
    threads = THREADS
    cpu = CPU
    winograd = WINOGRAD
    device = DEVICE
    kernels = KERNELS
    debug = DEBUG


settings = Settings()


def validate() -> None:
    """Read every variable once.

    Raises:
        ValueError: names the first variable whose value can't be used, and what is expected.
    """
    for setting in REGISTRY:
        setting.read()


def settings_table() -> str:
    """The registry as a Markdown table: variable, value, default, meaning."""
    lines = ["| variable | value | default | meaning |", "| --- | --- | --- | --- |"]
    rows = (
        f"| `{each.name}` | {each.expected} | {each.default} | {each.meaning} |"
        for each in REGISTRY
    )
    return "\n".join([*lines, *rows])
