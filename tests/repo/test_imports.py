"""What importing costs, counted: the modules that it loads."""

import subprocess
import sys

HEAVY = (
    "llvmlite",
    "matplotlib",
    "ml_dtypes",
    "urllib.request",
    "ssl",
    "multiprocessing",
    "html",
    "concurrent.futures",
    "logging",
)
FIRST_NETWORK = """
from geartrain import models, layers
network = models.Sequential()
network.add(layers.Dense(512, activation='relu', input_shape=(28 * 28,)))
network.add(layers.Dense(10, activation='softmax'))
network.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
"""


def loaded_by(code):
    script = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not {"numpy", *HEAVY} & loaded_by("import geartrain")


def test_building_a_model_loads_no_compiler():
    modules = loaded_by(FIRST_NETWORK)
    assert not set(HEAVY) & modules
    assert "geartrain.compiler" not in modules


def test_the_first_network_loads_what_it_uses():
    modules = loaded_by(FIRST_NETWORK)
    ours = {each for each in modules if each.startswith("geartrain")}
    for room, most in {"layers": 29, "optimizers": 13, "losses": 9, "metrics": 4}.items():
        assert len({each for each in ours if each.startswith(f"geartrain.{room}.")}) <= most
    assert len(ours) <= 305
