"""What Keras and Geartrain count of the same batches: one entry a class and choice of arguments.

Every case takes three batches in, of different sizes, without weights and with some, and tells
of the result after each, and of the state at the end.
"""

import numpy as np

CLASSES = 4
PARTS = (slice(0, 7), slice(7, 8), slice(8, 20))


def draw(seed=7):
    return np.random.default_rng(seed)


def softmax(x):
    powers = np.exp(x)
    return powers / powers.sum(-1, keepdims=True)


def numbers():
    rng = draw()
    return rng.standard_normal((20, CLASSES)), rng.standard_normal((20, CLASSES))


def positive():
    rng = draw()
    return rng.uniform(0, 4, (20, CLASSES)), rng.uniform(0.05, 4, (20, CLASSES))


def column():
    y, p = numbers()
    return y[:, :1], p[:, :1]


def series():
    rng = draw()
    return rng.standard_normal((20, 3, 2)), rng.standard_normal((20, 3, 2))


def rows():
    rng = draw()
    labels = np.eye(CLASSES)[rng.integers(0, CLASSES, 20)]
    return labels, softmax(1.5 * rng.standard_normal((20, CLASSES)))


def logits():
    y, p = rows()
    return y, 2 * np.log(p) + 1


def class_numbers():
    y, p = rows()
    return y.argmax(-1), p


def class_column():
    y, p = rows()
    return y.argmax(-1)[:, None], p


def class_series():
    y, p = rows()
    return np.stack([y.argmax(-1), y.argmin(-1)], 1), np.stack([p, p[::-1]], 1)


def row_series():
    y, p = rows()
    return np.stack([y, y[::-1]], 1), np.stack([p, p[::-1]], 1)


def class_logits():
    y, p = logits()
    return y.argmax(-1), p


def sorted_ids():
    y, p = class_numbers()
    return y, np.argsort(-p, -1)


def binary():
    rng = draw()
    return rng.integers(0, 2, 20), rng.integers(0, 11, 20) / 10


def binary_column():
    y, p = binary()
    return y, p[:, None]


def labels():
    rng = draw()
    return rng.integers(0, 2, (20, 3)), rng.uniform(0, 1, (20, 3))


def label_logits():
    y, p = labels()
    return y, 6 * p - 3


def signs():
    y, _ = labels()
    return 2 * y - 1, draw(8).standard_normal((20, 3))


def label_scores():
    return labels()[0], draw(8).standard_normal((20, 3))


def regions():
    rng = draw()
    return rng.integers(0, 3, (20, 5)), rng.integers(0, 3, (20, 5))


def region_scores():
    rng = draw()
    return np.eye(3)[rng.integers(0, 3, (20, 5))], rng.uniform(0, 1, (20, 5, 3))


def regions_by_scores():
    y, p = region_scores()
    return y.argmax(-1), p


def scores_by_regions():
    y, p = region_scores()
    return y, p.argmax(-1)


def probabilities_of_region():
    rng = draw()
    return rng.integers(0, 2, (20, 5)), rng.integers(0, 11, (20, 5)) / 10


