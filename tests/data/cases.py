"""Pipelines whose elements, lengths and specs are known from the real TensorFlow.

Each is a function of a `Dataset` class, and uses of its elements what both libraries have.
"""

ROWS = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12], [13, 14, 15]]
WORDS = ["a", "bc", "def", "", "ghi"]


def pairs(data):
    return data.from_tensor_slices((ROWS, {"number": [0.0, 0.5, 1.0, 1.5, 2.0], "word": WORDS}))


def several(data):
    return data.range(1, 4).flat_map(data.range)


CASES = {
    "slices": pairs,
    "slices of a dict": lambda data: data.from_tensor_slices({"b": [1, 2], "a": [True, False]}),
    "tensors": lambda data: data.from_tensors((ROWS, 1.5)),
    "range": lambda data: data.range(2, 11, 3),
    "range down": lambda data: data.range(5, 0, -2),
    "empty range": lambda data: data.range(0),
    "counter": lambda data: data.counter(3, 2).take(4),
    "map": lambda data: data.range(5).map(lambda x: x * x),
    "map to a tuple": lambda data: data.range(3).map(lambda x: (x, {"twice": x + x})),
    "map of a tuple": lambda data: pairs(data).map(lambda rows, rest: (rest["number"], rows[1])),
    "map to a list": lambda data: data.range(3).map(lambda x: [x, x + 1]),
    "map with threads": lambda data: data.range(20).map(lambda x: x + 1, num_parallel_calls=4),
    "filter": lambda data: data.range(10).filter(lambda x: x % 3 == 0),
    "filter of a tuple": lambda data: pairs(data).filter(lambda rows, rest: rest["number"] > 0.7),
    "batch": lambda data: pairs(data).batch(2),
    "batch, whole": lambda data: data.range(7).batch(3, drop_remainder=True),
    "batch of batches": lambda data: data.range(10).batch(2).batch(2, drop_remainder=True),
    "batch of one": lambda data: data.range(3).batch(5),
    "unbatch": lambda data: pairs(data).batch(2).unbatch(),
    "unbatch, whole": lambda data: data.range(7).batch(3, drop_remainder=True).unbatch(),
    "rebatch": lambda data: data.range(11).batch(4).rebatch(3),
    "rebatch, whole": lambda data: data.range(11).batch(4).rebatch(3, drop_remainder=True),
    "rebatch in turn": lambda data: data.range(11).batch(4).rebatch([2, 1]),
    "rows between blocks": lambda data: data.range(20).skip(3).take(11).shard(2, 1).batch(4),
    "repeat": lambda data: data.range(3).repeat(2),
    "repeat of batches": lambda data: data.range(5).repeat(2).batch(3),
    "batches, repeated": lambda data: data.range(5).batch(3).repeat(2),
    "no repeat": lambda data: data.range(3).repeat(0),
    "endless": lambda data: data.range(3).repeat().take(7),
    "take all": lambda data: data.range(3).take(-1),
    "take too many": lambda data: data.range(3).take(9),
    "skip": lambda data: data.range(5).skip(2),
    "skip all": lambda data: data.range(5).skip(-1),
    "skip too many": lambda data: data.range(5).skip(9).batch(2),
    "shard": lambda data: data.range(10).shard(3, 1),
    "shard of the unknown": lambda data: several(data).shard(2, 1),
    "concatenate": lambda data: data.range(3).concatenate(data.range(10, 12)),
    "concatenate other sizes": lambda data: data.from_tensors([1, 2]).concatenate(
        data.from_tensors([3])
    ),
    "zip": lambda data: data.zip(data.range(3), data.range(5, 9)),
    "zip of a tuple": lambda data: data.zip((data.range(3), data.range(2).batch(1))),
    "zip of a dict": lambda data: data.zip(
        {"a": data.range(3), "b": (data.range(4), data.range(4))}
    ),
    "zip, batched": lambda data: data.zip(data.range(30), data.range(7)).batch(3),
    "zip with the endless": lambda data: data.zip(data.counter(), data.range(3)),
    "enumerate": lambda data: data.range(5, 8).enumerate(start=2),
    "enumerate a tuple": lambda data: data.zip(data.range(2), data.range(2)).enumerate(),
    "enumerate, batched": lambda data: data.range(5, 12).enumerate().batch(3),
    "window": lambda data: data.range(7).window(3).flat_map(lambda part: part.batch(3)),
    "window, shifted": lambda data: data.range(7).window(3, shift=2).flat_map(lambda p: p.batch(3)),
    "window, strided": lambda data: data.range(9).window(3, 1, 2).flat_map(lambda p: p.batch(3)),
    "window, whole": lambda data: (
        data.range(9).window(3, 2, 2, drop_remainder=True).flat_map(lambda p: p.batch(3))
    ),
    "window, apart": lambda data: data.range(12).window(2, shift=5).flat_map(lambda p: p.batch(2)),
    "window, apart and whole": lambda data: (
        data.range(11).window(2, shift=5, drop_remainder=True).flat_map(lambda p: p.batch(2))
    ),
    "window of pairs": lambda data: (
        data.zip(data.range(5), data.range(5, 10))
        .window(2, 1, drop_remainder=True)
        .flat_map(lambda a, b: data.zip(a.batch(2), b.batch(2)))
    ),
    "windows": lambda data: data.range(7).window(3, 2).map(lambda part: part.reduce(ZERO, plus)),
    "flat map": several,
    "flat map of slices": lambda data: data.range(3).batch(2).flat_map(data.from_tensor_slices),
    "interleave": lambda data: data.range(1, 6).interleave(
        lambda x: data.from_tensors(x).repeat(6), cycle_length=2, block_length=4
    ),
    "interleave uneven": lambda data: data.range(6).interleave(
        data.range, cycle_length=3, block_length=2
    ),
    "interleave wide": lambda data: data.range(4).interleave(
        lambda x: data.range(x * 10, x * 10 + x), cycle_length=8
    ),
    "interleave in threads": lambda data: data.range(6).interleave(
        data.range, cycle_length=3, block_length=2, num_parallel_calls=3
    ),
    "scan": lambda data: data.range(1, 6).scan(ZERO, lambda state, x: (state + x, state * x)),
    "take while": lambda data: data.range(9).take_while(lambda x: x < 4),
    "unique": lambda data: data.from_tensor_slices([3, 1, 3, 2, 1]).unique(),
    "unique words": lambda data: data.from_tensor_slices(["b", "a", "b"]).unique(),
    "group by window": lambda data: data.range(11).group_by_window(
        key_func=lambda x: x % 3, reduce_func=lambda key, group: group.batch(2), window_size=2
    ),
    "group by window of its own": lambda data: data.range(11).group_by_window(
        key_func=lambda x: x % 2,
        reduce_func=lambda key, group: group.batch(9).map(lambda x: x + key * 100),
        window_size_func=lambda key: key + 2,
    ),
    "padded batch": lambda data: ragged(data).padded_batch(2),
    "padded batch, whole": lambda data: ragged(data).padded_batch(3, drop_remainder=True),
    "padded to a shape": lambda data: ragged(data).padded_batch(
        2, padded_shapes=([7], []), padding_values=(MINUS, None)
    ),
    "padded, partly unknown": lambda data: ragged(data).padded_batch(2, padded_shapes=([None], [])),
    "buckets": lambda data: ragged(data).bucket_by_sequence_length(
        lambda row, n: n, bucket_boundaries=[2, 4], bucket_batch_sizes=[2, 2, 3]
    ),
    "buckets to the bound": lambda data: ragged(data).bucket_by_sequence_length(
        lambda row, n: n, [3, 6], [2, 2, 2], pad_to_bucket_boundary=True
    ),
    "choose": lambda data: data.choose_from_datasets(
        [data.range(3), data.range(10, 20)], data.from_tensor_slices(INDEXES)
    ),
    "choose to the end": lambda data: data.choose_from_datasets(
        [data.range(2), data.range(10, 20)],
        data.from_tensor_slices(INDEXES),
        stop_on_empty_dataset=False,
    ),
    "sample all": lambda data: data.sample_from_datasets([data.range(3)], seed=1),
    "cache": lambda data: data.range(5).map(lambda x: x * 2).cache().repeat(2),
    "cache, batched": lambda data: data.range(5).cache().repeat(2).batch(4),
    "prefetch": lambda data: data.range(5).prefetch(2).batch(2).prefetch(-1),
    "apply": lambda data: data.range(5).apply(lambda dataset: dataset.batch(2)),
    "generator": lambda data: data.from_generator(
        lambda: iter([1, 2, 3]), output_signature=SPEC((), "int32")
    ),
    "generator of pairs": lambda data: data.from_generator(
        lambda: ((n * [n], "w") for n in range(3)),
        output_signature=(SPEC((None,), "int64"), SPEC((), "string")),
    ),
    "generator of types": lambda data: data.from_generator(
        lambda n: iter(range(n)), output_types=FLOAT, args=(3,)
    ),
    "reduce": lambda data: data.from_tensors(data.range(5).reduce(ZERO, plus)),
    "single": lambda data: data.from_tensors(data.range(5).batch(5).get_single_element()),
    "shuffle a little": lambda data: data.range(5).shuffle(1),
    "resample": lambda data: data.from_tensor_slices([1, 1, 1]).rejection_resample(
        lambda x: x, target_dist=[0.0, 1.0], initial_dist=[0.0, 1.0]
    ),
}


def ragged(data):
    rows = [[1], [2, 2], [3, 3, 3], [4, 4, 4, 4], [5, 5, 5, 5, 5]]
    return data.from_generator(
        lambda: ((row, len(row)) for row in rows),
        output_signature=(SPEC((None,), "int64"), SPEC((), "int32")),
    )


def plus(state, x):
    return state + x


ZERO = MINUS = INDEXES = FLOAT = None
SPEC = None


def use(spec, zero, minus, indexes, types):
    """Take from a library what the cases need of it besides `Dataset`."""
    global SPEC, ZERO, MINUS, INDEXES, FLOAT
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
