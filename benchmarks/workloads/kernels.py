"""The kernels of Geartrain's compiled training step, and how near the hardware's peak they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workloads import networks

Kernel = dict[str, Any]


def kernels(options: dict[str, Any]) -> dict[str, Any]:
    """Each kernel of the digits network's step, as `geartrain.explain.kernels` measures it."""
    import geartrain
    from geartrain import explain

    network = networks.digits(geartrain)
    times = range(options["times"])
    tables = [explain.kernels(network, batch_size=options["batch_size"]) for _ in times]
    rows = best_of(tables)
    return {"kernels": rows, "products_share": products_share(rows)}


def best_of(tables: Sequence[Sequence[Kernel]]) -> list[Kernel]:
    """One table of several: each kernel's best time, against the highest peak that was seen.

    The peak is measured as the kernels are, so a disturbed machine can make it too low, and every
    share of it too high; the best of each is nearest to the truth.
    """
    peak = max(peak_of(table) for table in tables)
    best = [dict(min(same, key=lambda each: each["seconds"])) for same in zip(*tables, strict=True)]
    for row in best:
        row["share_of_peak"] = row["gflops"] / peak
    return best


def peak_of(table: Sequence[Kernel]) -> float:
    """The peak in GFLOP/s that a table's shares refer to."""
    return max(row["gflops"] / row["share_of_peak"] for row in table if row["share_of_peak"])


def products_share(rows: Sequence[Kernel]) -> float:
    """The share of the peak that the matrix products reach together, so that time weighs.

    Raises:
        LookupError: where no kernel is a contraction.
    """
    products = [row for row in rows if row["kind"] == "contraction"]
    if not products:
        raise LookupError("no kernel of the step is a contraction: there is nothing to average")
    seconds = sum(row["seconds"] for row in products)
    return sum(row["flops"] for row in products) / seconds / 1e9 / peak_of(rows)
