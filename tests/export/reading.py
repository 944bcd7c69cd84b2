"""A reader of ONNX files without the `onnx` package: messages as fields by number."""

import struct

import numpy as np

DTYPES = {1: "float32", 6: "int32", 7: "int64", 9: "bool", 11: "float64"}


def fields(message):
    """The fields of a message: lists of numbers and bytes by number."""
    found, at = {}, 0
    while at < len(message):
        key, at = varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(message, at)
        elif kind == 5:
            value, at = struct.unpack_from("<f", message, at)[0], at + 4
        else:
            assert kind == 2
            size, at = varint(message, at)
            value, at = message[at : at + size], at + size
            assert len(value) == size
        found.setdefault(number, []).append(value)
    return found


def varint(message, at):
    value, shift = 0, 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value - (1 << 64) if value >= 1 << 63 else value, at


class ReadGraph:
    """A graph: nodes, arrays by name, and what goes in and out."""

    def __init__(self, message):
        found = fields(message)
        self.nodes = [ReadNode(each) for each in found.get(1, [])]
        self.arrays = dict(map(array, found.get(5, [])))
        self.inputs = dict(map(value, found.get(11, [])))
        self.outputs = dict(map(value, found.get(12, [])))

    def check_names(self, around=()):
        """Every name is there before it is used, and is given once."""
        known = {*around, *self.arrays, *self.inputs}
        for node in self.nodes:
            assert {each for each in node.inputs if each} <= known, node.operator
            assert not known & set(node.outputs)
            for body in node.bodies:
                body.check_names(known)
            known |= set(node.outputs)
        assert set(self.outputs) <= known


class ReadNode:
    def __init__(self, message):
        found = fields(message)
        self.inputs = [each.decode() for each in found.get(1, [])]
        self.outputs = [each.decode() for each in found.get(2, [])]
        self.operator = found[4][0].decode()
        self.attributes = {each[1][0].decode(): each for each in map(fields, found.get(5, []))}
        self.bodies = [ReadGraph(each[6][0]) for each in self.attributes.values() if 6 in each]


def array(message):
    found = fields(message)
    numbers = np.frombuffer(found[9][0], DTYPES[found[2][0]])
    return found[8][0].decode(), numbers.reshape(found.get(1, []))


def value(message):
    """The name, and dtype and shape, of an input or output."""
    found = fields(message)
    tensor = fields(fields(found[2][0])[1][0])
    sizes = [fields(each) for each in fields(tensor[2][0]).get(1, [])]
    shape = tuple(each[2][0].decode() if 2 in each else each[1][0] for each in sizes)
    return found[1][0].decode(), (DTYPES[tensor[1][0]], shape)


def read(path):
    """The whole of a file: its graph, and the versions of the file and of the operators."""
    found = fields(path.read_bytes())
    return ReadGraph(found[7][0]), found[1][0], fields(found[8][0])[2][0]
