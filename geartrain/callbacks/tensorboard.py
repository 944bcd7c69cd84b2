"""`TensorBoard`: the course of training, as files that TensorBoard shows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.callbacks.callback import Callback, Logs
from geartrain.callbacks.event_files import EventWriter
from geartrain.callbacks.learning_rate import rate_of
from geartrain.errors import explain
from geartrain.tensor import Array

Node = tuple[str, str, Sequence[str]]


class TensorBoard(Callback):
    """Write logs, weights and the graph of layers into event files.

    Two folders are made in `log_dir`: `train` and `validation`. In them are `epoch_loss` and the
    other logs, `epoch_learning_rate`, and what is asked for.

    Args:
        log_dir: the folder; `tensorboard --logdir=...` shows it.
        histogram_freq: after every how many epochs the weights' distributions are written; 0
            never.
        write_graph: whether the graph of layers is written.
        write_images: whether weights are written as pictures as well, when histograms are.
        write_steps_per_second: whether it is written how fast training is.
        update_freq: "epoch", "batch", or a number of batches: how often logs are written; what is
            written more often than after epochs is called `batch_loss`...
        profile_batch: 0: what a step costs is shown by `explain.program(model)`.
        embeddings_freq: after every how many epochs embeddings are written; 0 never.
        embeddings_metadata: files with names for the rows of embeddings: one, or by layer.

    Raises:
        ValueError: `profile_batch` is not 0; metadata are for a layer that is not there.
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        if profile_batch:
            raise ValueError(_profile_message(profile_batch))
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._writers: dict[str, EventWriter] = {}
        self._train_step = self._test_step = self._tests = 0
        self._epoch_start = self._batch_start = 0.0
        self._steps_before = 0

    def wants_batches(self, kind: str) -> bool:
        return kind in ("train", "test") and self.update_freq != "epoch"

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        if model is not None and self.embeddings_freq:
            write_projector(self.log_dir, model, self.embeddings_metadata)

    def _writer(self, name: str) -> EventWriter:
        if name not in self._writers:
            self._writers[name] = EventWriter(Path(self.log_dir) / name)
        return self._writers[name]

    # -- training --------------------------------------------------------------------------------

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._train_step = self._tests = 0
        if self.write_graph:
            writer = self._writer("train")
            writer.graph(layer_graph(self.model))
            writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        for each in self._writers.values():
            each.close()
        self._writers.clear()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch_start = time.perf_counter()
        self._steps_before = self._steps()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._batch_start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._train_step += 1
        if self.update_freq == "epoch":
            return
        writer = self._writer("train")
        if self.write_steps_per_second:
            seconds = time.perf_counter() - self._batch_start
            writer.scalar("batch_steps_per_second", 1.0 / max(seconds, 1e-9), self._train_step)
        if self._train_step % self.update_freq == 0:
            for name, value in (logs or {}).items():
                writer.scalar(f"batch_{name}", float(value), self._train_step)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._write_logs(epoch, logs or {})
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            path = Path(self.log_dir) / "train" / f"keras_embedding.ckpt-{epoch}.weights.h5"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.model.save_weights(path)
        for each in self._writers.values():
            each.flush()

    def _write_logs(self, epoch: int, logs: Logs) -> None:
        train = self._writer("train")
        for name, value in logs.items():
            if name.startswith("val_"):
                tag = f"epoch_{name.removeprefix('val_')}"
                self._writer("validation").scalar(tag, float(value), epoch)
            else:
                train.scalar(f"epoch_{name}", float(value), epoch)
        if "learning_rate" not in logs and hasattr(self.model.optimizer, "learning_rate"):
            train.scalar("epoch_learning_rate", rate_of(self.model), epoch)
        if self.write_steps_per_second:
            seconds = time.perf_counter() - self._epoch_start
            speed = (self._steps() - self._steps_before) / max(seconds, 1e-9)
            train.scalar("epoch_steps_per_second", speed, epoch)

    def _steps(self) -> int:
        iterations = getattr(self.model.optimizer, "iterations", 0)
        return int(np.asarray(iterations))

    def _write_weights(self, epoch: int) -> None:
        writer = self._writer("train")
        for name, numbers in weights_by_name(self.model):
            writer.histogram(f"{name}/histogram", numbers, epoch)
            if self.write_images and 0 < numbers.ndim <= 2:
                writer.image(f"{name}/image", as_picture(numbers), epoch)

    # -- evaluation ------------------------------------------------------------------------------

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._test_step = 0

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._test_step += 1

    def on_test_end(self, logs: Logs | None = None) -> None:
        optimizer = getattr(self.model, "optimizer", None)
        if not hasattr(optimizer, "iterations"):
            return
        writer = self._writer("validation")
        for name, value in (logs or {}).items():
            writer.scalar(f"evaluation_{name}_vs_iterations", float(value), self._steps())
        writer.flush()


