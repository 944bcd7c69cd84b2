"""The devices that there are: one processor."""

from __future__ import annotations

from geartrain.errors import explain

DEVICES = ("cpu:0",)
KINDS = ("cpu", "gpu", "tpu")


def list_devices(device_type: str | None = None) -> list[str]:
    """The devices of a kind; None is the kind that is computed on.

    Args:
        device_type: "cpu", "gpu" or "tpu".

    Raises:
        ValueError: another kind.

    >>> list_devices(), list_devices("gpu")
    (['cpu:0'], [])
    """
    kind = "cpu" if device_type is None else device_type.lower()
    if kind not in KINDS:
        raise ValueError(_kind_message(device_type))
    return [each for each in DEVICES if each.startswith(kind)]


def get_device_count(device_type: str | None = None) -> int:
    """How many devices of a kind there are: see `list_devices`."""
    return len(list_devices(device_type))


def initialize(
    job_addresses: str | None = None,
    num_processes: int | None = None,
    process_id: int | None = None,
) -> None:
    """Begin the work of several processes: of one, which is this one, nothing has to begin.

    Args:
        job_addresses: of all processes.
        num_processes: how many there are.
        process_id: the number of this one.

    Raises:
        ValueError: there is more than one.
    """
    addresses = [each for each in (job_addresses or "").split(",") if each]
    if len(addresses) > 1 or (num_processes or 1) > 1 or (process_id or 0) > 0:
        raise ValueError(_processes_message(job_addresses, num_processes))


def _kind_message(given: object) -> str:
    return explain(
        "There is no such kind of device",
        given=f"device_type={given!r}",
        expected=" or ".join(map(repr, KINDS)),
        remedy="list_devices()",
    )


def _processes_message(addresses: object, count: object) -> str:
    return explain(
        "A model is trained by one process",
        given=f"job_addresses={addresses!r}, num_processes={count!r}",
        expected="one process, whose threads share the work",
        remedy="leave initialize() out",
    )
