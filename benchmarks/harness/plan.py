"""What is measured, on whom, how often, and which figures are read from it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from harness.contestants import (
    EVERYONE,
    JAX,
    KERAS_JAX,
    KERAS_JAX_CACHED,
    KERAS_TENSORFLOW,
    NUMBA,
    NUMPY_BY_HAND,
    ON_KERAS,
    OURS,
    OURS_COLD,
    OURS_VERBOSE,
    TORCH,
    Contestant,
)

Options = dict[str, object]


@dataclass(frozen=True)
class Figure:
    """A number of a measurement, and how the runs' numbers become one.

    Attributes:
        key: its name in the worker's result.
        title: its name in the tables.
        unit: one of `report.UNITS`.
        of_runs: what makes one number of those of all runs.
    """

    key: str
    title: str
    unit: str
    of_runs: Callable[[Sequence[float]], float] = min


@dataclass(frozen=True)
class Measurement:
    """A job on several contestants, in rounds.

    Attributes:
        name: what `--only` and the bars call it.
        job: the worker's job.
        contestants: who does it, in the order of a round.
        figures: what is read from the results.
        rounds: how often everyone does it, and with `--quick`.
        options, quick_options: of the job; with `--quick`, the second overrides the first.
        seeded: whether the round's number is the job's seed.
        rehearsed: whether everyone does it once before the rounds, to warm caches and disks.
        least, most: values below and above which a run is a failure: it has not done the same
            work.
        variables: environment variables of every run, whoever runs.
    """

    name: str
    job: str
    contestants: tuple[Contestant, ...]
    figures: tuple[Figure, ...]
    rounds: int
    quick_rounds: int = 1
    options: Options = field(default_factory=dict)
    quick_options: Options = field(default_factory=dict)
    seeded: bool = False
    rehearsed: bool = False
    least: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def reads_mnist(self) -> bool:
        """Whether it needs the files of MNIST."""
        return self.job in ("mnist", "pipeline") or self.options.get("network") == "mnist_convnet"


def _training(
    network: str, figure: Figure, *, epochs: int, quick: Options, loss_kept: float
) -> Measurement:
    """A network of the book in `fit`; its loss has to fall to a part of the first epoch's."""
    return Measurement(
        name=network,
        job="train",
        contestants=ON_KERAS,
        figures=(figure,),
        rounds=3,
        options={"network": network, "epochs": epochs},
        quick_options=quick,
        most={"loss_kept": loss_kept},
    )


# glibc keeps the memory of a result and gives it to the next one, as a training step keeps its own:
# else a call's time is that of the system handing out pages. See mallopt(3).
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**32), "MALLOC_TRIM_THRESHOLD_": str(2**34)}

COMPILED_NETWORKS = {"mnist": "MNIST network", "convnet": "convnet", "transformer": "transformer"}
LOOPS = {
    "relu": "relu of 4096 x 4096",
    "add": "sum of two 4096 x 4096",
    "add_matrix_and_vector": "4096 x 4096 plus a vector",
    "vector_dot": "dot product of two 2^24",
    "matrix_vector_dot": "4096 x 4096 by a vector",
    "matrix_dot": "product of two 1024 x 1024",
}
PRODUCTS = {
    "matmul": "matrix product 2048^3",
    "forward": "convnet's convolutions, forward",
    "by_input": "the same, gradients by the input",
    "by_kernel": "the same, gradients by the kernel",
    "gradients": "the same, all gradients",
}