def weights_by_name(model: Any) -> Iterator[tuple[str, Array]]:
    """The weights of a model's layers, each with a name that has the layer's in it."""
    for layer in model.layers:
        for weight in layer.weights:
            path = weight.path.replace(":", "_")
            _, own, after = f"/{path}".rpartition(f"/{layer.name}/")
            yield f"{layer.name}/{after if own else path}", weight.numpy()


def as_picture(numbers: Array) -> Array:
    """Weights as grey pixels, the smallest black and the largest white."""
    matrix = np.atleast_2d(np.nan_to_num(np.asarray(numbers, np.float64)))
    low, high = matrix.min(), matrix.max()
    return np.asarray(255 * (matrix - low) / max(high - low, 1e-300), np.uint8)


def layer_graph(model: Any) -> list[Node]:
    """The layers of a model as a graph: name, class, and the names of those before."""
    nodes: list[Node] = []
    before = ""
    for layer in model.layers:
        inputs = _inputs_of(layer, model) or ([before] if before else [])
        nodes.append((f"{model.name}/{layer.name}", type(layer).__name__, inputs))
        before = f"{model.name}/{layer.name}"
    return nodes


def _inputs_of(layer: Any, model: Any) -> list[str]:
    """The layers that a layer of a functional model takes its inputs from."""
    inbound = getattr(layer, "inbound_layers", None)
    if not callable(inbound):
        return []
    return [f"{model.name}/{each.name}" for each in inbound()]


def write_projector(log_dir: str, model: Any, metadata: Any) -> None:
    """Tell TensorBoard's projector where embeddings and the names of their rows are."""
    names = [each.name for each in model.layers if type(each).__name__ == "Embedding"]
    given = metadata if isinstance(metadata, dict) else dict.fromkeys(names, metadata)
    unknown = [name for name in given if name not in names]
    if unknown:
        raise ValueError(_metadata_message(unknown, names))
    lines = []
    for name in names:
        lines += ["embeddings {", f'  tensor_name: "layer_with_weights-{name}/embeddings"']
        if given.get(name) is not None:
            lines.append(f'  metadata_path: "{os.fspath(given[name])}"')
        lines.append("}")
    folder = Path(log_dir) / "train"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "projector_config.pbtxt").write_text("\n".join(lines) + "\n")


def _profile_message(profile_batch: Any) -> str:
    return explain(
        "TensorBoard writes no profiles of batches",
        given=f"profile_batch={profile_batch!r}",
        expected="profile_batch=0",
        remedy="geartrain.explain.program(model), which shows what each kernel of a step costs",
    )


def _metadata_message(unknown: Sequence[str], names: Sequence[str]) -> str:
    return explain(
        "TensorBoard was given names for embeddings that the model does not have",
        given=f"embeddings_metadata for {', '.join(unknown)}",
        expected=f"Embedding layers: {', '.join(names) or 'none are there'}",
        remedy=f"embeddings_metadata={{{(list(names) or ['embedding'])[0]!r}: 'words.tsv'}}",
    )
