"""Batches from generators, data sets with workers, loaders and tables; orders of samples."""

from __future__ import annotations

import threading
import warnings

import numpy as np
import pytest

from geartrain import layers, models, ops, optimizers
from geartrain.callbacks import Callback
from geartrain.training.feeding import Stream, is_stream
from geartrain.training.runner import sample_order
from geartrain.utils import PyDataset, set_random_seed

X = np.arange(24, dtype="float32").reshape(12, 2) / 24
Y = X[:, :1]


def network(**options):
    set_random_seed(0)
    model = models.Sequential([layers.Input((2,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizers.SGD(0.1), "mse", **options)
    return model


def bits(model):
    return [each.tobytes() for each in model.get_weights()]


def reference(**options):
    model = network()
    history = model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0, **options)
    return model, history.history


class Rows(PyDataset):
    """Batches of four rows; which thread made them is noted."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.made_by, self.turns = [], []

    def __len__(self):
        return 3

    def __getitem__(self, index):
        self.made_by.append(threading.current_thread().name)
        return X[4 * index : 4 * index + 4], Y[4 * index : 4 * index + 4]

    def on_epoch_begin(self):
        self.turns.append("begin")

    def on_epoch_end(self):
        self.turns.append("end")


class Loader:
    """What has a length, and can be gone over again and again."""

    def __len__(self):
        return 3

    def __iter__(self):
        return ((X[at : at + 4], Y[at : at + 4]) for at in range(0, 12, 4))


class Foreign:
    """A tensor of another library."""

    def __init__(self, numbers):
        self.numbers = numbers

    def detach(self):
        return self

    def cpu(self):
        return self.numbers


def endless():
    while True:
        yield from Loader()


@pytest.mark.parametrize(
    "source",
    [
        Rows(),
        Rows(workers=3, max_queue_size=2),
        Loader(),
        [[Foreign(X[at : at + 4]), Foreign(Y[at : at + 4])] for at in range(0, 12, 4)].__iter__,
    ],
    ids=["one worker", "three workers", "loader", "tensors"],
)
def test_batches_train_as_arrays_do(source):
    model, (expected, history) = network(), reference()
    made = iter_again(source) if callable(source) else source
    found = model.fit(made, epochs=2, shuffle=False, verbose=0).history
    np.testing.assert_allclose(found["loss"], history["loss"], rtol=1e-6)
    assert bits(model) == bits(expected)
    assert model.evaluate(made, verbose=0) == pytest.approx(expected.evaluate(X, Y, verbose=0))
    np.testing.assert_allclose(
        model.predict(made, verbose=0), model.predict(X, verbose=0), rtol=1e-6
    )


def iter_again(begin):
    """What can be gone over again and again, of what `begin()` gives."""
    kept = list(begin())

    class Again:
        def __iter__(self):
            return iter(kept)

    return Again()


def test_a_generator_goes_on_from_epoch_to_epoch():
    model, (expected, _) = network(), reference()
    model.fit(endless(), steps_per_epoch=3, epochs=2, verbose=0)
    assert bits(model) == bits(expected)


def test_workers_are_other_threads_and_epochs_are_told():
    several, one = Rows(workers=3), Rows()
    network().fit(several, verbose=0, epochs=2)
    network().fit(one, verbose=0)
    assert all(name.startswith("batches") for name in several.made_by)
    assert set(one.made_by) == {threading.current_thread().name}
    assert several.turns == ["begin", "end"] * 2


def test_batches_are_shuffled_by_number():
    seen = []

    class Watched(Rows):
        def __getitem__(self, index):
            seen.append(index)
            return super().__getitem__(index)

    set_random_seed(5)
    network().fit(Watched(), epochs=8, verbose=0)
    epochs = [tuple(seen[at : at + 3]) for at in range(0, 24, 3)]
    assert all(sorted(each) == [0, 1, 2] for each in epochs)
    assert len(set(epochs)) > 1


def test_workers_in_processes(tmp_path):
    """In a process of its own, whose main module the workers can import."""
    import subprocess
    import sys

    script = tmp_path / "trains.py"
    script.write_text(
        "import numpy as np\n"
        "from geartrain import layers, models\n"
        "from geartrain.utils import PyDataset\n"
        "class Rows(PyDataset):\n"
        "    def __len__(self):\n"
        "        return 4\n"
        "    def __getitem__(self, index):\n"
        "        return np.full((2, 1), index, 'float32'), np.zeros((2, 1))\n"
        "if __name__ == '__main__':\n"
        "    model = models.Sequential([layers.Dense(1, kernel_initializer='ones')])\n"
        "    rows = Rows(workers=2, use_multiprocessing=True)\n"
        "    print(model.predict(rows, verbose=0)[::2, 0].tolist())\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[0.0, 1.0, 2.0, 3.0]"


def test_data_that_run_out_are_said():
    with pytest.warns(UserWarning, match="ran out"):
        history = network().fit(iter(Loader()), steps_per_epoch=2, epochs=3, verbose=0)
    assert history.epoch == [0, 1]
    with pytest.raises(ValueError, match="at least one batch"):
        network().fit(iter(()), verbose=0)


def test_an_epoch_without_batches_is_none():
    with pytest.warns(UserWarning, match="ran out"):
        history = network().fit(iter(Loader()), epochs=3, verbose=0)
    assert history.epoch == [0]
    with pytest.warns(UserWarning, match="ran out"):
        history = network().fit(X, Y, epochs=2, validation_data=iter(Loader()), verbose=0)
    assert [len(history.history[key]) for key in ("loss", "val_loss")] == [2, 1]


def test_weights_of_classes_and_of_samples_exclude_each_other_in_batches_too():
    batches = iter([(X, Y, np.ones(len(X)))])
    with pytest.raises(ValueError, match="not both"):
        network().fit(batches, class_weight={0: 2.0}, verbose=0)


def test_what_belongs_into_batches_is_not_given_beside_them():
    for options in ({"y": Y}, {"sample_weight": np.ones(12)}, {"validation_split": 0.5}):
        with pytest.raises(ValueError, match="gets everything from batches"):
            network().fit(Loader(), verbose=0, **options)


def test_batches_of_texts_and_of_four_parts():
    with pytest.raises(ValueError, match="can only use numbers"):
        network().fit(iter([(np.array(["a"]), Y[:1])]), verbose=0)
    with pytest.raises(ValueError, match="one to three parts"):
        network().fit(iter([(X, Y, Y, Y)]), verbose=0)


def test_tables():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": X[:, 0], "b": X[:, 1]})
    model, (expected, history) = network(), reference()
    found = model.fit(table, table[["a"]], batch_size=4, epochs=2, shuffle=False, verbose=0)
    assert found.history == history
    assert bits(model) == bits(expected)
    assert model.predict(table, verbose=0).shape == (12, 1)


def test_lists_of_numbers_and_tensors_are_arrays():
    model, (expected, history) = network(), reference()
    found = model.fit(
        X.tolist(), ops.convert_to_tensor(Y), batch_size=4, epochs=2, shuffle=False, verbose=0
    )
    assert found.history == history
    assert bits(model) == bits(expected)


def test_what_is_a_stream():
    assert all(map(is_stream, (iter([]), Loader(), Rows(), (x for x in []))))
    assert not any(map(is_stream, (X, [X, X], {"a": X}, (X,), ops.convert_to_tensor(X), "abc")))


def test_evaluation_begins_anew_where_that_is_possible():
    stream = Stream("evaluate", Loader())
    stream.epoch_begins(anew=True)
    first = [each[0][0, 0] for each in stream.epoch(2)]
    stream.epoch_begins(anew=True)
    assert [each[0][0, 0] for each in stream.epoch(2)] == first
    stream.epoch_begins()
    assert [each[0][0, 0] for each in stream.epoch(1)] == [X[8, 0]]


def test_orders_of_samples():
    assert sample_order(5, shuffle=False).tolist() == [0, 1, 2, 3, 4]
    assert sorted(sample_order(5, shuffle=True)) == [0, 1, 2, 3, 4]
    order = sample_order(7, shuffle="batch", batch_size=2)
    assert sorted(order) == list(range(7))
    assert order[-1] == 6
    assert all(each % 2 == 0 for each in order[:6:2])
    assert (order[1:6:2] == order[:6:2] + 1).all()


def test_ctrl_c_leaves_a_model_and_says_where_it_stopped():
    class Stops(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                raise KeyboardInterrupt

    model = network()
    with pytest.raises(KeyboardInterrupt) as caught:
        model.fit(X, Y, batch_size=4, epochs=2, verbose=0, callbacks=[Stops()])
    assert "stopped in epoch 1, after step 2 of 3" in caught.value.__notes__[0]
    assert np.isfinite(model.predict(X, verbose=0)).all()
    model.fit(X, Y, verbose=0)


def test_evaluation_and_prediction_stop_when_a_callback_says_so():
    class Stops(Callback):
        def on_test_batch_end(self, batch, logs=None):
            self.model.stop_evaluating = True

        def on_predict_batch_end(self, batch, logs=None):
            self.model.stop_predicting = True

    model = network()
    assert len(model.predict(X, batch_size=5, verbose=0, callbacks=[Stops()])) == 5
    model.evaluate(X, Y, batch_size=5, verbose=0, callbacks=[Stops()])
    assert model.metrics[0].count.numpy() == 5


def test_one_program_serves_all_batches_of_a_stream():
    model = network()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(((X[:size], Y[:size]) for size in (4, 3, 2, 4)), verbose=0)
    assert len(model.programs) == 1
