"""The kernels of Geartrain's compiled training step, and how near the hardware's peak they run."""

from __future__ import annotations

from typing import Any

from workloads.keras_api import KerasJobs

KEYS = ("name", "stage", "flops", "bytes", "seconds", "gflops", "share_of_peak")
Figures = dict[str, Any]


def kernels(options: Figures) -> Figures:
    """Each kernel of the digits network's step, as `geartrain.explain.kernels` measures it."""
    from geartrain import explain

    rows = [dict(row) for row in explain.kernels(_network(), batch_size=options["batch_size"])]
    return {"kernels": rows, "products_share": products_share(rows)}


def products_share(rows: list[Figures]) -> float:
    """The share of the peak that the matrix products reach, each weighed by its time.

    Raises:
        LookupError: where no kernel is marked as a contraction.
    """
    products = [row for row in rows if row.get("kind") == "contraction"]
    if not products:
        raise LookupError("no kernel of the step has kind 'contraction': nothing to average")
    seconds = sum(row["seconds"] for row in products)
    return sum(row["share_of_peak"] * row["seconds"] for row in products) / seconds


def _network() -> Any:
    return KerasJobs("geartrain").digits_network()
