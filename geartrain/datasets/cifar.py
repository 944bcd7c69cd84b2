"""The files of CIFAR: pickled batches in an archive, or in a folder that Keras has unpacked.

data_batch_1 = {b"data": uint8 (10000, 3072), b"labels": [6, 9, ...], ...}
"""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.datasets.pickled import read_pickle
from geartrain.datasets.places import Source, caches
from geartrain.datasets.sample import Array
from geartrain.defaults import DEFAULTS
from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.utils.download import has_digest


@dataclass(frozen=True)
class Archive:
    """An archive with batches of pictures.

    Attributes:
        source: the archive's file.
        folder: the folder in it.
        unpacked: where in its cache Keras unpacks it.
        digests: of the batches, MD5, as the archive's page and Keras's users have them.
    """

    source: Source
    folder: str
    unpacked: tuple[str, ...]
    digests: dict[str, str]

    def batches(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """What the batches of these names hold.

        Raises:
            DataUnavailable: the archive is not on this machine, and no mirror gave it.
            ValueError: a batch is not what it should be.
        """
        folder = self._folder()
        if folder is not None:
            return [_batch(folder / name, (folder / name).read_bytes()) for name in names]
        return self._of_archive(self.source.find(), names)

    def _folder(self) -> Path | None:
        """A folder of whole batches, if somebody has unpacked the archive."""
        if settings.datasets is not None:
            folders = [settings.datasets / self.folder]
        else:
            folders = [each / name for each in caches() for name in self.unpacked]
        for folder in folders:
            if all(has_digest(folder / name, digest) for name, digest in self.digests.items()):
                return folder
        return None

    def _of_archive(self, path: Path, names: Sequence[str]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        with tarfile.open(path) as archive:  # nothing is unpacked to the disk
            for member in archive:
                name = Path(member.name).name
                file = archive.extractfile(member) if name in names else None
                if file is not None:
                    found[name] = _batch(path / name, file.read())
        if set(names) - set(found):
            raise ValueError(_lacking_message(path, set(names) - set(found)))
        return [found[name] for name in names]


def pictures_of(batch: dict[str, Any]) -> Array:
    """The pictures of a batch, (pictures, height, width, channels) or with the channels first."""
    found = np.asarray(batch["data"], np.uint8).reshape(-1, 3, 32, 32)
    first = DEFAULTS.image_data_format == "channels_first"
    return found if first else np.ascontiguousarray(found.transpose(0, 2, 3, 1))


def _batch(path: Path, data: bytes) -> dict[str, Any]:
    found = read_pickle(data)
    if not isinstance(found, dict):
        raise ValueError(_batch_message(path, type(found).__name__))
    batch = {_text(key): each for key, each in found.items()}
    if "data" not in batch:
        raise ValueError(_batch_message(path, f"a dict of {', '.join(batch)}"))
    return batch


def _text(key: Any) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)


def _lacking_message(path: Path, names: set[str]) -> str:
    return explain(
        "This archive lacks batches",
        given=f"{path}, without {', '.join(sorted(names))}",
        expected="the archive as its page has it",
        remedy=f"rm '{path}', and load again",
    )


def _batch_message(path: Path, given: str) -> str:
    return explain(
        f"{path.name} is no batch of CIFAR",
        given=f"{path}: {given}",
        expected="a dict with data and labels",
        remedy=f"rm -r '{path.parent}', and load again",
    )
