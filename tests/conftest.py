"""What all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Random programs that are compiled and compared: 45 ms of a core each.
PROGRAMS = 2000 if os.environ.get("CI") else 400

# Where a change is judged, the same examples every time; elsewhere, new ones.
settings.register_profile("judged", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("judged")

os.environ.setdefault("GEARTRAIN_HOME", str(Path(__file__).parent.parent / ".pytest_cache/home"))


@pytest.fixture(autouse=True)
def _repeatable():
    """Every test starts from one seed, with the default number of threads."""
    from geartrain import config, runtime
    from geartrain.utils import set_random_seed

    config.disable_traceback_filtering()  # who mends a failing test wants every frame
    set_random_seed(1234)
    yield
    runtime.set_num_threads(None)


@pytest.fixture(scope="session")
def digits():
    """A slice of the real MNIST, as the book prepares it; the test is skipped without the data."""
    from geartrain.datasets import DataUnavailable, mnist
    from geartrain.utils import to_categorical

    if not os.environ.get("GEARTRAIN_DATASETS"):
        pytest.skip("GEARTRAIN_DATASETS names no folder with MNIST")
    try:
        (x, y), (x_test, y_test) = mnist.load_data()
    except DataUnavailable as error:
        pytest.fail(str(error))
    x, x_test = (each.reshape(len(each), 784).astype("float32") / 255 for each in (x, x_test))
    return (x[:6000], to_categorical(y[:6000])), (x_test[:1000], to_categorical(y_test[:1000]))


def pytest_addoption(parser):
    parser.addoption("--programs", type=int, default=PROGRAMS, help="how many random programs")
    parser.addoption("--update-golden", action="store_true", help="write golden texts anew")