PLAN = (
    Measurement(
        name="mnist",
        job="mnist",
        contestants=(*EVERYONE, OURS_VERBOSE),
        figures=(
            Figure("epoch_s", "MNIST, an epoch", "s"),
            Figure("whole_s", "MNIST, launch to test accuracy", "s"),
            Figure("peak_memory_bytes", "MNIST, peak memory", "MB", statistics.median),
            Figure(
                "fit_peak_memory_bytes",
                "MNIST, the same once the data stand",
                "MB",
                statistics.median,
            ),
            Figure("test_accuracy", "MNIST, test accuracy", "share", statistics.median),
        ),
        rounds=3,
        options={"epochs": 5},
        quick_options={"epochs": 3},
        seeded=True,
        least={"test_accuracy": 0.96},
    ),
    Measurement(
        name="accuracy",
        job="mnist",
        contestants=(OURS,),
        figures=(Figure("test_accuracy", "test accuracy, five seeds", "share", statistics.median),),
        rounds=5,
        quick_rounds=5,
        options={"epochs": 5},
        seeded=True,
    ),
    Measurement(
        name="tiny",
        job="tiny",
        contestants=EVERYONE,
        figures=(
            Figure("step_s", "tiny model, a step", "us"),
            Figure("epoch_s", "house prices 13-64-64-1, an epoch", "ms"),
        ),
        rounds=3,
        options={"seconds": 1.0},
        quick_options={"seconds": 0.3},
        most={"loss": 1.0},
    ),
    Measurement(
        name="houses",
        job="houses",
        contestants=ON_KERAS,
        figures=(Figure("whole_s", "house prices, 4 folds of 500 epochs, the whole script", "s"),),
        rounds=3,
        options={"folds": 4, "epochs": 500},
        quick_options={"epochs": 50},
        most={"mae": 0.7},
    ),
    Measurement(
        name="startup",
        job="startup",
        contestants=(OURS_COLD, *EVERYONE, KERAS_JAX_CACHED),
        figures=(
            Figure("first_step_s", "launch to first step's end", "s"),
            Figure("built_s", "launch to model built", "s"),
        ),
        rounds=5,
        quick_rounds=1,
        rehearsed=True,
    ),
    Measurement(
        name="latency",
        job="latency",
        contestants=EVERYONE,
        figures=(
            Figure("predict_s", "predict of one row", "us"),
            Figure("call_s", "model(x) of one row", "us"),
        ),
        rounds=3,
        options={"seconds": 1.0},
        quick_options={"seconds": 0.3},
    ),
    Measurement(
        name="calls",
        job="calls",
        contestants=ON_KERAS,
        figures=(
            Figure("train_on_batch_s", "train_on_batch of 16 rows of 13", "us"),
            Figure("test_on_batch_s", "test_on_batch", "us"),
            Figure("predict_on_batch_s", "predict_on_batch", "us"),
            Figure("fit_s", "fit of one batch", "us"),
            Figure("evaluate_s", "evaluate of one batch", "us"),
            Figure("predict_s", "predict of one batch", "us"),
            Figure("model_s", "model(x)", "us"),
        ),
        rounds=3,
        options={"seconds": 3.0},
        quick_options={"seconds": 1.0},
    ),
    Measurement(
        name="pipeline",
        job="pipeline",
        contestants=(OURS,),
        figures=(
            Figure("arrays_s", "MNIST from arrays, an epoch", "s"),
            Figure("parquet_s", "MNIST from Parquet, an epoch", "s"),
            Figure("ratio", "MNIST from Parquet, against arrays", "share", statistics.median),
        ),
        rounds=3,
        options={"epochs": 3, "turns": 3},
        quick_options={"epochs": 1, "turns": 2},
    ),
    Measurement(
        name="eager",
        job="eager",
        contestants=(OURS, NUMPY_BY_HAND, TORCH, JAX),
        figures=(
            Figure("add_s", "x + y of 10 elements, eagerly", "us"),
            Figure("chain_s", "tape: 100 operations on 32 x 32 and back", "us"),
        ),
        rounds=3,
        options={"seconds": 1.0},
        quick_options={"seconds": 0.3},
    ),
    Measurement(
        name="kernels",
        job="kernels",
        contestants=(OURS,),
        figures=(
            Figure("products_share", "matrix products, share of peak", "share", statistics.median),
        ),
        rounds=3,
        options={"batch_size": 128, "times": 5},
    ),
    _training(
        "convnet",
        Figure("step_s", "convnet 150x150x3, a step of 32", "ms"),
        epochs=4,
        quick={"epochs": 2, "rows": 160},
        loss_kept=0.97,
    ),
    _training(
        "normalised",
        Figure("step_s", "convolution, batch normalisation, relu: a step of 32", "ms"),
        epochs=4,
        quick={"epochs": 2, "rows": 160},
        loss_kept=0.97,
    ),
    _training(
        "mnist_convnet",
        Figure("epoch_s", "MNIST convnet, an epoch of 12,800", "s"),
        epochs=4,
        quick={"epochs": 2},
        loss_kept=0.5,
    ),
    _training(
        "reviews",
        Figure("epoch_s", "reviews 10,000-16-16-1, an epoch of 15,000", "ms"),
        epochs=8,
        quick={"epochs": 3},
        loss_kept=0.9,
    ),
    _training(
        "lstm",
        Figure("step_s", "Embedding + LSTM 32 over 200, a step of 128", "ms"),
        epochs=5,
        quick={"epochs": 3},
        loss_kept=0.9,
    ),
    _training(
        "transformer",
        Figure("step_s", "transformer encoder 128x128, a step of 32", "ms"),
        epochs=5,
        quick={"epochs": 3},
        loss_kept=0.9,
    ),
    Measurement(
        name="loops",
        job="loops",
        contestants=(OURS, NUMPY_BY_HAND, NUMBA),
        figures=tuple(Figure(f"{key}_s", title, "ms") for key, title in LOOPS.items()),
        rounds=3,
        options={"seconds": 0.5},
        quick_options={"seconds": 0.2},
    ),
    Measurement(
        name="products",
        job="products",
        contestants=(OURS, JAX, TORCH, NUMPY_BY_HAND),
        figures=(
            *(Figure(f"{key}_s", title, "ms") for key, title in PRODUCTS.items()),
            *(
                Figure(f"{key}_share", f"{title}, share of peak", "share", max)
                for key, title in PRODUCTS.items()
            ),
        ),
        rounds=3,
        options={"seconds": 0.2},
        quick_options={"seconds": 0.1},
        variables=KEPT_MEMORY,
    ),
    Measurement(
        name="compile",
        job="compile",
        contestants=(OURS, OURS_COLD, KERAS_JAX, KERAS_TENSORFLOW, KERAS_JAX_CACHED),
        figures=tuple(
            Figure(f"{key}_s", f"{title}, trace and compile", "ms")
            for key, title in COMPILED_NETWORKS.items()
        ),
        rounds=3,
        options={"networks": list(COMPILED_NETWORKS)},
        rehearsed=True,
    ),
)
