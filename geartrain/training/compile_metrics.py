"""`CompileMetrics`: what `compile(metrics=..., weighted_metrics=...)` was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import metrics as metrics_room
from geartrain.errors import explain
from geartrain.metrics import Metric
from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten
from geartrain.training.outputs import Matching, is_nest
from geartrain.training.shape_metrics import goes_by_shape, metric_for

KINDS = ("metrics", "weighted_metrics")


@dataclass(frozen=True)
class Entry:
    """A metric of one output, its key in logs, and whether samples have weights for it."""

    place: int
    key: str
    metric: Metric
    weighted: bool


class CompileMetrics(Metric):
    """All metrics of `compile`, as one.

    Which metric a name means, and for which output, is decided with the first batch: "accuracy"
    depends on shapes. A metric's key in the logs is the name that was asked for; with several
    outputs, that of the output stands before it: `a_mae`.

    Args:
        metrics: names, objects or functions, for one output; for several, a nest of such lists
            in the outputs' form, or a dict by their names.
        weighted_metrics: likewise, for metrics that take the weights of the samples.
        name: the name of the whole.
        output_names: the names of the output layers, where the model knows them.

    Raises:
        ValueError: this is no list or dict, or a name is that of no metric.
    """

    def __init__(
        self,
        metrics: Any,
        weighted_metrics: Any = None,
        name: str = "compile_metrics",
        output_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__(name=name)
        self._asked = {"metrics": metrics, "weighted_metrics": weighted_metrics}
        for kind, given in self._asked.items():
            _check(kind, given)
        self.output_names = output_names
        self._entries: list[Entry] | None = None
        self._matching: Matching | None = None

    @property
    def built(self) -> bool:
        """Whether the metrics are decided."""
        return self._entries is not None

    @property
    def asked(self) -> list[Any]:
        """What was asked for, in order."""
        return [each for given in self._asked.values() for each in flatten(given)]

    @property
    def metrics(self) -> list[Metric]:
        """The metrics, those without weights first."""
        return [each.metric for each in self._entries or ()]

    @property
    def keys(self) -> list[str]:
        """Their keys in the logs, in the same order."""
        return [each.key for each in self._entries or ()]

    @property
    def variables(self) -> list[Any]:
        """Their states."""
        return [variable for each in self.metrics for variable in each.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Decide which metrics there are."""
        self._matching = matching = Matching(y_pred, self.output_names)
        targets, outputs = matching.match("y", y_true), flatten(y_pred)
        self._entries = []
        for kind in KINDS:
            asked = matching.match(kind, self._form(kind, matching), is_leaf=_belongs_to_one)
            for place, each in enumerate(asked):
                for one in _as_list(each):
                    metric, name = metric_for(one, targets[place], outputs[place])
                    key = self._key(name, matching, place, weighted=kind == KINDS[1])
                    self._entries.append(Entry(place, key, metric, kind == KINDS[1]))

    def _form(self, kind: str, matching: Matching) -> Any:
        """What was asked for; for one output, its list as one."""
        given = self._asked[kind]
        if len(matching) > 1 or isinstance(given, dict) or given is None:
            return given
        flat = flatten(given)
        return [flat] if is_nest(matching.form) else flat

    def _key(self, name: str, matching: Matching, place: int, *, weighted: bool) -> str:
        prefix = matching.names[place] if len(matching) > 1 else None
        full = f"{prefix}_{name}" if prefix else name
        known = {each.key: each for each in self._entries or ()}
        if weighted and full in known and not known[full].weighted:
            full = f"{prefix}_weighted_{name}" if prefix else f"weighted_{name}"
        number, key = 0, full
        while key in known:
            number += 1
            key = f"{full}_{number}"
        return key

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        if self._entries is None:
            self.build(y_true, y_pred)
        if self._matching is None or not self._entries:
            return
        targets, outputs = self._matching.match("y", y_true), flatten(y_pred)
        weights = self._weights(self._matching, sample_weight)
        for each in self._entries:
            weight = weights[each.place] if each.weighted else None
            more = {} if weight is None else {"sample_weight": weight}
            _update(each, targets[each.place], outputs[each.place], more)

    def _weights(self, matching: Matching, given: Any) -> list[Any]:
        if not is_nest(given):
            return [given] * len(matching)
        found: list[Any] = matching.match("sample_weight", given)
        return found

    def reset_state(self) -> None:
        """Begin again."""
        for each in self.metrics:
            each.reset_state()

    @property
    def begins_at_zero(self) -> bool:
        """Whether beginning again makes all state 0, in every metric; they have to be there."""
        plain = (type(each).reset_state is Metric.reset_state for each in self.metrics)
        return self.built and all(plain)

    def result(self) -> dict[str, Any]:
        """The numbers now, by key."""
        found: dict[str, Any] = {}
        for each in self._entries or ():
            result: Any = each.metric.result()
            found.update(result if isinstance(result, dict) else {each.key: result})
        return found

    def current(self) -> dict[str, Any]:
        """The same in Python's own numbers."""
        found: dict[str, Any] = {}
        for each in self._entries or ():
            result: Any = each.metric.current()
            found.update(result if isinstance(result, dict) else {each.key: result})
        return found

    def __repr__(self) -> str:
        return f"<CompileMetrics name={self.name}>"


def _update(entry: Entry, target: Any, output: Tensor, more: dict[str, Any]) -> None:
    if target is None:
        raise ValueError(_no_target_message(entry))
    entry.metric.update_state(target, output, **more)


def _check(kind: str, given: Any) -> None:
    if given is not None and not is_nest(given):
        raise ValueError(_kind_message(kind, given))
    for each in flatten(given):
        if each is not None and not goes_by_shape(each):
            metrics_room.as_metric(each)  # a wrong name is said at once


def _belongs_to_one(given: Any) -> bool:
    """Whether this is a metric, or a list of metrics, of one output."""
    return not isinstance(given, dict)


def _as_list(given: Any) -> list[Any]:
    return [each for each in flatten(given) if each is not None]


def _kind_message(kind: str, given: Any) -> str:
    return explain(
        f"compile takes a list or a dict as {kind}",
        given=f"{kind}={given!r}",
        expected="names, objects or functions, in a list; for several outputs, a list for each",
        remedy=f"{kind}=[{given!r}]",
    )


def _no_target_message(entry: Entry) -> str:
    return explain(
        f"The metric '{entry.key}' has nothing to compare with",
        given="no targets (y is None, or has None for this output)",
        expected="y for the output that the metric is of",
        remedy="model.fit(x, y), or a generator that yields (x, y)",
    )
