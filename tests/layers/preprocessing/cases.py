"""What preprocessing layers of Keras and of Geartrain give, as expressions.

Every line is evaluated with `L` (the framework's `layers`), `np`, and `adapted(layer, data)`. What
it gives is kept as plain lists with dtypes, or the name of the error that it raises.
"""

import numpy as np

EXPRESSIONS = """
L.StringLookup(vocabulary=V, output_mode='MODE')([['a', 'z'], ['c', 'c']])
L.StringLookup(vocabulary=V, output_mode='MODE')(['a', 'z'])
L.StringLookup(vocabulary=V, output_mode='MODE')([['a'], ['z']])
L.StringLookup(vocabulary=V, output_mode='MODE')('a')
L.StringLookup(vocabulary=V, output_mode='MODE', mask_token='')([['a', ''], ['c', 'q']])
L.StringLookup(6, vocabulary=V, output_mode='MODE', pad_to_max_tokens=True)([['a', ''], ['c', 'q']])
L.StringLookup(vocabulary=V, output_mode='MODE', num_oov_indices=0)([['a', 'b'], ['c', 'b']])
L.StringLookup(vocabulary=V, output_mode='MODE', num_oov_indices=2)([['a', 'q'], ['c', 'hello']])
L.IntegerLookup(vocabulary=[5, 7], output_mode='MODE')(np.array([[5, 9], [7, 7]]))
L.IntegerLookup(vocabulary=[5, 7], output_mode='MODE', mask_token=0)(np.array([[5, 9], [0, 7]]))
L.Hashing(3, output_mode='MODE')([['A', 'B'], ['C', 'A']])
L.Hashing(3, output_mode='MODE')(['A', 'B'])
L.Hashing(3, output_mode='MODE')([['A'], ['B']])
L.Discretization([0., 1., 2.], output_mode='MODE')(DATA)
L.Discretization([0., 1., 2.], output_mode='MODE')(DATA[0])
L.Discretization([0., 1., 2.], output_mode='MODE')(DATA[:, :1])
L.Discretization([0., 1., 2.], output_mode='MODE').compute_output_shape((None, 4))
L.Discretization([0., 1., 2.], output_mode='MODE').compute_output_shape((2, 1))
L.CategoryEncoding(4, 'MODE')(np.array([3, 2, 0, 1]))
L.CategoryEncoding(4, 'MODE')(np.array([[0, 1], [0, 0]]))
L.CategoryEncoding(4, 'MODE')(np.array([[3], [1]]))
L.CategoryEncoding(4, 'MODE')(np.array(2))
L.CategoryEncoding(4, 'MODE')(np.array([1]))
L.CategoryEncoding(4, 'MODE')(np.array([[[0, 1], [1, 2]]]))
L.CategoryEncoding(4, 'MODE').compute_output_shape((2, 3))
L.StringLookup(vocabulary=V, output_mode='MODE').compute_output_shape((2, 3))
L.StringLookup(vocabulary=V, output_mode='MODE').compute_output_shape((2, 1))
L.StringLookup(vocabulary=V, output_mode='tf_idf', idf_weights=[.1, .2, .6])([['a', 'z'], ['c', 'c']])
L.StringLookup(vocabulary=['[UNK]', *V], output_mode='tf_idf', idf_weights=[.5, .1, .2, .6])([['a', 'z']])
L.StringLookup(vocabulary=V, idf_weights=[.1, .2, .6])
L.StringLookup(vocabulary=V, output_mode='tf_idf')
adapted(L.StringLookup(), ['a', 'a', 'b', 'c', 'd', 'd']).get_vocabulary()
adapted(L.StringLookup(max_tokens=3), ['a', 'a', 'b', 'c', 'd', 'd']).get_vocabulary()
adapted(L.StringLookup(max_tokens=5, mask_token=''), ['a', 'a', '', '[UNK]', 'd', 'd']).get_vocabulary()
adapted(L.StringLookup(mask_token=''), ['a', 'a', '', '[UNK]']).get_vocabulary(include_special_tokens=False)
adapted(L.StringLookup(num_oov_indices=3), ['a', 'a', '', '[UNK]', 'd']).get_vocabulary()
adapted(L.StringLookup(), (each for each in [['a', 'b'], ['b', 'b']])).get_vocabulary()
adapted(adapted(L.StringLookup(), ['a']), ['b']).get_vocabulary()
adapted(L.StringLookup(output_mode='tf_idf'), [['a', 'a'], ['b', 'a'], ['d', 'd']])([['a', 'q'], ['d', 'd']])
adapted(L.IntegerLookup(), np.array([[12, 1138, 42], [42, 1000, 36]])).get_vocabulary()
adapted(L.IntegerLookup(mask_token=0), np.array([[12, 1138, 0], [42, 0, 36]])).get_vocabulary()
L.StringLookup(vocabulary=['', '[UNK]', 'a'], mask_token='').get_vocabulary()
L.StringLookup(vocabulary=V, mask_token='', output_mode='multi_hot').get_vocabulary()
L.StringLookup(vocabulary=['a', '', 'b'], mask_token='')
L.StringLookup(vocabulary=['a', '[UNK]', 'b']).get_vocabulary()
L.StringLookup(vocabulary=['a', 'a', 'b'])
L.StringLookup(vocabulary=['a', 'c', 'b'], max_tokens=3)
L.StringLookup(vocabulary=[])
L.StringLookup(vocabulary='/no/such/file.txt')
L.StringLookup(vocabulary=[b'a', b'b']).get_vocabulary()
L.StringLookup().vocabulary_size()
L.StringLookup(mask_token='').vocabulary_size()
L.StringLookup(vocabulary=V, invert=True)([[1, 2], [0, 9]])
L.StringLookup(vocabulary=V, invert=True, mask_token='')([[1, 2], [0, 9]])
L.StringLookup(vocabulary=V, invert=True, num_oov_indices=2)([[1, 2], [0, 9]])
L.IntegerLookup(vocabulary=[5, 7], invert=True)([[1, 2], [0, 9]])
L.IntegerLookup(vocabulary=[5, 7], invert=True, mask_token=0)([[1, 2], [0, 9]])
L.StringLookup(vocabulary=V, num_oov_indices=3)(['x', 'y', 'w', 'hello', 'a much longer token than others'])
L.StringLookup(vocabulary=V, num_oov_indices=3, salt=[3, 4])(['x', 'y', 'z', 'w', 'hello'])
L.IntegerLookup(vocabulary=[1], num_oov_indices=3)([-5, 100, 7, 8, 9])
L.IntegerLookup(vocabulary=[1], num_oov_indices=3, oov_method='farmhash')([-5, 100, 7, 8, 9])
L.IntegerLookup(vocabulary=[1], num_oov_indices=3, oov_method='farmhash', salt=3)([-5, 100, 7, 8, 9])
L.StringLookup(output_mode='bad')
L.StringLookup(max_tokens=1)
L.StringLookup(num_oov_indices=-1)
L.StringLookup(invert=True, output_mode='count')
L.StringLookup(sparse=True)
L.StringLookup(pad_to_max_tokens=True)
L.IntegerLookup(vocabulary_dtype='int32')
L.IntegerLookup(oov_method='x')
L.IntegerLookup(salt=3)
L.IntegerLookup(vocabulary=['a'])
L.StringLookup(vocabulary=V, name='x').get_config()
L.IntegerLookup(vocabulary=[1, 2], name='x').get_config()
L.TextVectorization(vocabulary=V, ngrams=2, output_sequence_length=4, name='x').get_config()
L.Normalization(mean=[1., 2.], variance=[1., 4.], name='x').get_config()
L.Discretization([0., 1.], name='x').get_config()
L.CategoryEncoding(num_tokens=4, name='x').get_config()
L.Hashing(3, salt=[1, 2], mask_value='', name='x').get_config()
L.HashedCrossing(3, name='x').get_config()
L.Rescaling([1., 2.], name='x').get_config()
adapted(L.TextVectorization(), TEXTS).get_vocabulary()
adapted(L.TextVectorization(), np.array(TEXTS, dtype=object)).get_vocabulary()
adapted(L.TextVectorization(), [[each] for each in TEXTS]).get_vocabulary()
adapted(L.TextVectorization(), TEXTS)(['the fox unknown', 'dog'])
adapted(L.TextVectorization(), TEXTS)([['the fox unknown'], ['dog']])
adapted(L.TextVectorization(), TEXTS)('the fox unknown')
adapted(L.TextVectorization(), TEXTS)([['the', 'fox'], ['dog', 'a']])
adapted(L.TextVectorization(), TEXTS)(['', 'the'])
adapted(L.TextVectorization(), TEXTS)(['', ''])
adapted(L.TextVectorization(output_sequence_length=2), TEXTS)(['the fox unknown', 'dog'])
adapted(L.TextVectorization(output_sequence_length=5), TEXTS)('the fox unknown')
adapted(L.TextVectorization(6, output_mode='MODE'), TEXTS)(['the fox the', 'zz'])
adapted(L.TextVectorization(15, output_mode='MODE', pad_to_max_tokens=True), TEXTS)(['the fox the', 'zz'])
adapted(L.TextVectorization(output_mode='MODE'), TEXTS)('the the')
adapted(L.TextVectorization(output_mode='tf_idf'), TEXTS)(['the fox the', 'zz'])
adapted(L.TextVectorization(output_mode='tf_idf', max_tokens=5), TEXTS)(['the fox the', 'zz'])
adapted(L.TextVectorization(ngrams=2), ['a b c']).get_vocabulary()
adapted(L.TextVectorization(ngrams=(1, 3)), ['a b c d']).get_vocabulary()
adapted(L.TextVectorization(ngrams=2), ['a b c d'])(['a b c', 'b'])
adapted(L.TextVectorization(split=None), ['a b', 'c']).get_vocabulary()
adapted(L.TextVectorization(split=None), ['a b', 'c'])([['a b'], ['c']])
adapted(L.TextVectorization(split=None), ['a b', 'c'])(['a b', 'c'])
adapted(L.TextVectorization(split=None, output_sequence_length=3), ['a b', 'c'])([['a b'], ['c']])
adapted(L.TextVectorization(split='character'), ['Ab c'])(['ca \u00e9'])
adapted(L.TextVectorization(standardize=None), ['A b, \u00e9 \u00c4']).get_vocabulary()
adapted(L.TextVectorization(standardize='lower'), ['A b, \u00c9 \u00c4SS']).get_vocabulary()
adapted(L.TextVectorization(standardize='strip_punctuation'), [MARKS]).get_vocabulary()
adapted(L.TextVectorization(standardize=None), ['a\\tb\\nc  d\u00a0e \u3000 f\\x0bg\\x0ch ']).get_vocabulary()
adapted(L.TextVectorization(max_tokens=4), TEXTS).get_vocabulary()
adapted(L.TextVectorization(max_tokens=4, output_mode='count'), TEXTS).get_vocabulary()
adapted(L.TextVectorization(max_tokens=4), TEXTS).get_vocabulary(include_special_tokens=False)
L.TextVectorization(vocabulary=['', '[UNK]', 'x', 'y']).get_vocabulary()
L.TextVectorization(vocabulary=['x', 'y'])(['x q y'])
L.TextVectorization(vocabulary=['x', 'y'], idf_weights=[.5, .7], output_mode='tf_idf')(['x q y'])
L.TextVectorization(vocabulary=['x', 'y'], output_mode='tf_idf')
L.TextVectorization(output_mode='bad')
L.TextVectorization(standardize='bad')
L.TextVectorization(split='bad')
L.TextVectorization(ngrams='x')
L.TextVectorization(output_mode='count', output_sequence_length=3)
L.TextVectorization(max_tokens=1)
L.TextVectorization(sparse=True)
L.TextVectorization(pad_to_max_tokens=True)
L.TextVectorization(vocabulary=V).compute_output_shape((3,))
L.TextVectorization(vocabulary=V, output_sequence_length=4).compute_output_shape((None, 1))
L.TextVectorization(vocabulary=V, output_mode='count').compute_output_shape((3,))
L.Hashing(3, mask_value='')([['A'], ['B'], ['C'], ['D'], ['']])
L.Hashing(3, salt=[133, 137])([['A'], ['B'], ['C'], ['D'], ['']])
L.Hashing(3, salt=133)([['A'], ['B'], ['C'], ['D'], ['']])
L.Hashing(10**9)(LENGTHS)
L.Hashing(10**9, salt=[133, 137])(LENGTHS)
L.Hashing(1000)(np.array([[1], [2], [-3], [2**40]]))
L.Hashing(10, mask_value=0)([0, 1, 2, 3])
L.Hashing(3, output_mode='count', dtype='int32')(['A'])
L.Hashing(3, dtype='int32')(['A'])
L.Hashing(0)
L.Hashing(3, salt='x')
L.Hashing(3, salt=[1])
L.Hashing(3, output_mode='x')
L.Hashing(3, dtype='float32')
L.HashedCrossing(5)((FIRST, SECOND))
L.HashedCrossing(5, output_mode='one_hot')((FIRST, SECOND))
L.HashedCrossing(1000)((FIRST, SECOND, FIRST))
L.HashedCrossing(1000)((FIRST[:, None], SECOND[:, None]))
L.HashedCrossing(1000)(('A', 101))
L.HashedCrossing(1000)((SECOND, SECOND))
L.HashedCrossing(5, output_mode='one_hot')((FIRST[:, None], SECOND[:, None]))
L.HashedCrossing(5, output_mode='one_hot')(('A', 101))
L.HashedCrossing(3, dtype='int32')((FIRST, SECOND))
L.HashedCrossing(5)((FIRST,))
L.HashedCrossing(5)((FIRST[None], SECOND[None]))
L.HashedCrossing(5)((FIRST, SECOND[:3]))
L.HashedCrossing(5)(FIRST)
L.HashedCrossing(5)((FIRST, SECOND.astype('float32')))
L.HashedCrossing(5, output_mode='count')
L.HashedCrossing(3, output_mode='one_hot').compute_output_shape([(2, 1), (2, 1)])
adapted(L.Discretization(num_bins=4), DATA).bin_boundaries
adapted(L.Discretization(num_bins=4), DATA)(DATA)
adapted(L.Discretization(num_bins=5), MANY).bin_boundaries
adapted(L.Discretization(num_bins=5, epsilon=0.1), MANY).bin_boundaries
adapted(L.Discretization(num_bins=7, epsilon=0.05), MANY.reshape(-1, 4)).bin_boundaries
adapted(L.Discretization(num_bins=2), np.array([1., 2., 3., 4.])).bin_boundaries
adapted(L.Discretization(num_bins=3), np.array([1., 2., 3., 4., 5.])).bin_boundaries
adapted(L.Discretization(num_bins=3, name='x'), DATA).get_config()
L.Discretization([1., 2.])(np.array([[1., 2., np.nan, np.inf, -np.inf]]))
L.Discretization([1., 2.])(np.array([[1, 2, 3]]))
L.Discretization()
L.Discretization([1.], num_bins=3)
L.Discretization(num_bins=-1)
L.Discretization([1.], output_mode='x')
L.Discretization([1.], sparse=True)
L.Discretization(num_bins=3)(DATA)
adapted(L.Discretization([1.]), DATA)
L.CategoryEncoding(4, 'count')(np.array([[0, 1], [3, 1]]), count_weights=np.array([[.1, .2], [.4, .2]]))
L.CategoryEncoding(4)(np.array([[0, 1]]), count_weights=np.array([[.1, .2]]))
L.CategoryEncoding(4, 'count')(np.array([[0., 1.]]))
L.CategoryEncoding(3, dtype='int32')([[1, 2]])
L.CategoryEncoding()
L.CategoryEncoding(0)
L.CategoryEncoding(3, output_mode='int')
adapted(L.Normalization(), SERIES)(SERIES)
adapted(L.Normalization(axis=1), SERIES)(SERIES)
adapted(L.Normalization(axis=(1, 2)), SERIES)(SERIES)
adapted(L.Normalization(axis=None), SERIES)(SERIES)
adapted(L.Normalization(invert=True), SERIES)(SERIES)
[tuple(each.shape) for each in adapted(L.Normalization(), SERIES).weights]
adapted(L.Normalization(), SERIES).mean
adapted(L.Normalization(), SERIES).variance
adapted(L.Normalization(), np.ones((4, 2), 'float32'))(np.ones((1, 2), 'float32'))
adapted(L.Normalization(), np.arange(8).reshape(4, 2))(np.arange(8).reshape(4, 2))
L.Normalization()(SERIES)
L.Normalization(mean=3., variance=2.)(np.array([[1.], [2.]]))
L.Normalization(mean=[1, 2, 3], variance=[1, 2, 0])(SERIES)
L.Normalization(mean=1., variance=4., dtype='float16')(SERIES)
L.Normalization(mean=3.)
L.Normalization(axis=5).build((2, 3))
L.Normalization(axis=-1).build((2, None))
L.Normalization().compute_output_shape((None, 3))
L.Rescaling(1 / 255)(np.array([[0, 255]], 'uint8'))
L.Rescaling([1., 2.], offset=[3., 4.])(np.ones((2, 2)))
L.Rescaling(2)(5)
"""
NO_INTEGERS = ("CategoryEncoding",)
NAMES = {
    "V": ["a", "b", "c"],
    "DATA": np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]]),
    "MANY": np.random.RandomState(0).randn(5000).astype("float32"),
    "SERIES": np.arange(12, dtype="float32").reshape(2, 2, 3) ** 1.5,
    "TEXTS": ["The quick brown fox, jumps!", "over the lazy dog. The end", "fox & dog's"],
    "MARKS": 'A b, it\'s (x) a-b a_b [c] ~d! "q" \\u `t` {u} ^ | \u00e9\u2026 \u2014',
    "LENGTHS": ["", "a", "ab", "abc", "abcd", "abcdefg", "abcdefgh", "abcdefghijklmnop"]
    + [
        letter * n
        for letter, n in zip("xyzwvutsq", (17, 32, 33, 64, 65, 127, 128, 129, 200), strict=True)
    ],
    "FIRST": np.array(["A", "B", "A", "B", "A"]),
    "SECOND": np.array([101, 101, 101, 102, 102]),
}


def cases():
    """The lines, each once for every mode where they say MODE."""
    found = []
    for line in filter(None, EXPRESSIONS.splitlines()):
        modes = ("int", "one_hot", "multi_hot", "count") if "'MODE'" in line else ("",)
        if any(name in line for name in NO_INTEGERS):
            modes = modes[-3:]
        if "L.TextVectorization" in line and len(modes) > 1:
            modes = ("multi_hot", "count")
        found += [line.replace("MODE", mode) for mode in modes]
    return found


CASES = cases()


def adapted(layer, data):
    layer.adapt(data)
    return layer


def run(layers, case):
    """What an expression gives, as JSON has it."""
    words = {"L": layers, "np": np, "adapted": adapted, **NAMES}
    try:
        return plain(eval(case, words))
    except Exception as error:
        return {"raises": type(error).__name__}


def plain(value):
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple) or type(value).__name__ == "ListWrapper":
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        kind = "string" if array.dtype == object else array.dtype.name
        return {"dtype": kind, "shape": list(array.shape), "values": plain(array.tolist())}
    return value if isinstance(value, str | int | float | None) else type(value).__name__
