"""Where the file of a data set is: on this machine, or on one of several mirrors.

    GEARTRAIN_DATASETS, ~/.geartrain/datasets, Keras's cache (~/.keras/datasets), the network

What is found by its name is checked by its digest. A path with a folder in it is taken as it is:
its owner answers for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geartrain.datasets.unavailable import DataUnavailable
from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.utils.download import DownloadFailed, download, has_digest

GOOGLE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class Source:
    """A file that is to be had.

    Attributes:
        title: what it holds, for messages.
        name: of the file.
        mirrors: addresses that have it.
        digest: its SHA-256 or MD5, as Keras or the data's owners publish it.
        folder: in the cache.
        aliases: other names under which Keras keeps it.
    """

    title: str
    name: str
    mirrors: tuple[str, ...]
    digest: str
    folder: str = ""
    aliases: tuple[str, ...] = ()

    def find(self, path: str | Path | None = None) -> Path:
        """The file, downloaded if it is not here.

        Args:
            path: another name in the caches; or a path with a folder, which is the file itself.

        Raises:
            DataUnavailable: it is not on this machine, and no mirror gave it.
            ValueError: in the folder that GEARTRAIN_DATASETS names lies another file.
        """
        asked = Path(path or self.name).expanduser()
        if len(asked.parts) > 1:
            return self._own(asked)
        if settings.datasets is not None:
            return self._from_setting(settings.datasets, asked.name)
        for place in self._cached(asked.name):
            if has_digest(place, self.digest):
                return place
            warnings.warn(f"{place} is passed over. {self._other(place)}", stacklevel=4)
        return self._downloaded(own_cache() / self.folder / asked.name)

    def _own(self, path: Path) -> Path:
        if not path.is_file():
            raise DataUnavailable(self._missing(path, f"path={str(path)!r}"))
        return path

    def _from_setting(self, folder: Path, name: str) -> Path:
        for place in (folder / name, folder / self.folder / name):
            if place.is_file():
                if not has_digest(place, self.digest):
                    raise ValueError(self._other(place))
                return place
        raise DataUnavailable(self._missing(folder / name, "GEARTRAIN_DATASETS"))

    def _cached(self, name: str) -> Iterator[Path]:
        for folder in caches():
            places = [folder / self.folder / each for each in (name, *self.aliases)]
            yield from (each for each in places if each.is_file())

    def _downloaded(self, place: Path) -> Path:
        try:
            download(self.mirrors, place, digest=self.digest)
        except DownloadFailed as error:
            raise DataUnavailable(self._offline(place, error.attempts)) from None
        return place

    def _missing(self, place: Path, source: str) -> str:
        return explain(
            f"{self.title} is not where it should be",
            given=f"{place} (set by {source}), which does not exist",
            expected=f"the file {self.name} there",
            remedy=f"download {self.mirrors[0]}, or unset {source}",
        )

    def _other(self, place: Path) -> str:
        return explain(
            f"This is not {self.title}",
            given=f"{place}, a file with another digest",
            expected=f"{self.digest} (of the file at {self.mirrors[0]})",
            remedy=f"rm '{place}'; or give its path with the folder, if it is a file of your own",
        )

    def _offline(self, place: Path, attempts: tuple[str, ...]) -> str:
        return explain(
            f"{self.title} is neither on this machine nor to be had from the network",
            given=f"nothing in {' or '.join(str(each) for each in caches())}; "
            + "; ".join(attempts),
            expected=f"{self.name} in one of the caches, or a connection to one of its mirrors",
            remedy="one of three:\n"
            f"1. export GEARTRAIN_DATASETS=/folder/with/{self.name}\n"
            f"2. cp {self.name} '{place}'\n"
            "3. connect to the network (https_proxy=... behind a proxy), and call again",
        )


def own_cache() -> Path:
    """Where downloads go."""
    return settings.home / "datasets"


def caches() -> list[Path]:
    """The folders that may have a file: our own, then Keras's."""
    return [own_cache(), settings.keras_home / "datasets"]
