"""Folders of pictures, texts and sounds, and the arguments with which they are read."""

import struct
import wave
import zlib
from pathlib import Path

import numpy as np

PICTURES = [
    {},
    {"interpolation": "nearest"},
    {"crop_to_aspect_ratio": True},
    {"color_mode": "rgba"},
    {"label_mode": "categorical", "image_size": (5, 9)},
    {"label_mode": "binary", "class_names": ["dog", "cat"]},
    {"label_mode": None},
    {"labels": None},
    {"data_format": "channels_first"},
    {"validation_split": 0.3, "subset": "training"},
    {"validation_split": 0.3, "subset": "validation"},
    {"batch_size": None},
]
TEXTS = [{}, {"max_length": 5}, {"label_mode": None}, {"batch_size": None, "labels": None}]
SOUNDS = [{}, {"output_sequence_length": 6}, {"label_mode": "categorical", "batch_size": 2}]
SEEDS = [{"seed": 3}, {"seed": 3, "validation_split": 0.4, "subset": "validation"}]
SERIES = [
    {"sequence_length": 4},
    {"sequence_length": 4, "batch_size": 4},
    {"sequence_length": 3, "sequence_stride": 3, "sampling_rate": 2, "batch_size": 2},
    {"sequence_length": 3, "start_index": 2, "end_index": 9, "batch_size": 3},
    {"sequence_length": 3, "batch_size": None},
    {"sequence_length": 20},
]
SPLITS = [
    {"left_size": 0.6},
    {"right_size": 2},
    {"left_size": 2, "right_size": 1},
    {"left_size": 0.5, "shuffle": True, "seed": 1},
]


def make(folder):
    random = np.random.default_rng(0)
    for name in ("cat", "dog", "ant"):
        (folder / name / "deep").mkdir(parents=True)
        for number in range(3):
            pixels = random.integers(0, 256, (6 + number, 9 - number, 3), dtype=np.uint8)
            write_png(folder / name / f"{number}.png", pixels)
            write_wav(folder / name / f"{number}.wav", random.integers(-3000, 3000, 5 + number))
        write_png(folder / name / "deep/last.png", pixels)
        (folder / name / "notes.txt").write_text(f"of a {name}", encoding="utf-8")
        (folder / name / "more.txt").write_text("more", encoding="utf-8")
    write_png(folder / "loose.png", pixels)


def write_png(path, pixels):
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
    )


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())


def seen(dataset, folder=None):
    """What there is to see of a data set, as JSON has it; of large arrays some numbers."""
    found = {
        "elements": [_plain(each) for each in dataset.as_numpy_iterator()],
        "length": int(dataset.cardinality().numpy()),
    }
    if folder is not None:
        found["class_names"] = getattr(dataset, "class_names", None)
    return found


def paths(dataset, folder):
    return [str(Path(each).relative_to(folder)) for each in dataset.file_paths]


def _plain(element):
    if isinstance(element, tuple):
        return [_plain(each) for each in element]
    if isinstance(element, bytes):
        return element.decode()
    array = np.asarray(element)
    if array.dtype.kind == "O":
        return [each.decode() for each in array.tolist()]
    numbers = array.astype(np.float64).reshape(-1)
    some = numbers if len(numbers) <= 48 else numbers[:: len(numbers) // 24]
    return [list(array.shape), array.dtype.name, [round(float(each), 3) for each in some]]


def results(utils, folder):
    """What every case gives."""
    found = {}
    for kind, cases in (("image", PICTURES), ("text", TEXTS), ("audio", SOUNDS)):
        function = getattr(utils, f"{kind}_dataset_from_directory")
        size = {"image_size": (6, 5)} if kind == "image" else {}
        for case in cases:
            given = {"shuffle": False, "verbose": False, "batch_size": 5, **size, **case}
            found[f"{kind} {case}"] = seen(function(folder, **given), folder)
    for case in SEEDS:
        dataset = utils.image_dataset_from_directory(folder, verbose=False, **case)
        found[f"paths {case}"] = paths(dataset, folder)
    for case in SERIES:
        for targets in (None, np.arange(12) * 10):
            dataset = utils.timeseries_dataset_from_array(np.arange(12), targets, **case)
            found[f"series {case} {targets is None}"] = seen(dataset)
    for case in SPLITS:
        parts = utils.split_dataset((np.arange(5), np.arange(5) * 2), **case)
        found[f"split {case}"] = [seen(part) for part in parts]
    return found
