"""The trained weights: which file has them, and where it is.

    weights="imagenet"     ->   ~/.keras/models/<name>, or downloaded there, the digest checked
    weights="my.weights.h5" -> that file

`weight_files.json` has the place, the name and the digest (MD5 or SHA-256) of every file that Keras
publishes. A file that lies in the cache already, put there by Keras or by hand, is taken.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from geartrain.applications.request import Request
from geartrain.datasets.unavailable import DataUnavailable
from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.utils.download import DownloadFailed, download, has_digest

TABLE = Path(__file__).with_name("weight_files.json")


@cache
def table() -> dict[str, Any]:
    """The published files: a list (address, name in the cache, digest) for each key."""
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def load_weights(model: Any, request: Request, variant: str = "") -> None:
    """Give a model the weights that were asked for.

    Args:
        model: with weights drawn at random.
        request: `weights` says which; None: nothing is done.
        variant: what else the file depends on, as the table's key has it.

    Raises:
        FileNotFoundError: the published file is not here, and not to be had.
        ValueError: there is no such file, or it does not fit the model.
    """
    if request.is_trained:
        model.load_weights(published_file(request, variant))
    elif request.weights is not None:
        model.load_weights(request.weights)


def published_file(request: Request, variant: str = "") -> Path:
    """The file of a network's trained weights, downloaded if it is not in the cache.

    Raises:
        FileNotFoundError: it is not here, and not to be had.
    """
    key = request.network + variant + ("" if request.include_top else " notop")
    what = f"The file of the trained weights of {request.network}"
    own = "weights='/path/to/weights.h5' for a file of your own, or weights=None for none"
    return _fetched(what, *table()[key], instead=own)


def class_index_file() -> Path:
    """The file with the names of ImageNet's classes.

    Raises:
        FileNotFoundError: it is not here, and not to be had.
    """
    numbers = "predictions.argmax(-1): the numbers of the classes, without their names"
    return _fetched("The list of ImageNet's classes", *table()["class index"], instead=numbers)


def _fetched(what: str, address: str, name: str, digest: str | None, *, instead: str) -> Path:
    path = settings.keras_home / "models" / name
    if path.is_file() and (digest is None or has_digest(path, digest)):
        return path
    found = f"another file at {path} (its digest is not {digest})" if path.is_file() else ""
    try:
        download([address], path, digest=digest)
    except (DownloadFailed, OSError) as error:
        reasons = "; ".join(getattr(error, "attempts", ())) or str(error)
        given = f"{found or f'nothing at {path}'}; {reasons}"
        raise DataUnavailable(_missing_message(what, address, path, given, instead)) from None
    return path


def _missing_message(what: str, address: str, path: Path, given: str, instead: str) -> str:
    ways = (
        "one of three:",
        f"1. download {address} elsewhere, and put it at {path}",
        f"2. {instead}",
        "3. connect to the network (https_proxy=... behind a proxy), and call again",
    )
    return explain(
        f"{what} is neither on this machine nor to be had from the network",
        given=given,
        expected=f"the file {path.name}, as it is published",
        remedy="\n".join(ways),
    )
