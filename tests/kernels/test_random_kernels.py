"""Random functions of the loop language: each computes what Python does, or is refused."""

import importlib.util
import random

import numpy as np
import pytest

from geartrain import kernel
from geartrain.kernels import LoopError

RNG = np.random.default_rng(0)
ARRAYS = (RNG.uniform(-1, 1, (3, 4)), RNG.uniform(-1, 1, 4), RNG.uniform(-1, 1, 3))
HEADER = "import numpy as np\n\n\n"
RANK = {"x": 2, "y": 1, "w": 1}
MADE = {
    2: ["np.zeros(x.shape)", "x.copy()", "np.ones((3, 4))", "np.zeros((len(w), x.shape[1]))"],
    "i": ["np.zeros(x.shape[0])", "w.copy()", "np.zeros_like(w)"],
    "j": ["np.zeros(x.shape[1])", "y.copy()", "np.zeros_like(y)", "np.zeros(4)"],
}
COUNT = 400


class Author:
    """Writes one random function."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.ranks = dict(RANK)
        self.numbers = []
        self.loops = []
        self.totals = {"t"}
        self.adds = self.random.choice(["+=", "+=", "-="])

    def function(self, name):
        rank = self.random.choice([1, 1, 2])
        self.ranks["z"] = rank
        self.along = self.random.choice("ij")
        made = MADE[rank] if rank == 2 else MADE[self.along]
        lines = [f"z = {self.random.choice(made)}", "t = 0.0"]
        self.numbers = ["t"]
        for _ in range(self.random.choice([1, 1, 2])):
            lines += self.loop("ij"[: self.random.choice([1, 2, 2])])
        lines.append(f"return {self.random.choice(['z', 'z', 'z', 't', 't + 1'])}")
        return "\n".join([f"def {name}(x, y, w):", *(f"    {line}" for line in lines)])

    def loop(self, letters):
        if not letters:
            return self.body(self.random.choice([1, 2, 3]))
        letter, rest = letters[0], letters[1:]
        sizes = {"i": ["x.shape[0]", "len(w)", "3"], "j": ["x.shape[1]", "y.shape[0]", "4"]}
        self.loops.append(letter)
        before = self.body(self.random.choice([0, 0, 1]))
        inside = self.loop(rest) or ["pass"]
        after = self.body(self.random.choice([0, 1]))
        self.loops.pop()
        lines = [*before, *inside, *after]
        size = self.random.choice(sizes[letter])
        ends = [*[size] * 9, f"1, {size}", f"{size} - 1", f"0, {size}, 2"]
        ends += [f"1, {size} - 1", f"{size} - 1, -1, -1", f"{size} - 1, 0, -2", f"2, {size} - 2"]
        return [
            f"for {letter} in range({self.random.choice(ends)}):",
            *(f"    {line}" for line in lines),
        ]

    def body(self, count):
        return [line for _ in range(count) for line in self.statement()]

    def statement(self, deep=True):
        kind = self.random.randrange(8 if deep else 6)
        if kind < 2:
            sign = self.random.choice(["=", "=", "+=", "-=", "*="])
            inner = len(self.loops) > self.ranks["z"]
            sign = self.random.choice(["+=", "-="]) if inner else sign
            return [f"z[{self.index('z', plain=0.97)}] {sign} {self.value(2)}"]
        if kind < 4:
            fresh = self.random.random() < 0.4 or "t" not in self.totals
            self.totals |= {"t"} if fresh else set()
            return [f"t {'=' if fresh else self.adds} {self.value(2)}"]
        if kind == 4 and self.random.random() < 0.3:
            return [f"t = max(t, {self.value(1)})"]
        if kind in (4, 5):
            self.numbers = list({*self.numbers, "s"})
            return [f"s = {self.value(2)}"]
        lines = [f"if {self.value(1)} > {self.value(0)}:", f"    {self.statement(deep=False)[0]}"]
        if kind == 7:
            lines += ["else:", f"    {self.statement(deep=False)[0]}"]
        return lines

    def value(self, depth):
        kind = self.random.randrange(9)
        if depth and kind < 4:
            sign = self.random.choice(["+", "-", "*"])
            return f"({self.value(depth - 1)} {sign} {self.value(depth - 1)})"
        if kind < 7:
            array = self.random.choice(["x", "x", "x", "y", "y", "w", "w", "z"])
            return f"{array}[{self.index(array, plain=0.95)}]"
        if kind == 7:
            return self.random.choice([*self.numbers, "0.5", "2", "3.5"])
        return self.random.choice([*self.loops, "1.5"])

    def index(self, array, plain):
        if self.ranks[array] == 2:
            usual = ["i" if "i" in self.loops else "1", "j" if "j" in self.loops else "2"]
        else:
            usual = ["j" if array == "y" or (array == "z" and self.along == "j") else "i"]
            usual = [each if each in self.loops else "0" for each in usual]
        odd = ["0", "-1", "i - 1", "2 - i", "i + 1", "j"]
        return ", ".join(
            each if self.random.random() < plain else self.random.choice(odd) for each in usual
        )


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    path = tmp_path_factory.mktemp("kernels") / "random_kernels.py"
    texts = [Author(seed).function(f"kernel_{seed}") for seed in range(COUNT)]
    path.write_text(HEADER + "\n\n\n".join(texts) + "\n")
    spec = importlib.util.spec_from_file_location("random_kernels", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [getattr(module, f"kernel_{seed}") for seed in range(COUNT)]


def outcome(function, refusals):
    try:
        return np.asarray(function(*(each.copy() for each in ARRAYS)))
    except refusals as error:
        return error


def test_random_kernels_are_right_or_refused(functions):
    right = 0
    for function in functions:
        expected = outcome(function, (IndexError, UnboundLocalError, NameError))
        try:
            made = kernel(function)
        except LoopError:
            continue
        found = outcome(made, (IndexError, ValueError))
        if isinstance(found, np.ndarray):
            right += 1
            assert not isinstance(expected, Exception), made.loops
            assert found.shape == expected.shape, made.loops
            np.testing.assert_allclose(found, expected, 1e-12, 1e-12, err_msg=made.loops)
    assert right > COUNT // 15  # the language can say something
