"""What importing costs, counted: the modules that it loads."""

import subprocess
import sys

HEAVY = ("llvmlite", "matplotlib", "ml_dtypes", "urllib.request", "ssl")


def loaded_by(code):
    script = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not {"numpy", *HEAVY} & loaded_by("import geartrain")


def test_building_a_model_loads_no_compiler():
    modules = loaded_by(
        "from geartrain import models, layers\n"
        "models.Sequential([layers.Dense(3, input_shape=(4,))]).compile(loss='mse')"
    )
    assert not set(HEAVY) & modules
    assert "geartrain.compiler" not in modules
