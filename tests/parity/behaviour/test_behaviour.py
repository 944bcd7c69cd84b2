"""Short programs on Keras's names give what they give in Keras: results, or kinds of errors."""

import json

import pytest

import geartrain
from tests.parity.behaviour.snippets import FILES, HERE, agree, outcomes, snippets

GOLDEN = json.loads((HERE / "golden.json").read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_snippets_give_what_they_give_in_keras(path):
    wrong = []
    given = outcomes(geartrain, path)
    for snippet, found, expected in zip(snippets(path), given, GOLDEN[path.stem], strict=True):
        if not agree(found, expected):
            wrong.append(f"{snippet}\n  gives {found}\n  in Keras {expected}")
    assert not wrong, "\n".join(wrong)
