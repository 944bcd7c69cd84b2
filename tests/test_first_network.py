"""The listings of docs/first-network.md run as they stand, one after the other."""

import os
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs/first-network.md"


def test_the_page_runs(capsys):
    if not os.environ.get("GEARTRAIN_DATASETS"):
        pytest.skip("GEARTRAIN_DATASETS names no folder with MNIST")
    listings = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names = {}
    exec("\n".join(listings), names)
    printed = capsys.readouterr().out
    assert "(60000, 28, 28) uint8" in printed
    assert "407,050" in printed
    assert names["test_acc"] > 0.97
    assert names["digit"].argmax() == 7
