"""What is compared with Keras: layers with weights of few bits, and what they compute.

Each function takes the library, `k`, and gives arrays by name; both libraries run them.
"""

import warnings

import numpy as np

DENSE = "k.layers.Dense(3)"
LOW_RANK = "k.layers.Dense(3, lora_rank=2)"
BARE = "k.layers.Dense(4, use_bias=False, activation='relu')"
HEADS = "k.layers.EinsumDense('abc,cde->abde', (None, 2, 3), bias_axes='de')"
JOINED = "k.layers.EinsumDense('btnh,nhd->btd', (None, 5), bias_axes='d')"
BATCHED = "k.layers.EinsumDense('abcd,adbe->acbe', (None, 2, 3))"
EMBEDDING = "k.layers.Embedding(5, 6)"
TIED = "k.layers.ReversibleEmbedding(5, 6)"
UNTIED = "k.layers.ReversibleEmbedding(5, 6, tie_weights=False)"

CONFIGS = {
    "int8": "k.quantizers.Int8QuantizationConfig()",
    "int8 weights": "k.quantizers.Int8QuantizationConfig(activation_quantizer=None)",
    "int8 narrow": "k.quantizers.Int8QuantizationConfig("
    "weight_quantizer=k.quantizers.AbsMaxQuantizer(axis=0, value_range=(-7, 7)))",
    "int4": "k.quantizers.Int4QuantizationConfig()",
    "int4 in fours": "k.quantizers.Int4QuantizationConfig(block_size=4)",
    "int4 whole": "k.quantizers.Int4QuantizationConfig(block_size=None)",
    "int4 inputs": "k.quantizers.Int4QuantizationConfig("
    "block_size=-1, activation_quantizer=k.quantizers.AbsMaxQuantizer(axis=-1))",
    "float8": "k.quantizers.Float8QuantizationConfig()",
}
WHOLE = ("int8", "int8 weights", "int4", "int4 in fours", "int4 whole", "int4 inputs")
SHAPES = {DENSE: (2, 10), LOW_RANK: (2, 10), BARE: (2, 4, 7), HEADS: (2, 4, 10),
          JOINED: (2, 4, 2, 3), BATCHED: (3, 2, 4, 5)}  # fmt: skip

LAYERS = [
    *((layer, config) for layer in (DENSE, BARE, HEADS, JOINED, BATCHED) for config in WHOLE),
    *((layer, "float8") for layer in (DENSE, BARE, HEADS)),
    (DENSE, "int8 narrow"),
    *((LOW_RANK, config) for config in ("int8", "int4 in fours")),
]
LOOKUPS = [(layer, config) for layer in (EMBEDDING, TIED, UNTIED) for config in WHOLE]


def numbers(*shape, seed=0, scale=1.0):
    """The same numbers for both libraries."""
    return (np.random.default_rng(seed).normal(size=shape) * scale).astype("float32")


def filled(layer):
    """A layer whose weights are the same for both libraries."""
    for place, variable in enumerate(layer.weights):
        variable.assign(numbers(*variable.shape, seed=place + 1, scale=0.5))
    return layer


def plain(x):
    return np.asarray(x.numpy() if hasattr(x, "numpy") else x)


def stored(layer):
    """What a layer keeps in files."""
    kept = {}
    layer.save_own_variables(kept)
    return {name: np.asarray(plain(each)) for name, each in kept.items()}


def of_layer(k, layer, config):
    """The numbers that a layer keeps, and what it computes."""
    made = eval(layer)
    shape = SHAPES[layer]
    made.build((shape[0] if layer == BATCHED else None, *shape[1:]))
    filled(made).quantize(config=eval(CONFIGS[config]))
    found = {f"kept {name}": each for name, each in stored(made).items()}
    return {**found, "outputs": plain(made(numbers(*shape, seed=9)))}


def of_lookup(k, layer, config):
    """Likewise, of numbers, and on the way back."""
    made = eval(layer)
    made.build(None)
    filled(made).quantize(config=eval(CONFIGS[config]))
    found = {f"kept {name}": each for name, each in stored(made).items()}
    found["outputs"] = plain(made(np.array([[0, 4, 2]], "int32")))
    if layer != EMBEDDING:
        found["back"] = plain(made(numbers(2, 6, seed=9), reverse=True))
    return found


def of_float8_training(k):
    """Four steps of descent with products of eight bits."""
    model = k.Sequential([k.layers.Input((10,)), k.layers.Dense(3)])
    filled(model.layers[0]).quantize("float8")
    model.compile(k.optimizers.SGD(0.1), "mse")
    x, y = numbers(4, 10, seed=5), numbers(4, 3, seed=6)
    losses = [float(model.train_on_batch(x, y)) for _ in range(4)]
    kept = {name: np.atleast_1d(each)[..., :6] for name, each in stored(model.layers[0]).items()}
    return {"losses": np.array(losses, "float32"), **kept}


class Numbers:
    """Makes token numbers of a text."""

    def tokenize(self, text):
        return [int(each) for each in text.split()]