CASES = {
    "AUC()": binary,
    "AUC(name='of_labels')": labels,
    "AUC(num_thresholds=5, curve='ROC', summation_method='minoring')": binary,
    "AUC(num_thresholds=7, curve='ROC', summation_method='majoring')": labels,
    "AUC(num_thresholds=6, curve='PR')": binary,
    "AUC(num_thresholds=6, curve='PR', summation_method='minoring')": labels,
    "AUC(num_thresholds=6, curve='PR', summation_method='majoring')": labels,
    "AUC(num_thresholds=9, curve='PRGAIN')": labels,
    "AUC(num_thresholds=9, curve='PRGAIN', summation_method='majoring')": binary,
    "AUC(num_thresholds=9, curve='PRGAIN', summation_method='minoring')": binary,
    "AUC(thresholds=[0.7, 0.2, 0.3])": labels,
    "AUC(num_thresholds=8, from_logits=True)": label_logits,
    "AUC(num_thresholds=8, multi_label=True)": labels,
    "AUC(num_thresholds=8, multi_label=True, num_labels=3, curve='PR')": labels,
    "AUC(num_thresholds=8, multi_label=True, label_weights=array([0.2, 0.5, 0.3]))": labels,
    "AUC(num_thresholds=8, label_weights=array([0.2, 0.5, 0.3]))": labels,
    "AUC(thresholds=[0.1, 0.2, 0.7], multi_label=True, curve='PRGAIN')": labels,
    "Accuracy()": binary,
    "Accuracy(name='of_regions')": regions,
    "BinaryAccuracy()": binary,
    "BinaryAccuracy(threshold=0.3)": labels,
    "BinaryAccuracy(name='of_column')": binary_column,
    "BinaryCrossentropy()": labels,
    "BinaryCrossentropy(from_logits=True, label_smoothing=0.2)": label_logits,
    "BinaryIoU()": probabilities_of_region,
    "BinaryIoU(target_class_ids=[1], threshold=0.3)": probabilities_of_region,
    "BinaryIoU(target_class_ids=[0], dtype='float32')": probabilities_of_region,
    "CategoricalAccuracy()": rows,
    "CategoricalAccuracy(name='of_series')": row_series,
    "CategoricalCrossentropy()": rows,
    "CategoricalCrossentropy(name='of_series')": row_series,
    "CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)": logits,
    "CategoricalHinge()": rows,
    "ConcordanceCorrelation()": numbers,
    "ConcordanceCorrelation(axis=0)": numbers,
    "CosineSimilarity()": numbers,
    "CosineSimilarity(axis=1)": numbers,
    "F1Score()": rows,
    "F1Score(average='micro', threshold=0.4)": labels,
    "F1Score(average='macro', threshold=0.4)": labels,
    "F1Score(average='weighted')": rows,
    "FBetaScore(beta=2.0)": rows,
    "FBetaScore(beta=0.5, average='micro')": rows,
    "FBetaScore(beta=2.0, average='weighted', threshold=0.5)": labels,
    "FalseNegatives()": binary,
    "FalseNegatives(thresholds=[0.2, 0.5, 0.9])": labels,
    "FalsePositives()": binary_column,
    "FalsePositives(thresholds=0.3)": labels,
    "Hinge()": signs,
    "Hinge(name='of_labels')": label_scores,
    "IoU(num_classes=3, target_class_ids=[0, 2])": regions,
    "IoU(num_classes=3, target_class_ids=[1], ignore_class=2)": regions,
    "IoU(num_classes=3, target_class_ids=[1], sparse_y_pred=False)": regions_by_scores,
    "IoU(num_classes=3, target_class_ids=[0], sparse_y_true=False)": scores_by_regions,
    "IoU(num_classes=2, target_class_ids=[0, 1], dtype='float32')": regions,
    "KLDivergence()": rows,
    "LogCoshError()": numbers,
    "MeanAbsoluteError()": numbers,
    "MeanAbsolutePercentageError()": positive,
    "MeanIoU(num_classes=3)": regions,
    "MeanIoU(num_classes=5, ignore_class=0, dtype='float32')": regions,
    "MeanSquaredError()": numbers,
    "MeanSquaredError(name='of_series')": series,
    "MeanSquaredError(name='of_column')": column,
    "MeanSquaredLogarithmicError()": positive,
    "OneHotIoU(num_classes=3, target_class_ids=[0, 2])": region_scores,
    "OneHotIoU(num_classes=3, target_class_ids=[1], dtype='float32')": region_scores,
    "OneHotMeanIoU(num_classes=3)": region_scores,
    "PearsonCorrelation()": numbers,
    "PearsonCorrelation(axis=0)": numbers,
    "Poisson()": positive,
    "Precision()": binary,
    "Precision(thresholds=[0.2, 0.5, 0.9])": labels,
    "Precision(thresholds=[0.0, 0.25, 0.5, 0.75, 1.0])": binary,
    "Precision(top_k=2)": rows,
    "Precision(top_k=2, thresholds=0.3, class_id=1)": rows,
    "Precision(class_id=2, thresholds=[0.1, 0.4])": labels,
    "PrecisionAtRecall(recall=0.4)": binary,
    "PrecisionAtRecall(recall=0.8, num_thresholds=7)": labels,
    "R2Score()": numbers,
    "R2Score(class_aggregation=None)": numbers,
    "R2Score(class_aggregation='variance_weighted_average')": numbers,
    "R2Score(num_regressors=2)": column,
    "Recall()": binary,
    "Recall(top_k=3, class_id=1)": rows,
    "Recall(thresholds=[0.3, 0.6])": labels,
    "RecallAtPrecision(precision=0.6)": binary,
    "RecallAtPrecision(precision=0.5, num_thresholds=9, class_id=1)": labels,
    "RootMeanSquaredError()": numbers,
    "RootMeanSquaredError(name='of_column')": column,
    "SensitivityAtSpecificity(specificity=0.4)": binary,
    "SensitivityAtSpecificity(specificity=0.4, num_thresholds=1)": binary,
    "SparseCategoricalAccuracy()": class_numbers,
    "SparseCategoricalAccuracy(name='of_column')": class_column,
    "SparseCategoricalAccuracy(name='of_series')": class_series,
    "SparseCategoricalCrossentropy()": class_numbers,
    "SparseCategoricalCrossentropy(from_logits=True)": class_logits,
    "SparseCategoricalCrossentropy(ignore_class=1)": class_numbers,
    "SparseTopKCategoricalAccuracy(k=2)": class_numbers,
    "SparseTopKCategoricalAccuracy(k=2, name='of_series')": class_series,
    "SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)": sorted_ids,
    "SpecificityAtSensitivity(sensitivity=0.4)": binary,
    "SpecificityAtSensitivity(sensitivity=0.7, num_thresholds=5, class_id=0)": labels,
    "SquaredHinge()": signs,
    "TopKCategoricalAccuracy(k=2)": rows,
    "TopKCategoricalAccuracy(k=3, name='of_series')": row_series,
    "TrueNegatives()": labels,
    "TrueNegatives(thresholds=[0.25, 0.5])": binary,
    "TruePositives()": labels,
    "TruePositives(thresholds=[0.25, 0.5])": binary,
}
VALUES = {
    "Mean()": numbers,
    "Mean(name='of_series')": series,
    "Mean(name='of_numbers')": binary,
    "Mean(dtype='int32')": regions,
    "Sum()": numbers,
    "Sum(name='of_series')": series,
}


