"""What metrics do beside counting: state, names, configs, errors."""

import numpy as np
import pytest

import geartrain
from geartrain import losses, metrics, ops


class Counted(metrics.Metric):
    """Has metrics and variables inside, and gives a dict."""

    def __init__(self, name=None):
        super().__init__(name=name)
        self.mean = metrics.Mean(name="inner")
        self.times = self.add_weight(name="times")
        self.others = [metrics.Sum()]

    def update_state(self, values):
        self.mean.update_state(values)
        self.others[0].update_state(values)
        self.times.assign(ops.add(self.times, 1.0))

    def result(self):
        return {"mean": self.mean.result(), "times": self.times.value}


def test_state_is_that_of_metrics_inside_too():
    metric = Counted(name="counted")
    paths = [each.path for each in metric.variables]
    assert paths == ["counted/times", "inner/total", "inner/count", "sum/total"]
    assert not any(each.trainable for each in metric.variables)
    found = metric([1.0, 2.0])
    assert {name: float(value) for name, value in found.items()} == {"mean": 1.5, "times": 1.0}
    assert metric.current() == {"mean": 1.5, "times": 1.0}
    metric.reset_state()
    assert not any(each.numpy().any() for each in metric.variables)


def test_stateless_calls_leave_the_state():
    metric = metrics.Mean()
    metric.update_state([4.0])
    start = metric.stateless_reset_state()
    assert [float(each) for each in start] == [0.0, 0.0]
    later = metric.stateless_update_state(start, [5.0, 7.0])
    assert float(metric.stateless_result(later)) == 6.0
    assert float(metric.result()) == 4.0
    with pytest.raises(ValueError, match="needs a value for each variable"):
        metric.stateless_result(later[:1])
    with pytest.raises(ValueError, match="needs a value for each variable"):
        metric.stateless_update_state([], [1.0])


def test_a_metric_that_was_not_begun_says_so():
    class Forgetful(metrics.Metric):
        def __init__(self):
            self.value = 0

    with pytest.raises(RuntimeError, match="did not call super"):
        Forgetful()(1.0)
    for method in ("update_state", "result"):
        with pytest.raises(NotImplementedError):
            getattr(metrics.Metric(), method)()


def test_names_lead_to_metrics():
    assert metrics.get("mse").name == "mean_squared_error"
    assert metrics.as_metric("mse").name == "mse"
    assert metrics.as_metric("acc").name == "acc"
    assert metrics.as_metric(losses.hinge).name == "hinge"
    assert isinstance(metrics.get("AUC"), metrics.AUC)
    assert metrics.get(None) is None
    for wrong in ("acuracy", 3, {}):
        with pytest.raises(ValueError, match="There is no metric of this name"):
            metrics.get(wrong)


@pytest.mark.parametrize(
    ("y", "p", "right"),
    [
        ([1, 0], [[0.9], [0.8]], 0.5),
        ([1, 0], [[0.1, 0.9], [0.8, 0.2]], 1.0),
        ([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]], 0.5),
    ],
)
def test_accuracy_is_what_the_shapes_call_for(y, p, right):
    assert float(metrics.as_metric("accuracy")(np.array(y), np.array(p))) == right


def test_configs_make_the_same_metric():
    wrapped = metrics.MeanMetricWrapper(losses.huber, name="h", delta=0.5)
    for metric in (wrapped, metrics.AUC(curve="PR", num_thresholds=7), metrics.MeanIoU(3)):
        again = metrics.deserialize(metrics.serialize(metric))
        assert type(again) is type(metric)
        assert again.get_config() == metric.get_config()
    assert float(metrics.deserialize(metrics.serialize(wrapped))([[0.0]], [[2.0]])) == 0.875


WRONG = {
    "auc curve": lambda: metrics.AUC(curve="x"),
    "auc summation": lambda: metrics.AUC(summation_method="x"),
    "auc thresholds": lambda: metrics.AUC(num_thresholds=1),
    "auc outside": lambda: metrics.AUC(thresholds=[-1.0, 0.5]),
    "auc labels": lambda: metrics.AUC(num_labels=2),
    "auc rank": lambda: metrics.AUC(multi_label=True)([0, 1], [0.1, 0.9]),
    "precision": lambda: metrics.Precision(thresholds=[2]),
    "none": lambda: metrics.TruePositives(thresholds=[None]),
    "class": lambda: metrics.Recall(class_id=7)([[0, 1]], [[0.1, 0.9]]),
    "recall": lambda: metrics.PrecisionAtRecall(recall=2),
    "number": lambda: metrics.PrecisionAtRecall(recall=0.5, num_thresholds=0),
    "average": lambda: metrics.F1Score(average="x"),
    "beta": lambda: metrics.FBetaScore(beta=1),
    "threshold": lambda: metrics.FBetaScore(threshold=-1.0),
    "f rank": lambda: metrics.F1Score()([0, 1], [0.1, 0.2]),
    "aggregation": lambda: metrics.R2Score(class_aggregation="x"),
    "regressors": lambda: metrics.R2Score(num_regressors=-1),
    "r2 shapes": lambda: metrics.R2Score()([[1.0], [2.0]], [[1.0, 2.0], [1.0, 2.0]]),
    "iou": lambda: metrics.IoU(num_classes=2, target_class_ids=[0, 2]),
    "one-hot": lambda: metrics.SparseCategoricalAccuracy()(np.ones((4, 3)), np.ones((4, 3))),
    "pair": lambda: metrics.BinaryAccuracy()(np.ones(4), np.ones((4, 3))),
    "weights": lambda: metrics.Mean()([1.0, 2.0, 3.0], sample_weight=[1.0, 2.0]),
    "dtype": lambda: metrics.Mean(dtype="foo"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_a_remedy(case):
    with pytest.raises(ValueError, match="remedy:"):
        WRONG[case]()


def test_an_adjusted_score_of_too_few_samples_is_the_plain_one():
    metric = metrics.R2Score(num_regressors=5)
    metric.update_state([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])
    with pytest.warns(UserWarning, match="so few samples"):
        np.testing.assert_allclose(metric.result(), 4 / 7, rtol=1e-6)


def test_results_of_nothing_are_zero():
    for metric in (metrics.Mean(), metrics.AUC(), metrics.MeanIoU(2), metrics.Precision()):
        assert float(metric.result()) == 0.0


def test_narrow_dtypes_are_computed_in():
    metric = metrics.Mean(dtype="float16")
    assert metric([1.0, 0.0]).dtype == "float16"
    assert metrics.Mean(dtype="mixed_bfloat16").dtype == "bfloat16"


@pytest.mark.parametrize("classes", [3, 300])
def test_of_equal_scores_the_first_are_the_best(classes):
    scores = np.full((1, classes), 0.5)
    for right, precision in ((0, 0.5), (1, 0.5), (2, 0.0)):
        labels = np.eye(classes)[[right]]
        assert float(metrics.Precision(top_k=2)(labels, scores)) == precision


def test_compiled_metrics_call_nothing_on_the_host():
    metric = metrics.Precision(top_k=2)
    step = geartrain.jit(metric.update_state)
    step(np.eye(4), np.full((4, 4), 0.25))
    assert step.host_calls == ()
