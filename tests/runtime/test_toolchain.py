"""What tells processors and compilers apart, without LLVM."""

from __future__ import annotations

from pathlib import Path

import pytest

from geartrain.runtime import toolchain
from geartrain.runtime.machine_code import cache_key

X86 = """processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
stepping\t: 1
cpu MHz\t\t: {mhz}
flags\t\t: fpu sse2 avx2 fma {flags}

processor\t: 1
flags\t\t: another
"""
ARM = """processor\t: 0
BogoMIPS\t: {mhz}
Features\t: fp asimd {flags}
CPU implementer\t: 0x41
CPU part\t: 0xd0c
"""


@pytest.fixture(params=[X86, ARM], ids=["x86", "arm"])
def key_with(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The key of some IR on a processor with these flags at this clock."""

    def key(flags: str, mhz: str = "2596.1") -> bytes:
        path = tmp_path / "cpuinfo"
        path.write_text(request.param.format(flags=flags, mhz=mhz))
        monkeypatch.setattr(toolchain, "CPUINFO", path)
        toolchain.processor_text.cache_clear()
        return cache_key("ir")

    yield key
    toolchain.processor_text.cache_clear()


def test_another_processor_has_another_key(key_with) -> None:
    assert key_with("avx512f") != key_with("")
    assert key_with("avx512f", "2596.1") == key_with("avx512f", "3100.4")


def test_without_cpuinfo_llvm_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from geartrain.runtime.cpu import host_cpu

    monkeypatch.setattr(toolchain, "CPUINFO", tmp_path / "none")
    toolchain.processor_text.cache_clear()
    assert host_cpu().features in toolchain.processor_text()
    toolchain.processor_text.cache_clear()


def test_another_llvm_has_another_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Spec:
        origin = str(tmp_path / "__init__.py")

    (tmp_path / "binding").mkdir()
    library = tmp_path / "binding" / "libllvmlite.so"
    monkeypatch.setattr(toolchain, "find_spec", lambda _: Spec)
    texts = set()
    for content in (b"one", b"three"):
        Path(Spec.origin).write_text("")
        library.write_bytes(content)
        toolchain._llvm_file.cache_clear()
        texts.add(toolchain.toolchain_text())
    toolchain._llvm_file.cache_clear()
    assert len(texts) == 2
    assert all("libllvmlite.so" in each for each in texts)
