"""`Trainer`: the part of a model that trains it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from geartrain import optimizers
from geartrain.autodiff import is_debugging_nans
from geartrain.callbacks import History
from geartrain.metrics import Mean
from geartrain.tensor.nest import map_nest
from geartrain.tracebacks import filtering
from geartrain.training.arguments import (
    check_stream,
    kwargs_message,
    logs_message,
    no_targets_message,
    not_compiled_message,
    read_frequency,
    resized,
    stopped_message,
    validation_parts,
)
from geartrain.training.batch_checks import check_sizes
from geartrain.training.compile_loss import CompileLoss
from geartrain.training.compile_metrics import CompileMetrics
from geartrain.training.data import Data, read_data, require_texts
from geartrain.training.feeding import Stream, is_stream
from geartrain.training.functions import StepFunctions
from geartrain.training.limits import limits
from geartrain.training.logs import as_number, flat, told_of
from geartrain.training.loop import ArrayFeed, Feed, Loop, StreamFeed, Validation
from geartrain.training.loss_watch import LossWatch
from geartrain.training.programs import Returned
from geartrain.training.runner import CompiledRunner, EagerRunner, Runner, StreamRunner, run_batch
from geartrain.training.steps import Steps
from geartrain.training.targets import check_targets
from geartrain.utils.data_tuples import unpack_x_y_sample_weight

if TYPE_CHECKING:
    from geartrain.compiler import AnyProgram
    from geartrain.training.text_programs import TextProgram


@filtering("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
class Trainer(StepFunctions):
    """`compile`, `fit`, `evaluate` and `predict`, for a model that is called with a batch."""

    output_names: Sequence[str] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.optimizer: Any = None
        self.loss: Any = None
        self.loss_weights: Any = None
        self.history: History | None = None
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self.steps_per_execution = 1
        self.auto_scale_loss = True
        self.programs: dict[Any, AnyProgram | TextProgram] = {}
        self.returned: dict[Any, Returned] = {}
        self.runs_in_python: set[str] = set()  # kinds of steps that cannot be traced
        self.changes_seen = (0, 0)  # of layers' settings, when the programs were looked for
        self.sized_steps: set[str] = set()  # those that are compiled for each batch size
        self._initial_epoch: int | None = None
        self._run_eagerly = False
        self._jit_compile: bool | str = "auto"

    def ensure_ready(self, where: str, data: Data) -> None:
        """Make the weights for this data, or raise because it does not fit the model."""
        raise NotImplementedError

    # -- compile ---------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how to train.

        Args:
            optimizer: a name or an object of `geartrain.optimizers`.
            loss: a name, an object of `geartrain.losses`, or a function of (y_true, y_pred). For
                several outputs, a list in their order, or a dict by their names.
            loss_weights: numbers that the losses of several outputs are multiplied by.
            metrics: names, objects or functions; their keys in logs are as asked for. For several
                outputs, a list of such lists, or a dict by their names.
            weighted_metrics: likewise, for metrics in which samples count by their weight.
            run_eagerly: whether to run every step with NumPy, operation by operation, so that
                it can be stepped through.
            steps_per_execution: how many batches callbacks are told of as one.
            jit_compile: False runs steps eagerly as well; "auto" and True compile them.
            auto_scale_loss: whether losses in float16 are scaled up, so that gradients do not
                vanish.

        Raises:
            ValueError: a name that nothing has, or arguments of the wrong form; nothing is
                changed then.
        """
        chosen = optimizers.get(optimizer) if optimizer is not None else None
        names = self.output_names
        compile_loss = None if loss is None else CompileLoss(loss, loss_weights, names)
        has_metrics = metrics is not None or weighted_metrics is not None
        compile_metrics = CompileMetrics(metrics, weighted_metrics, output_names=names)
        self.optimizer = self._scaled(chosen) if auto_scale_loss else chosen
        self.loss, self.loss_weights = self.loss if loss is None else loss, loss_weights
        self._compile_loss = compile_loss
        self._compile_metrics = compile_metrics if has_metrics else None
        self._loss_tracker = Mean(name="loss")
        self.run_eagerly = run_eagerly
        self.jit_compile = jit_compile
        self.steps_per_execution = steps_per_execution
        self.auto_scale_loss = auto_scale_loss
        self.forget_programs()
        self.stop_training = False
        self.compiled = True

    def _scaled(self, optimizer: Any) -> Any:
        """An optimizer that scales the loss up, where the model computes in float16."""
        kind = getattr(optimizers, "LossScaleOptimizer", None)
        policy = getattr(getattr(self, "dtype_policy", None), "name", "")
        if kind is None or policy != "mixed_float16" or isinstance(optimizer, kind):
            return optimizer
        return kind(optimizer, name="loss_scale_optimizer")

    def __getstate__(self) -> dict[str, Any]:
        """What a copy, or a pickle, is made of: machine code is made again when it is needed."""
        functions = dict.fromkeys(("train_function", "test_function", "predict_function"))
        return {**vars(self), **functions, "programs": {}, "returned": {}}

    def forget_programs(self) -> None:
        """Let go of all compiled steps."""
        self.programs.clear()
        self.returned.clear()
        self.runs_in_python.clear()
        self.sized_steps.clear()

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run operation by operation."""
        return self._run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._run_eagerly = bool(value)

    @property
    def jit_compile(self) -> bool:
        """Whether steps are compiled."""
        return bool(self._jit_compile)

    @jit_compile.setter
    def jit_compile(self, value: bool | str) -> None:
        self._jit_compile = value

    def must_run_eagerly(self, kind: str) -> bool:
        """Whether a kind of step runs operation by operation now."""
        if self._run_eagerly or not self._jit_compile or is_debugging_nans():
            return True
        return kind in self.runs_in_python

    def steps_together(self, *, single: bool) -> int:
        """How many steps are one turn; 0 leaves that to the runner."""
        return int(self.steps_per_execution) if single or self.steps_per_execution > 1 else 0

    def logs_of(self, found: Any) -> dict[str, Any]:
        """The numbers for logs, sorted by name: what a step returned, or the metrics' results."""
        if found is None and type(self).get_metrics_result is Steps.get_metrics_result:
            return dict(sorted(self._current_results().items()))
        logs = self.get_metrics_result() if found is None else found
        if not isinstance(logs, dict):
            raise ValueError(logs_message(logs))
        return {name: map_nest(as_number, each) for name, each in sorted(flat(logs).items())}

    def _current_results(self) -> dict[str, Any]:
        """What `get_metrics_result` gives, without building tensors: callbacks ask often."""
        found: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.current() if hasattr(metric, "current") else metric.result()
            found.update(result if isinstance(result, dict) else {metric.name: result})
        return {name: as_number(value) for name, value in found.items()}

    # -- fit -------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Container[int] = 1,
    ) -> History:
        """Train: go over the samples `epochs` times, a batch a step.

        Args:
            x: samples along the first axis: an array, a list or dict of arrays; or what gives
                batches: a generator, a `PyDataset`, a loader, any iterable of `(x, y)`.
            y: what each sample should give; None, if x gives batches.
            batch_size: samples a step; 32 if None. The last batch of an epoch may be smaller.
            epochs: the number of the epoch after the last.
            verbose: 0 silent, 1 a bar, 2 a line an epoch; "auto" is 1.
            callbacks: told of the progress.
            validation_split: the share of the last samples to evaluate after each epoch instead
                of training on them.
            validation_data: (x, y) or (x, y, sample_weight) to evaluate after each epoch, or what
                gives such batches.
            shuffle: whether each epoch takes the samples in a new order; "batch" keeps the
                samples of a batch together.
            class_weight: how much samples of a class count, by its number.
            sample_weight: how much each sample counts.
            initial_epoch: the number of the first epoch.
            steps_per_epoch: after how many batches an epoch ends; None takes all.
            validation_steps: how many batches are evaluated; None takes all.
            validation_batch_size: samples a step of evaluation; `batch_size` if None.
            validation_freq: every how many epochs to evaluate, or the numbers of the epochs.

        Returns:
            A `History`: `history.history["loss"]` and so on, one number an epoch.

        Raises:
            ValueError: `compile` was not called; x and y do not fit each other, the model or the
                loss.
        """
        self._check_compiled("fit")
        given = (x, y, batch_size, sample_weight, class_weight)
        feed, held_out = self._training_feed(given, shuffle, validation_split, validation_data)
        steps_per_epoch = limits.steps_of(steps_per_epoch, feed.steps)
        size = validation_batch_size or batch_size
        validation = self._validation(
            held_out if validation_data is None else validation_data,
            size,
            validation_steps,
            validation_freq,
        )
        last = limits.last_epoch(initial_epoch, epochs)
        told = told_of(self, callbacks, verbose, last, steps_per_epoch or feed.steps, trains=True)
        watch = LossWatch(self, feed.runner, told.callbacks)
        loop = Loop(self, told)
        try:
            loop.fit(feed, range(initial_epoch, last), steps_per_epoch, watch, validation)
        except KeyboardInterrupt as error:
            error.add_note(stopped_message(loop.epoch, loop.step, steps_per_epoch or feed.steps))
            raise
        finally:
            feed.close()
            if validation:
                validation.feed.close()
        history = next(each for each in told.callbacks if isinstance(each, History))
        limits.fill(history, epochs - initial_epoch)
        return history

    def _training_feed(
        self, given: tuple[Any, ...], shuffle: bool | str, split: float, validation_data: Any
    ) -> tuple[Feed, Data | None]:
        """What `fit` trains on, and what it holds back; `given` is as `read_data` takes it."""
        x, y, _, sample_weight, class_weight = given
        if is_stream(x):
            check_stream("fit", y, sample_weight, split)
            feed = self._stream_feed(
                "fit", x, shuffle=shuffle, class_weight=class_weight, anew=False
            )
            return feed, None
        data, held_out = read_data("fit", *given), None
        if split and validation_data is None:
            data, held_out = data.split(split, weighs=class_weight is None)
        return self._array_feed("fit", data, shuffle=shuffle), held_out

    def _validation(
        self, given: Any, batch_size: int | None, steps: int | None, frequency: int | Container[int]
    ) -> Validation | None:
        """When `fit` evaluates and on what: samples that it held back, or what it was given."""
        if given is None:
            return None
        if isinstance(given, Data):
            feed: Feed = self._array_feed("fit", resized(given, batch_size))
        else:
            feed = self._validation_feed(given, batch_size)
        return Validation(feed, limits.steps_of(steps, feed.steps), read_frequency(frequency))

    def _validation_feed(self, given: Any, batch_size: int | None) -> Feed:
        if is_stream(given):
            return self._stream_feed("fit", given)
        x, y, weight = validation_parts(given)
        if is_stream(x):
            return self._stream_feed("fit", x)
        return self._array_feed("fit", read_data("fit", x, y, batch_size, weight))

    # -- evaluate and predict --------------------------------------------------------------------

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The loss and the metrics over all samples.

        Args:
            x: samples, as for `fit`.
            y: what each should give.
            batch_size: samples a step; 32 if None.
            verbose: 0 silent, 1 a bar, 2 a line; "auto" is 1.
            sample_weight: how much each sample counts.
            steps: how many batches; None takes all.
            callbacks: told of the progress.
            return_dict: whether to give a dict by name.
            **kwargs: none.

        Returns:
            The loss alone if there are no metrics, else a list in the order of the metrics, or a
            dict by name.
        """
        if kwargs:
            raise ValueError(kwargs_message("evaluate", kwargs))
        self._check_compiled("evaluate")
        if is_stream(x):
            check_stream("evaluate", y, sample_weight)
            feed: Feed = self._stream_feed("evaluate", x)
        else:
            feed = self._array_feed(
                "evaluate", read_data("evaluate", x, y, batch_size, sample_weight)
            )
        steps = limits.steps_of(steps, feed.steps)
        with closing(feed):
            told = told_of(self, callbacks, verbose, 1, steps or feed.steps)
            found = Loop(self, told).evaluate(feed, steps)
        return found if return_dict else self._in_order(found)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs for all samples, as NumPy arrays in the form of the model's outputs.

        Args:
            x: samples, as for `fit`.
            batch_size: samples a step; 32 if None.
            verbose: 0 silent, 1 a bar, 2 a line; "auto" is 1.
            steps: how many batches; None takes all.
            callbacks: told of the progress.
        """
        if is_stream(x):
            feed: Feed = self._stream_feed("predict", x)
        else:
            feed = self._array_feed("predict", read_data("predict", x, None, batch_size))
        steps = limits.steps_of(steps, feed.steps)
        with closing(feed):
            told = told_of(self, callbacks, verbose, 1, steps or feed.steps)
            return Loop(self, told).predict(feed, steps)

    # -- one batch -------------------------------------------------------------------------------

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """One step on one batch; gives its loss and metrics."""
        with self.holding_metrics():
            data = self._batch("train_on_batch", x, y, sample_weight, class_weight)
            found = self.logs_of(run_batch(self, "train", data.packed))
            return found if return_dict else self._in_order(found)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Evaluate one batch; gives its loss and metrics."""
        with self.holding_metrics():
            data = self._batch("test_on_batch", x, y, sample_weight)
            found = self.logs_of(run_batch(self, "test", data.packed))
            return found if return_dict else self._in_order(found)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs of one batch, as NumPy arrays."""
        data = read_data("predict_on_batch", x, None, None)
        self.ensure_ready("predict_on_batch", data)
        return run_batch(self, "predict", data.packed)

    def _batch(
        self, where: str, x: Any, y: Any, sample_weight: Any, class_weight: Any = None
    ) -> Data:
        self._check_compiled(where)
        data = read_data(where, x, y, None, sample_weight, class_weight)
        self._make_ready(where, data)
        self.reset_metrics()
        return data

    # -- what they share -------------------------------------------------------------------------

    def _array_feed(self, where: str, data: Data, *, shuffle: bool | str = False) -> ArrayFeed:
        self._make_ready(where, data)
        check_sizes(self, where, data)
        kind = {"fit": "train", "evaluate": "test"}.get(where, "predict")
        runner: Runner
        if self.must_run_eagerly(kind) or data.has_texts:
            runner = EagerRunner(self, data)
        else:
            runner = CompiledRunner(self, data)
        return ArrayFeed(runner, shuffle=shuffle)

    def _stream_feed(
        self,
        where: str,
        source: Any,
        *,
        shuffle: bool | str = False,
        class_weight: Any = None,
        anew: bool = True,
    ) -> StreamFeed:
        stream = Stream(where, source, shuffle=bool(shuffle), class_weight=class_weight)
        x, y, weight = unpack_x_y_sample_weight(stream.sample)
        self._make_ready(where, Data(x, y, 1, weight))
        return StreamFeed(StreamRunner(self, stream), anew=anew)

    def _make_ready(self, where: str, data: Data) -> None:
        if self.needs_targets and where not in ("predict", "predict_on_batch") and data.y is None:
            raise ValueError(no_targets_message(where))
        if data.has_texts:
            require_texts(self, where, data)
        self.ensure_ready(where, data)
        if self.needs_targets and self._compile_loss is not None and where != "predict":
            check_targets(self, self._compile_loss.loss, data)

    @property
    def needs_targets(self) -> bool:
        """Whether the steps and the loss are the usual ones, which compare outputs with y."""
        own = type(self)
        usual = own.train_step is Steps.train_step and own.compute_loss is Steps.compute_loss
        return usual and self._compile_loss is not None

    def _in_order(self, logs: dict[str, Any]) -> Any:
        """The numbers of logs in the order of the metrics; one alone is no list."""
        names: list[str] = []
        for metric in self.metrics:
            names += [each.name for each in getattr(metric, "metrics", [metric])]
        values = [logs[name] for name in names if name in logs]
        values += [value for name, value in logs.items() if name not in names]
        return values if len(values) > 1 else values[0]

    def _check_compiled(self, where: str) -> None:
        if not self.compiled:
            raise ValueError(not_compiled_message(where))
