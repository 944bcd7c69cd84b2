"""What there is to see of a pipeline that is written as an expression in `tf` and `np`.

The expressions, which were drawn at random from a grammar of sources and stages, are the keys of
`pipelines.json`; some of them are errors, in making the pipeline or in going through it.
"""

from itertools import islice

import numpy as np

MOST = 60  # elements


def seen(expression, tf):
    """Elements, spec and length; or the error."""
    try:
        dataset = eval(expression, {"tf": tf, "np": np})
        length, spec = int(dataset.cardinality()), plain_spec(dataset.element_spec)
    except Exception as error:
        return {"error": type(error).__name__}
    found, ended = [], None
    try:
        for each in islice(dataset.as_numpy_iterator(), MOST):
            found.append(plain(each))  # noqa: PERF401  (what came before an error counts)
    except Exception as error:
        ended = type(error).__name__
    return {"elements": found, "ended": ended, "length": length, "spec": spec}


def plain(element):
    """An element as JSON has it: dtype, shape, values; dicts with their keys in order."""
    if isinstance(element, tuple):
        return {"tuple": [plain(each) for each in element]}
    if isinstance(element, dict):
        return {"dict": {key: plain(element[key]) for key in sorted(element)}}
    if element is None:
        return None
    if isinstance(element, bytes):
        return ["string", [], element.decode()]
    array = np.asarray(element)
    flat = array.reshape(-1).tolist()
    if array.dtype.kind == "O":
        return ["string", list(array.shape), [each.decode() for each in flat]]
    return [array.dtype.name, list(array.shape), flat]


def plain_spec(spec):
    """A spec as JSON has it."""
    if isinstance(spec, tuple):
        return {"tuple": [plain_spec(each) for each in spec]}
    if isinstance(spec, dict):
        return {"dict": {key: plain_spec(spec[key]) for key in sorted(spec)}}
    if spec is None or type(spec).__name__ == "NoneTensorSpec":
        return None
    if type(spec).__name__ == "DatasetSpec":
        return {"dataset": plain_spec(spec.element_spec)}
    is_known = spec.shape is not None and getattr(spec.shape, "rank", 0) is not None
    return [list(spec.shape) if is_known else None, spec.dtype.name]