def made(metrics, case, **options):
    """The metric of a case."""
    name, _, arguments = case.partition("(")
    return getattr(metrics, name)(**eval(f"dict({arguments}", {"array": np.array}), **options)


def weights_for(case, target):
    """Weights of the kinds that fit, besides none."""
    rng = draw(9)
    name = case.partition("(")[0]
    if "axis=0" in case:
        return [None]
    if "IoU" in name:
        return [None, rng.integers(0, 4, (20, 5))]
    if target.ndim == 1 or name in ("F1Score", "FBetaScore", "R2Score"):
        return [None, rng.uniform(0, 2, 20)]
    kinds = [None, rng.uniform(0, 2, 20), rng.uniform(0, 2, (20, 1))]
    if target.ndim == 3 or name == "Mean":
        kinds.append(rng.uniform(0, 2, target.shape[:2]))
    return kinds


def run(keras, case):
    """The results after each batch, and the state at the end."""
    inputs = (CASES | VALUES)[case]()
    batches = [convert(each) for each in inputs]
    found = []
    for weight in weights_for(case, inputs[0]):
        metric = made(keras.metrics, case)
        for part in PARTS:
            given = [each[part] for each in batches][: 1 if case in VALUES else 2]
            extra = {} if weight is None else {"sample_weight": convert(weight)[part]}
            metric.update_state(*given, **extra)
            found.append(as_array(metric.result()))
        found += [as_array(each.value) for each in metric.variables]
        metric.reset_state()
        found += [as_array(each.value) for each in metric.variables]
    return found


def as_array(value):
    """A copy of the numbers, as float64."""
    return np.array(value, "float64")


def convert(x):
    """Floats as float32, whole numbers as int32."""
    x = np.asarray(x)
    return x.astype("int32") if x.dtype.kind in "iu" else x.astype("float32")


def masked(keras):
    """Metrics of outputs that carry a mask."""
    x = draw().standard_normal((3, 5, 2))
    x[0, 3:] = 0.0
    x[2, 1:] = 0.0
    y = draw(3).standard_normal((3, 5, 2)).astype("float32")
    found = []
    for weight in (None, draw(4).uniform(0, 2, (3, 5))):
        for name in ("MeanAbsoluteError", "RootMeanSquaredError", "CosineSimilarity", "Mean"):
            outputs = keras.layers.Masking()(x.astype("float32"))
            metric = getattr(keras.metrics, name)()
            given = (outputs,) if name == "Mean" else (y, outputs)
            metric.update_state(*given, sample_weight=weight)
            found += [
                as_array(each)
                for each in (metric.result(), *(each.value for each in metric.variables))
            ]
    return found


def facts(keras, case):
    """What a metric says of itself, and of its state once there is a batch."""
    metric = made(keras.metrics, case, **({} if "name=" in case else {"name": "counted"}))
    config = metric.get_config()
    again = type(metric).from_config(config).get_config()
    inputs = [convert(each)[:8] for each in (CASES | VALUES)[case]()]
    metric.update_state(*inputs[: 1 if case in VALUES else 2])
    state = [
        [each.name, each.path, list(each.shape), str(np.dtype(each.dtype))]
        for each in metric.variables
    ]
    found = {"dtype": metric.dtype, "config": config, "again": again, "state": state}
    return plain(found) | {"result": str(np.asarray(metric.result()).dtype)}


def plain(value):
    """Arrays, tensors and NumPy's numbers in a config as Python's own."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.tolist() if hasattr(value, "tolist") else value
