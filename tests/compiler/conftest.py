"""Golden texts: `pytest --update-golden` writes them anew."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden(request):
    """Compares a text with the one that is kept under a name."""

    def check(name, text):
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text + "\n", (
            f"{path} differs: look at it, then run pytest --update-golden"
        )

    return check
