"""Event files: records and checksums, and what TensorBoard finds in them."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from geartrain import callbacks, layers, models
from geartrain.callbacks import event_files
from geartrain.serialization.checksums import crc32c, masked
from geartrain.serialization.wire import varint

from .test_callbacks import X, Y, network


def records(path):
    """The messages of an event file, their checksums checked."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        length = data[at : at + 8]
        (size,) = struct.unpack("<Q", length)
        (sum_of_length,) = struct.unpack("<I", data[at + 8 : at + 12])
        assert sum_of_length == masked(crc32c(length))
        message = data[at + 12 : at + 12 + size]
        (checksum,) = struct.unpack("<I", data[at + 12 + size : at + 16 + size])
        assert checksum == masked(crc32c(message))
        found.append(message)
        at += 16 + size
    return found


def fields(message):
    """Number and content of each field of a message."""
    at, found = 0, []
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == event_files.VARINT:
            value, at = _varint(message, at)
        elif kind == event_files.BYTES:
            size, at = _varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            size = 8 if kind == event_files.EIGHT_BYTES else 4
            value, at = message[at : at + size], at + size
        found.append((number, value))
    return found


def _varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def summaries(folder):
    """Tag, step and the value's fields, of all summaries in a folder's files."""
    found = []
    for path in sorted(folder.iterdir()):
        for message in records(path):
            event = dict(fields(message))
            if 5 in event:
                value = dict(fields(dict(fields(event[5]))[1]))
                found.append((value[1].decode(), event.get(2, 0), value))
    return found


def scalars(folder):
    found = [(tag, step, value) for tag, step, value in summaries(folder) if 2 in value]
    return {(tag, step): struct.unpack("<f", value[2])[0] for tag, step, value in found}


def test_checksums_and_numbers():
    assert crc32c(b"123456789") == 0xE3069283  # the check value of CRC-32C
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4
    assert crc32c(bytes([255] * 32)) == 0x62A8AB43
    for number in (0, 1, 127, 128, 300, 2**40):
        assert _varint(varint(number), 0) == (number, len(varint(number)))


def test_logs_are_in_two_folders(tmp_path):
    board = callbacks.TensorBoard(tmp_path)
    model = network(metrics=["mae"])
    history = model.fit(X, Y, epochs=2, validation_split=0.2, verbose=0, callbacks=[board]).history
    train, validation = scalars(tmp_path / "train"), scalars(tmp_path / "validation")
    for epoch in (0, 1):
        assert train["epoch_loss", epoch] == pytest.approx(history["loss"][epoch])
        assert train["epoch_mae", epoch] == pytest.approx(history["mae"][epoch])
        assert validation["epoch_loss", epoch] == pytest.approx(history["val_loss"][epoch])
    assert train["epoch_learning_rate", 0] == pytest.approx(0.1)
    assert validation["evaluation_loss_vs_iterations", 2] == pytest.approx(history["val_loss"][1])


def test_logs_of_batches(tmp_path):
    board = callbacks.TensorBoard(tmp_path, update_freq=2, write_steps_per_second=True)
    network().fit(X, Y, batch_size=4, verbose=0, callbacks=[board])
    found = scalars(tmp_path / "train")
    assert [step for tag, step in found if tag == "batch_loss"] == [2, 4]
    assert found["epoch_steps_per_second", 0] > 0


def test_weights_as_histograms_and_pictures(tmp_path):
    board = callbacks.TensorBoard(tmp_path, histogram_freq=1, write_images=True)
    model = network()
    model.layers[0].set_weights([np.full((1, 1), 2.0), np.zeros(1)])
    model.optimizer.learning_rate = 0.0
    model.fit(X, Y, verbose=0, callbacks=[board])
    values = {tag: value for tag, _, value in summaries(tmp_path / "train")}
    name = model.layers[0].name
    histogram = dict(fields(values[f"{name}/kernel/histogram"][5]))
    assert [struct.unpack("<d", histogram[place])[0] for place in range(1, 6)] == [2, 2, 1, 2, 4]
    counts = np.frombuffer(histogram[7], "<f8")
    assert counts.sum() == 1
    picture = dict(fields(values[f"{name}/kernel/image"][4]))
    assert (picture[1], picture[2]) == (1, 1)
    assert picture[4].startswith(b"\x89PNG")


def test_the_graph_of_layers(tmp_path):
    model = models.Sequential([layers.Input((1,)), layers.Dense(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0, callbacks=[callbacks.TensorBoard(tmp_path)])
    (path,) = (tmp_path / "train").iterdir()
    (graph,) = [dict(fields(each))[4] for each in records(path) if 4 in dict(fields(each))]
    nodes = [dict(fields(value)) for number, value in fields(graph) if number == 1]
    names = [f"{model.name}/{each.name}".encode() for each in model.layers]
    assert [each[1] for each in nodes] == names
    assert nodes[1][3] == names[0]
    assert nodes[0][2] == b"Dense"


def test_what_it_cannot_do_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"explain\.program"):
        callbacks.TensorBoard(tmp_path, profile_batch=2)
    board = callbacks.TensorBoard(
        tmp_path, embeddings_freq=1, embeddings_metadata={"words": "words.tsv"}
    )
    with pytest.raises(ValueError, match="none are there"):
        network().fit(X, Y, verbose=0, callbacks=[board])
