"""What is compared with Keras: spaces of columns, what they learn and what they give."""

import numpy as np

TABLE = {
    "age": [41.0, 30.0, 30.0, 57.0, 22.0, 41.0],
    "pay": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    "job": ["cook", "clerk", "cook", "judge", "cook", "clerk"],
    "floor": [3, 1, 1, 7, 3, 3],
    "town": ["Ulm", "Bonn", "Ulm", "Trier", "Kiel", "Jena"],
    "code": [5, 6, 7, 8, 9, 10],
}
NEW = {
    "age": [22.0, 99.0],
    "pay": [0.5, 3.5],
    "job": ["judge", "king"],
    "floor": [7, 2],
    "town": ["Ulm", "Rom"],
    "code": [6, 600],
}

SPACES = {
    "names": "F({'age': 'float_normalized', 'pay': 'float', 'job': 'string_categorical', "
    "'floor': 'integer_categorical'})",
    "hashes": "F({'town': 'string_hashed', 'code': 'integer_hashed'}, hashing_dim=5)",
    "ranges": "F({'age': 'float_discretized', 'pay': F.float_discretized(2)}, "
    "num_discretization_bins=3)",
    "crossed": "F({'job': 'string_categorical', 'floor': 'integer_categorical'}, "
    "crosses=[('job', 'floor')], crossing_dim=6)",
    "dict": "F({'job': F.string_categorical(max_tokens=3, output_mode='int'), "
    "'floor': F.integer_categorical(num_oov_indices=2), 'pay': F.float_rescaled(2.0, 1.0)}, "
    "crosses=[F.cross(('floor', 'job'), 4, 'int')], output_mode='dict')",
    "layer": "F({'pay': F.feature('float32', k.layers.Rescaling(3.0), 'float')})",
}


def outputs(k, case):
    """What a space gives for two new rows, and for one alone."""
    space = eval(SPACES[case], {"k": k, "F": k.utils.FeatureSpace})
    columns = {name: TABLE[name] for name in space.features}
    space.adapt(columns)
    rows = {name: NEW[name] for name in space.features}
    return {
        "rows": plain(space({name: k.ops.convert_to_tensor(each) if name in "age pay" else each
                             for name, each in rows.items()})),
        "one": plain(space({name: each[0] for name, each in rows.items()})),
    }  # fmt: skip


def plain(found):
    if isinstance(found, dict):
        return {name: plain(each) for name, each in found.items()}
    return np.asarray(found.numpy()).tolist()
