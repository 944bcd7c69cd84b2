"""Write what Keras makes of the snippets, or check (`--check`) that it still does.

KERAS_BACKEND=jax python tests/parity/behaviour/make_golden.py [--check]
"""

import json
import sys
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parent))
from snippets import FILES, HERE, agree, outcomes, snippets

GOLDEN = HERE / "golden.json"


def main():
    found = {path.stem: outcomes(keras, path) for path in FILES}
    if "--check" in sys.argv:
        kept = json.loads(GOLDEN.read_text())
        for path in FILES:
            for snippet, one, other in zip(
                snippets(path), kept[path.stem], found[path.stem], strict=True
            ):
                assert agree(other, one), f"{snippet}\n{other}"
        print(f"{sum(map(len, found.values()))} snippets: Keras {keras.__version__} agrees")
        return
    lines = (
        f"{json.dumps(name)}:[\n" + ",\n".join(json.dumps(each) for each in results) + "\n]"
        for name, results in found.items()
    )
    GOLDEN.write_text("{" + ",\n".join(lines) + "}\n")


main()
