"""A training step of each network is one native function: nothing in it runs with NumPy."""

import numpy as np
import pytest
from workloads.training import TRAININGS

import geartrain


def rows_of(name):
    if name == "mnist_convnet":  # reads MNIST, which need not be there
        return np.zeros((4, 28, 28, 1), np.float32), np.eye(10, dtype=np.float32)[:4]
    return TRAININGS[name].data(4)


@pytest.mark.parametrize("name", TRAININGS)
def test_no_operation_of_a_step_is_a_host_call(name):
    network = TRAININGS[name].network(geartrain)
    network.fit(*rows_of(name), epochs=1, batch_size=2, verbose=0)
    (program,) = network.programs.values()
    assert program.host_calls == ()