CALIBRATED = {
    "gptq in tens": "k.quantizers.GPTQConfig(TEXTS, Numbers(), group_size=10, **REST)",
    "gptq whole": "k.quantizers.GPTQConfig(TEXTS, Numbers(), group_size=-1, **REST)",
    "gptq of eight": "k.quantizers.GPTQConfig(TEXTS, Numbers(), weight_bits=8, **REST)",
    "gptq of two": "k.quantizers.GPTQConfig(TEXTS, Numbers(), weight_bits=2, **REST)",
    "gptq one": "k.quantizers.GPTQConfig(TEXTS, Numbers(), per_channel=False, **REST)",
    "awq": "k.quantizers.AWQConfig(TEXTS, Numbers(), group_size=10, **REST)",
}
TEXTS = [" ".join(map(str, range(20)))]
REST = {"num_samples": 1, "sequence_length": 20}


def of_calibrated(k, config):
    """What GPTQ and AWQ keep of kernels whose inputs have nothing to do with each other.

    Then no row can make up for the error of another, and each number is rounded by itself.
    """
    found = {}
    heads = k.layers.EinsumDense("abc,cde->abde", (None, 2, 3))
    for name, layer in (("dense", k.layers.Dense(5)), ("heads", heads)):
        one_hot = k.layers.Embedding(20, 20)
        inputs = k.layers.Input((None,), dtype="int32")
        model = k.Model(inputs, layer(one_hot(inputs)))
        filled(layer)
        one_hot.set_weights([np.eye(20, dtype="float32")])
        asked = eval(CALIBRATED[config])
        asked.quantization_layer_structure = {
            "pre_block_layers": [one_hot],
            "sequential_blocks": [layer],
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.quantize(config=asked)
        for part in ("quantized_kernel", "kernel_scale", "kernel_zero"):
            found[f"{name} {part}"] = plain(getattr(layer, part))
        found[f"{name} places"] = np.floor(plain(layer.g_idx))
        found[f"{name} outputs"] = plain(model(np.arange(20, dtype="int32")[None]))
    return found


def of_functions(k):
    """The functions by themselves."""
    q, x = k.quantizers, numbers(10, 3)
    return {**of_rounding(q, x), **of_packing(q), **of_eight_bits(q, x), **of_fake(q, x)}


def of_rounding(q, x):
    found = {}
    for axis in (None, 0, 1, -1, (0, 1)):
        for bounds in ((-127, 127), (-8, 7)):
            both = q.abs_max_quantize(x, axis, value_range=bounds)
            found |= {f"abs max {axis} {bounds} {i}": plain(each) for i, each in enumerate(both)}
    for block in (1, 3, 4, 10, 128):
        for shift in (0, 5):
            three = q.abs_max_quantize_grouped_with_zero_point(x + shift, block)
            found |= {f"grouped {block} {shift} {i}": plain(e) for i, e in enumerate(three)}
    flat = q.abs_max_quantize_grouped_with_zero_point(numbers(4, 2, scale=0.0), 2)
    found |= {f"grouped zeros {i}": plain(each) for i, each in enumerate(flat)}
    return found


def of_packing(q):
    found = {}
    whole = np.random.default_rng(3).integers(-8, 8, (3, 5)).astype("int8")
    for axis in (0, 1, -1):
        packed, shape, size = q.pack_int4(whole, axis=axis)
        found[f"packed {axis}"] = plain(packed)
        found[f"packed {axis} sizes"] = np.array([*shape, size])
        found[f"unpacked {axis}"] = plain(q.unpack_int4(packed, size, axis=axis))
    return found


def of_eight_bits(q, x):
    found = {}
    wide = x * np.float32(10.0) ** np.arange(-5, 5, dtype="float32")[:, None]
    for form in ("float8_e4m3fn", "float8_e5m2"):
        for scale in (1.0, 0.01, 30.0):
            found[f"{form} {scale}"] = plain(
                q.quantize_and_dequantize(wide, np.float32(scale), form, "float32")
            )
    for amax, scale, margin in ((3.0, 1.0, 0), (0.0, 2.0, 0), (np.inf, 2.0, 0), (3.0, 2.0, 2)):
        given = (np.float32(amax), np.float32(scale), 448.0, margin)
        found[f"scale {amax} {scale} {margin}"] = plain(q.compute_float8_scale(*given))
    found["history"] = plain(q.compute_float8_amax_history(x, numbers(4, seed=2)))
    return found


def of_fake(q, x):
    found = {}
    ends = ((-1.0, 1.0, None), (0.5, 1.5, None), ([-1.0, -0.1, 0.0], [1.0, 0.7, 1.2], -1))
    for low, high, axis in ends:
        for bits, narrow in ((8, False), (3, False), (4, True)):
            key = f"fake {low} {high} {bits} {narrow}"
            found[key] = plain(q.fake_quant_with_min_max_vars(x, low, high, bits, narrow, axis))
    return found


def all_cases(k):
    """Every case by name."""
    yield "functions", of_functions(k)
    yield "float8 training", of_float8_training(k)
    for config in CALIBRATED:
        yield f"calibrated {config}", of_calibrated(k, config)
    for layer, config in LAYERS:
        yield f"{layer} {config}", of_layer(k, layer, config)
    for layer, config in LOOKUPS:
        yield f"{layer} {config}", of_lookup(k, layer, config)
