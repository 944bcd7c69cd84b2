"""Pipelines whose elements, lengths and specs are known from the real TensorFlow.

Each is a function of a `Dataset` class, and uses of its elements what both libraries have.
"""

ROWS = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12], [13, 14, 15]]
WORDS = ["a", "bc", "def", "", "ghi"]


def pairs(D):
    return D.from_tensor_slices((ROWS, {"number": [0.0, 0.5, 1.0, 1.5, 2.0], "word": WORDS}))


def several(D):
    return D.range(1, 4).flat_map(lambda n: D.range(n))


CASES = {
    "slices": pairs,
    "slices of a dict": lambda D: D.from_tensor_slices({"b": [1, 2], "a": [True, False]}),
    "tensors": lambda D: D.from_tensors((ROWS, 1.5)),
    "range": lambda D: D.range(2, 11, 3),
    "range down": lambda D: D.range(5, 0, -2),
    "empty range": lambda D: D.range(0),
    "counter": lambda D: D.counter(3, 2).take(4),
    "map": lambda D: D.range(5).map(lambda x: x * x),
    "map to a tuple": lambda D: D.range(3).map(lambda x: (x, {"twice": x + x})),
    "map of a tuple": lambda D: pairs(D).map(lambda rows, rest: (rest["number"], rows[1])),
    "map to a list": lambda D: D.range(3).map(lambda x: [x, x + 1]),
    "map with threads": lambda D: D.range(20).map(lambda x: x + 1, num_parallel_calls=4),
    "filter": lambda D: D.range(10).filter(lambda x: x % 3 == 0),
    "filter of a tuple": lambda D: pairs(D).filter(lambda rows, rest: rest["number"] > 0.7),
    "batch": lambda D: pairs(D).batch(2),
    "batch, whole": lambda D: D.range(7).batch(3, drop_remainder=True),
    "batch of batches": lambda D: D.range(10).batch(2).batch(2, drop_remainder=True),
    "batch of one": lambda D: D.range(3).batch(5),
    "unbatch": lambda D: pairs(D).batch(2).unbatch(),
    "unbatch, whole": lambda D: D.range(7).batch(3, drop_remainder=True).unbatch(),
    "rebatch": lambda D: D.range(11).batch(4).rebatch(3),
    "rebatch, whole": lambda D: D.range(11).batch(4).rebatch(3, drop_remainder=True),
    "rebatch in turn": lambda D: D.range(11).batch(4).rebatch([2, 1]),
    "rows between blocks": lambda D: D.range(20).skip(3).take(11).shard(2, 1).batch(4),
    "repeat": lambda D: D.range(3).repeat(2),
    "repeat of batches": lambda D: D.range(5).repeat(2).batch(3),
    "batches, repeated": lambda D: D.range(5).batch(3).repeat(2),
    "no repeat": lambda D: D.range(3).repeat(0),
    "endless": lambda D: D.range(3).repeat().take(7),
    "take all": lambda D: D.range(3).take(-1),
    "take too many": lambda D: D.range(3).take(9),
    "skip": lambda D: D.range(5).skip(2),
    "skip all": lambda D: D.range(5).skip(-1),
    "skip too many": lambda D: D.range(5).skip(9).batch(2),
    "shard": lambda D: D.range(10).shard(3, 1),
    "shard of the unknown": lambda D: several(D).shard(2, 1),
    "concatenate": lambda D: D.range(3).concatenate(D.range(10, 12)),
    "concatenate other sizes": lambda D: D.from_tensors([1, 2]).concatenate(D.from_tensors([3])),
    "zip": lambda D: D.zip(D.range(3), D.range(5, 9)),
    "zip of a tuple": lambda D: D.zip((D.range(3), D.range(2).batch(1))),
    "zip of a dict": lambda D: D.zip({"a": D.range(3), "b": (D.range(4), D.range(4))}),
    "zip, batched": lambda D: D.zip(D.range(30), D.range(7)).batch(3),
    "zip with the endless": lambda D: D.zip(D.counter(), D.range(3)),
    "enumerate": lambda D: D.range(5, 8).enumerate(start=2),
    "enumerate a tuple": lambda D: D.zip(D.range(2), D.range(2)).enumerate(),
    "enumerate, batched": lambda D: D.range(5, 12).enumerate().batch(3),
    "window": lambda D: D.range(7).window(3).flat_map(lambda part: part.batch(3)),
    "window, shifted": lambda D: D.range(7).window(3, shift=2).flat_map(lambda p: p.batch(3)),
    "window, strided": lambda D: D.range(9).window(3, 1, 2).flat_map(lambda p: p.batch(3)),
    "window, whole": lambda D: (
        D.range(9).window(3, 2, 2, drop_remainder=True).flat_map(lambda p: p.batch(3))
    ),
    "window, apart": lambda D: D.range(12).window(2, shift=5).flat_map(lambda p: p.batch(2)),
    "window, apart and whole": lambda D: (
        D.range(11).window(2, shift=5, drop_remainder=True).flat_map(lambda p: p.batch(2))
    ),
    "window of pairs": lambda D: (
        D.zip(D.range(5), D.range(5, 10))
        .window(2, 1, drop_remainder=True)
        .flat_map(lambda a, b: D.zip(a.batch(2), b.batch(2)))
    ),
    "windows": lambda D: D.range(7).window(3, 2).map(lambda part: part.reduce(ZERO, plus)),
    "flat map": several,
    "flat map of slices": lambda D: D.range(3).batch(2).flat_map(D.from_tensor_slices),
    "interleave": lambda D: D.range(1, 6).interleave(
        lambda x: D.from_tensors(x).repeat(6), cycle_length=2, block_length=4
    ),
    "interleave uneven": lambda D: D.range(6).interleave(
        lambda x: D.range(x), cycle_length=3, block_length=2
    ),
    "interleave wide": lambda D: D.range(4).interleave(
        lambda x: D.range(x * 10, x * 10 + x), cycle_length=8
    ),
    "interleave in threads": lambda D: D.range(6).interleave(
        lambda x: D.range(x), cycle_length=3, block_length=2, num_parallel_calls=3
    ),
    "scan": lambda D: D.range(1, 6).scan(ZERO, lambda state, x: (state + x, state * x)),
    "take while": lambda D: D.range(9).take_while(lambda x: x < 4),
    "unique": lambda D: D.from_tensor_slices([3, 1, 3, 2, 1]).unique(),
    "unique words": lambda D: D.from_tensor_slices(["b", "a", "b"]).unique(),
    "group by window": lambda D: D.range(11).group_by_window(
        key_func=lambda x: x % 3, reduce_func=lambda key, group: group.batch(2), window_size=2
    ),
    "group by window of its own": lambda D: D.range(11).group_by_window(
        key_func=lambda x: x % 2,
        reduce_func=lambda key, group: group.batch(9).map(lambda x: x + key * 100),
        window_size_func=lambda key: key + 2,
    ),
    "padded batch": lambda D: ragged(D).padded_batch(2),
    "padded batch, whole": lambda D: ragged(D).padded_batch(3, drop_remainder=True),
    "padded to a shape": lambda D: ragged(D).padded_batch(
        2, padded_shapes=([7], []), padding_values=(MINUS, None)
    ),
    "padded, partly unknown": lambda D: ragged(D).padded_batch(2, padded_shapes=([None], [])),
    "buckets": lambda D: ragged(D).bucket_by_sequence_length(
        lambda row, n: n, bucket_boundaries=[2, 4], bucket_batch_sizes=[2, 2, 3]
    ),
    "buckets to the bound": lambda D: ragged(D).bucket_by_sequence_length(
        lambda row, n: n, [3, 6], [2, 2, 2], pad_to_bucket_boundary=True
    ),
    "choose": lambda D: D.choose_from_datasets(
        [D.range(3), D.range(10, 20)], D.from_tensor_slices(INDEXES)
    ),
    "choose to the end": lambda D: D.choose_from_datasets(
        [D.range(2), D.range(10, 20)], D.from_tensor_slices(INDEXES), stop_on_empty_dataset=False
    ),
    "sample all": lambda D: D.sample_from_datasets([D.range(3)], seed=1),
    "cache": lambda D: D.range(5).map(lambda x: x * 2).cache().repeat(2),
    "cache, batched": lambda D: D.range(5).cache().repeat(2).batch(4),
    "prefetch": lambda D: D.range(5).prefetch(2).batch(2).prefetch(-1),
    "apply": lambda D: D.range(5).apply(lambda dataset: dataset.batch(2)),
    "generator": lambda D: D.from_generator(
        lambda: iter([1, 2, 3]), output_signature=SPEC((), "int32")
    ),
    "generator of pairs": lambda D: D.from_generator(
        lambda: ((n * [n], "w") for n in range(3)),
        output_signature=(SPEC((None,), "int64"), SPEC((), "string")),
    ),
    "generator of types": lambda D: D.from_generator(
        lambda n: iter(range(n)), output_types=FLOAT, args=(3,)
    ),
    "reduce": lambda D: D.from_tensors(D.range(5).reduce(ZERO, plus)),
    "single": lambda D: D.from_tensors(D.range(5).batch(5).get_single_element()),
    "shuffle a little": lambda D: D.range(5).shuffle(1),
    "resample": lambda D: D.from_tensor_slices([1, 1, 1]).rejection_resample(
        lambda x: x, target_dist=[0.0, 1.0], initial_dist=[0.0, 1.0]
    ),
}


