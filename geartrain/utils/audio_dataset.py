"""`audio_dataset_from_directory`: sounds of folders, in batches; WAV files are read here."""

from __future__ import annotations

import os
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.data import AUTOTUNE, Dataset
from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.utils.folders import Files, Request

SUFFIXES = (".wav",)
WIDTHS: dict[int, Any] = {2: np.dtype("<i2"), 4: np.dtype("<i4")}


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """Sounds of a folder as a data set of batches, float32 from -1 to 1.

    Args:
        directory: the folder; with `labels="inferred"` it has a sub-folder for each class.
        labels: as for `image_dataset_from_directory`.
        label_mode: likewise.
        class_names: likewise.
        batch_size: None gives sounds one by one.
        sampling_rate: samples a second that all files must have; None: any.
        output_sequence_length: how many samples of each are kept, filled up with zeros; None: as
            many as the longest of a batch has.
        ragged: False: there are no ragged tensors.
        shuffle: whether the order is random, and another one in each pass.
        seed: of the order, and of the split.
        validation_split: the share of files for validation.
        subset: "training", "validation", or "both", which gives a list of two data sets.
        follow_links: whether links to folders are followed.
        verbose: whether to say how many files were found.

    Returns:
        A `data.Dataset` of sounds `(batch, samples, channels)`, or of pairs with labels.

    Raises:
        ValueError: arguments that do not go together, or no sounds; when gone through: a file that
            is no WAV file, or of another rate.
        FileNotFoundError: there is no such folder.
    """
    if ragged:
        raise ValueError(_ragged_message(output_sequence_length))
    if sampling_rate is not None and not (isinstance(sampling_rate, int) and sampling_rate > 0):
        raise ValueError(_rate_argument_message(sampling_rate))
    request = _Padding(
        "audio files", SUFFIXES, directory, labels, label_mode, class_names, batch_size, shuffle,
        seed, validation_split, subset, follow_links, verbose,
    )  # fmt: skip
    request.check()

    def load(path: Any) -> Array:
        sound = read_wav(os.fsdecode(path.numpy()), sampling_rate)
        return sound if output_sequence_length is None else fitted(sound, output_sequence_length)

    def make(files: Files) -> Dataset:
        paths = request.paths(files)
        if files.labels is None:
            return paths.map(load, num_parallel_calls=AUTOTUNE)
        return paths.map(lambda path, label: (load(path), label), num_parallel_calls=AUTOTUNE)

    return request.datasets(make)


@dataclass(frozen=True)
class _Padding(Request):
    """Batches of sounds of different lengths."""

    def _batched(self, dataset: Dataset) -> Dataset:
        return dataset.padded_batch(self.batch_size)


def read_wav(path: str, rate: int | None = None) -> Array:
    """The samples of a WAV file, (samples, channels), from -1 to 1.

    Args:
        path: of the file, of 16 or 32 bits a sample.
        rate: the samples a second that it must have; None: any.

    Raises:
        ValueError: it is no such file.
    """
    try:
        with wave.open(path, "rb") as file:
            width, channels, found = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(_file_message(path, str(error) or "it ends early")) from None
    if width not in WIDTHS:
        raise ValueError(_file_message(path, f"{8 * width} bits a sample"))
    if rate is not None and found != rate:
        raise ValueError(_rate_message(path, found, rate))
    if len(frames) % (width * channels):
        raise ValueError(_file_message(path, "it ends within a sample"))
    samples = np.frombuffer(frames, WIDTHS[width]).reshape(-1, channels)
    return (samples / float(1 << (8 * width - 1))).astype(np.float32)


def fitted(sound: Array, length: int) -> Array:
    """The first samples, filled up with zeros if there are fewer.

    >>> fitted(np.ones((2, 1), "float32"), 3)[:, 0].tolist()
    [1.0, 1.0, 0.0]
    """
    kept = sound[:length]
    return np.pad(kept, ((0, length - len(kept)), (0, 0)))


def _ragged_message(length: Any) -> str:
    return explain(
        "There are no ragged tensors",
        given=f"ragged=True, output_sequence_length={length}",
        expected="ragged=False: shorter sounds are filled up with zeros",
        remedy="output_sequence_length=16000",
    )


def _rate_argument_message(rate: Any) -> str:
    return explain(
        "`sampling_rate` is a number of samples a second",
        given=f"sampling_rate={rate!r}",
        expected="a whole number from 1",
        remedy="sampling_rate=16000",
    )


def _rate_message(path: str, found: int, wanted: int) -> str:
    return explain(
        "A sound has another rate than the others shall have",
        given=f"{path}: {found} samples a second",
        expected=f"{wanted} (set by sampling_rate)",
        remedy=f"sox in.wav -r {wanted} out.wav, once for each file",
    )


def _file_message(path: str, reason: str) -> str:
    return explain(
        "This sound cannot be read",
        given=f"{path} ({reason})",
        expected="a WAV file with 16 or 32 bits a sample",
        remedy="sox in.wav -b 16 out.wav, once for each file",
    )
