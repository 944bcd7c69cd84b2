"""What is done with Keras's older preprocessing and with ours."""

import random
import warnings

import numpy as np

TEXTS = ["The cat sat on the mat.", "The dog; the mouse ran!", "one Two one", "zebra"]
GENERATORS = {
    "rotation": {"rotation_range": 40},
    "shift": {"width_shift_range": 0.3, "height_shift_range": 0.2},
    "shift in pixels": {"width_shift_range": 3, "height_shift_range": [1, 2, 3]},
    "shear": {"shear_range": 20},
    "zoom": {"zoom_range": 0.4},
    "zoom between": {"zoom_range": [0.5, 1.5]},
    "channels": {"channel_shift_range": 30.0},
    "flips": {"horizontal_flip": True, "vertical_flip": True},
    "the book's": {
        "rescale": 1 / 255.0,
        "rotation_range": 40,
        "width_shift_range": 0.2,
        "height_shift_range": 0.2,
        "shear_range": 0.2,
        "zoom_range": 0.2,
        "horizontal_flip": True,
    },
    "featurewise": {"featurewise_center": True, "featurewise_std_normalization": True},
    "samplewise": {"samplewise_center": True, "samplewise_std_normalization": True},
    "zca": {"featurewise_center": True, "zca_whitening": True},
    "order 0": {"rotation_range": 30, "interpolation_order": 0},
    "order 3": {"rotation_range": 30, "interpolation_order": 3},
    "float64": {"rotation_range": 30, "dtype": "float64"},
    "function": {"preprocessing_function": lambda x: x + 1},
    **{
        mode: {
            "rotation_range": 80,
            "width_shift_range": 1.4,
            "zoom_range": [1.5, 3],
            "fill_mode": mode,
            "cval": 7.0,
        }
        for mode in ("constant", "nearest", "reflect", "wrap")
    },
}
TOKENIZERS = [
    {},
    {"num_words": 4},
    {"oov_token": "<u>"},
    {"num_words": 4, "oov_token": "<u>"},
    {"char_level": True},
    {"lower": False, "filters": "."},
]
SERIES = [
    {},
    {"sampling_rate": 2, "stride": 3},
    {"reverse": True, "start_index": 2, "end_index": 15},
    {"batch_size": 3},
]


def images():
    drawn = np.random.RandomState(0).uniform(0, 255, (6, 9, 7, 3)).astype("float32")
    return drawn, np.array([0, 1, 0, 1, 0, 1])


def all_results(image, text, sequence):
    """Name and value of every case.

    Args:
        image, text, sequence: Keras's modules of these names, or ours.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            **{f"generator: {name}": batches(image, given) for name, given in GENERATORS.items()},
            **arrays(image),
            **functions(image),
            **{f"tokenizer: {given}": tokens(text, given) for given in TOKENIZERS},
            **words(text),
            **pairs(sequence),
            **{f"series: {given}": windows(sequence, given) for given in SERIES},
        }


def batches(image, given):
    x, y = images()
    maker = image.ImageDataGenerator(**given)
    if maker.featurewise_center:
        maker.fit(x)
    flow = maker.flow(x, y, batch_size=4, seed=3)
    found = [next(flow) for _ in range(3)]
    found.append(maker.flow(x, y, batch_size=4, seed=3)[1])
    np.random.seed(5)
    return [*found, next(maker.flow(x, batch_size=4))]


def arrays(image):
    x, y = images()
    split = image.ImageDataGenerator(validation_split=0.34)
    plain, first = image.ImageDataGenerator(), x.transpose(0, 3, 1, 2)
    turning = {"rotation_range": 30}
    fitted = image.ImageDataGenerator(featurewise_center=True, **turning)
    fitted.fit(x, augment=True, rounds=2, seed=4)
    return {
        "subsets": [
            next(split.flow(x, y, subset=each, seed=1, ignore_class_split=True))
            for each in ("training", "validation")
        ],
        "weights": next(plain.flow(x, y, sample_weight=np.arange(6.0), seed=1)),
        "several": next(plain.flow((x, [y, y * 2]), y, seed=1)),
        "channels first": next(
            image.ImageDataGenerator(data_format="channels_first", **turning).flow(first, seed=2)
        ),
        "fit on changed images": fitted.mean,
    }


def functions(image):
    x = images()[0][0].transpose(2, 0, 1)
    given = {
        "random_rotation": (30,),
        "random_shift": (0.3, 0.2),
        "random_shear": (20,),
        "random_zoom": ((0.5, 1.5),),
        "random_channel_shift": (30.0,),
    }
    found = {}
    for name, arguments in given.items():
        np.random.seed(1)
        found[name] = getattr(image, name)(x, *arguments)
    return found


def tokens(text, given):
    one = text.Tokenizer(**given)
    one.fit_on_texts(TEXTS)
    rows = one.texts_to_sequences([*TEXTS, "the unknown"])
    return [
        one.word_index,
        dict(one.word_counts),
        dict(sorted(one.word_docs.items())),
        dict(sorted((str(number), count) for number, count in one.index_docs.items())),
        rows,
        one.sequences_to_texts(rows),
        one.document_count,
        [one.texts_to_matrix(TEXTS, mode=mode) for mode in ("binary", "count", "freq", "tfidf")],
        text.tokenizer_from_json(one.to_json()).word_index,
        sorted(one.get_config()),
    ]


def words(text):
    listed = text.Tokenizer()
    listed.fit_on_texts([["A", "b"], ["b"]])
    return {
        "lists of words": listed.word_index,
        "words": text.text_to_word_sequence("a,b c--d", split=","),
        "hashes": text.hashing_trick("the cat the", 20, "md5"),
    }


def pairs(sequence):
    table = sequence.make_sampling_table(6, 1e-1)
    random.seed(3)
    plain = sequence.skipgrams([1, 2, 3, 4, 0, 5], 20, 2, seed=5)
    random.seed(3)
    given = {"categorical": True, "sampling_table": table}
    return {
        "table": table,
        "skipgrams": plain,
        "skipgrams, one-hot": sequence.skipgrams([1, 2, 3, 4, 0, 5], 20, 2, **given),
    }


def windows(sequence, given):
    data = np.arange(40.0).reshape(20, 2)
    made = sequence.TimeseriesGenerator(data, data[:, 0], 5, **given)
    return [len(made), *(made[at] for at in range(len(made)))]


def as_plain(value):
    """A value as JSON has it: of an array its shape, dtype, and two sums over its numbers."""
    if isinstance(value, np.ndarray):
        flat = np.asarray(value, "float64").ravel()
        weights = np.cos(np.arange(flat.size))
        sums = [float(flat.sum()), float(flat @ weights)]
        return {"shape": list(value.shape), "dtype": str(value.dtype), "sums": sums}
    if isinstance(value, dict):
        return {str(key): as_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(each) for each in value]
    return value