def ragged(D):
    rows = [[1], [2, 2], [3, 3, 3], [4, 4, 4, 4], [5, 5, 5, 5, 5]]
    return D.from_generator(
        lambda: ((row, len(row)) for row in rows),
        output_signature=(SPEC((None,), "int64"), SPEC((), "int32")),
    )


def plus(state, x):
    return state + x


ZERO = MINUS = INDEXES = FLOAT = None
SPEC = None


def use(spec, zero, minus, indexes, types):
    """Take from a library what the cases need of it besides `Dataset`."""
    global SPEC, ZERO, MINUS, INDEXES, FLOAT  # noqa: PLW0603
    SPEC, ZERO, MINUS, INDEXES, FLOAT = spec, zero, minus, indexes, types


def plain(element):
    """An element of NumPy's as JSON has it."""
    if isinstance(element, tuple):
        return {"tuple": [plain(each) for each in element]}
    if isinstance(element, dict):
        return {"dict": {key: plain(each) for key, each in sorted(element.items())}}
    if isinstance(element, bytes):
        return element.decode()
    found = element.tolist()
    return [each.decode() for each in found] if element.dtype.kind == "O" else found


def plain_spec(spec):
    """A spec as JSON has it."""
    if isinstance(spec, tuple):
        return {"tuple": [plain_spec(each) for each in spec]}
    if isinstance(spec, dict):
        return {"dict": {key: plain_spec(each) for key, each in sorted(spec.items())}}
    shape = spec.shape if getattr(spec.shape, "rank", 0) is not None else None
    return [None if shape is None else list(shape), spec.dtype.name]


def seen(dataset):
    """What there is to see of a data set: elements of a pass, twice; length; spec."""
    passes = [[plain(each) for each in dataset.as_numpy_iterator()] for _ in range(2)]
    assert passes[0] == passes[1], passes
    return {
        "elements": passes[0],
        "length": int(dataset.cardinality().numpy()),
        "spec": plain_spec(dataset.element_spec),
    }
