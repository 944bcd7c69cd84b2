"""The wheel: pure Python, small, with all rooms and nothing else."""

import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


def test_the_wheel(tmp_path):
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    assert wheel.endswith("-py3-none-any.whl")
    assert Path(wheel).stat().st_size < 2_000_000
    names = zipfile.ZipFile(wheel).namelist()
    modules = [name for name in names if name.startswith("geartrain/")]
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"geartrain"}
    assert len([name for name in modules if name.endswith(".py")]) == len(
        list((ROOT / "geartrain").rglob("*.py"))
    )
    assert "geartrain/py.typed" in modules
