"""Data sets of folders, of series, and split: as Keras makes them."""

import json
from pathlib import Path

import numpy as np
import pytest

from geartrain import data, utils
from tests.utils import folder_cases as cases

pytest.importorskip("PIL")
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("folder")
    cases.make(made)
    return made


@pytest.fixture(scope="module")
def found(folder):
    return json.loads(json.dumps(cases.results(utils, folder)))


def close(one, other):
    if isinstance(one, dict):
        return set(one) == set(other) and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, float):
        return abs(one - other) <= 2e-3  # of pixels up to 255, which are rounded here
    return one == other


@pytest.mark.parametrize("name", GOLDEN)
def test_as_keras_makes_it(name, found):
    assert close(found[name], GOLDEN[name])


def test_both_parts_and_what_is_said(folder, capsys):
    training, validation = utils.image_dataset_from_directory(
        folder, seed=1, validation_split=0.25, subset="both", image_size=(4, 4)
    )
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "Found 12 files belonging to 3 classes.",
        "Using 9 files for training.",
        "Using 3 files for validation.",
    ]
    assert not set(training.file_paths) & set(validation.file_paths)
    assert len(training.file_paths + validation.file_paths) == 12


def test_the_older_name_of_cropping(folder):
    given = {"shuffle": False, "verbose": False, "image_size": (4, 6), "label_mode": None}
    older = utils.image_dataset_from_directory(folder, smart_resize=True, **given)
    newer = utils.image_dataset_from_directory(folder, crop_to_aspect_ratio=True, **given)
    for one, other in zip(older.as_numpy_iterator(), newer.as_numpy_iterator(), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(TypeError, match="smart_resise"):
        utils.image_dataset_from_directory(folder, smart_resise=True)


def test_each_pass_has_an_order_of_its_own(folder):
    dataset = utils.image_dataset_from_directory(
        folder, seed=1, image_size=(4, 4), verbose=False, batch_size=None
    )
    passes = [[int(label) for _, label in dataset.as_numpy_iterator()] for _ in range(2)]
    assert sorted(passes[0]) == sorted(passes[1])
    assert passes[0] != passes[1]


PICTURES = {
    "no label mode": {"label_mode": "x"},
    "no color mode": {"color_mode": "x"},
    "no interpolation": {"interpolation": "x"},
    "image_size=": {"image_size": (8,)},
    "need a `seed`": {"validation_split": 0.2, "subset": "training"},
    "go together": {"validation_split": 0.2},
    "share of the files": {"validation_split": 1.2, "subset": "training", "seed": 1},
    "cut or padded": {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
    "exactly 2 classes": {"label_mode": "binary"},
    "did not match": {"class_names": ["cat", "cow"]},
    "needs a label": {"labels": [0, 1]},
    "no format": {"format": "x"},
    "batch_size=0": {"batch_size": 0},
}


@pytest.mark.parametrize("says", PICTURES)
def test_arguments_that_cannot_be(says, folder):
    with pytest.raises(ValueError, match=says):
        utils.image_dataset_from_directory(folder, verbose=False, **PICTURES[says])


def test_folders_without_files(folder, tmp_path):
    with pytest.raises(FileNotFoundError):
        utils.image_dataset_from_directory(tmp_path / "none")
    with pytest.raises(ValueError, match="No images found"):
        utils.image_dataset_from_directory(tmp_path)
    with pytest.raises(ValueError, match="No text files found"):
        utils.text_dataset_from_directory(folder / "cat" / "deep", labels=None)


def test_a_sound_that_cannot_be_read(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.wav").write_bytes(b"RIFF....WAVE")
    broken = utils.audio_dataset_from_directory(tmp_path, verbose=False)
    with pytest.raises(ValueError, match="cannot be read"):
        next(iter(broken))
    cases.write_wav(tmp_path / "a/x.wav", np.arange(4))
    slower = utils.audio_dataset_from_directory(tmp_path, sampling_rate=16000, verbose=False)
    with pytest.raises(ValueError, match="8000 samples a second"):
        next(iter(slower))


SERIES = [
    {"sequence_length": 3, "sampling_rate": 0},
    {"sequence_length": 3, "sequence_stride": 20},
    {"sequence_length": 3, "end_index": 20},
    {"sequence_length": 3, "start_index": -1},
    {"sequence_length": 3, "start_index": 5, "end_index": 4},
]


@pytest.mark.parametrize("case", SERIES, ids=str)
def test_series_that_cannot_be(case):
    with pytest.raises(ValueError, match="must be"):
        utils.timeseries_dataset_from_array(np.arange(12), None, **case)


SPLITS = [
    ({}, ValueError),
    ({"left_size": 7}, ValueError),
    ({"left_size": 0.0}, ValueError),
    ({"left_size": 0.5, "right_size": 0.6}, ValueError),
    ({"left_size": 0.1}, ValueError),
    ({"left_size": "a"}, TypeError),
]


@pytest.mark.parametrize(("case", "kind"), SPLITS, ids=str)
def test_splits_that_cannot_be(case, kind):
    with pytest.raises(kind, match="remedy"):
        utils.split_dataset(np.arange(5), **case)


def test_what_cannot_be_split():
    for given in ("abc", {"a": np.arange(3)}, 3):
        with pytest.raises(TypeError, match="cannot split"):
            utils.split_dataset(given, left_size=0.5)
    with pytest.raises(ValueError, match="one length"):
        utils.split_dataset([np.arange(4), np.arange(3)], left_size=0.5)


def test_batches_are_split_by_samples():
    left, right = utils.split_dataset(data.Dataset.range(5).batch(2), left_size=2)
    assert [each.tolist() for each in left.as_numpy_iterator()] == [[0, 1]]
    assert [each.tolist() for each in right.as_numpy_iterator()] == [[2, 3], [4]]


def test_hidden_folders_are_no_classes(tmp_path):
    cases.make(tmp_path)
    (tmp_path / ".ipynb_checkpoints").mkdir()
    dataset = utils.text_dataset_from_directory(tmp_path, verbose=False)
    assert dataset.class_names == ["ant", "cat", "dog"]


def test_of_sixteen_bits_the_upper_eight_are_read(tmp_path):
    image = pytest.importorskip("PIL.Image")
    pixels = np.arange(0, 60000, 5000, dtype=np.uint16).reshape(3, 4)
    image.fromarray(pixels).save(tmp_path / "wide.png")
    for mode, channels in {"grayscale": 1, "rgb": 3}.items():
        dataset = utils.image_dataset_from_directory(
            tmp_path, labels=None, color_mode=mode, image_size=(3, 4), verbose=False
        )
        found = next(iter(dataset)).numpy()[0]
        assert found.shape == (3, 4, channels)
        np.testing.assert_array_equal(found[..., 0], pixels // 256)


@pytest.mark.parametrize("data", [b"no picture", None])
def test_a_picture_that_cannot_be_read_is_named(tmp_path, data):
    cases.write_png(tmp_path / "a.png", np.zeros((40, 40, 3), np.uint8))
    path = tmp_path / "b.png"
    whole = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    cases.write_png(path, whole)
    path.write_bytes(path.read_bytes()[:900] if data is None else data)
    dataset = utils.image_dataset_from_directory(
        tmp_path, labels=None, image_size=(4, 4), verbose=False
    )
    with pytest.raises(ValueError, match=r"b\.png"):
        list(dataset)


def test_a_sound_that_is_cut_off_is_named(tmp_path):
    path = tmp_path / "a.wav"
    cases.write_wav(path, np.arange(100))
    path.write_bytes(path.read_bytes()[:-51])
    dataset = utils.audio_dataset_from_directory(tmp_path, labels=None, verbose=False)
    with pytest.raises(ValueError, match=r"a\.wav"):
        list(dataset)
