"""With which arguments the small files are loaded, by Keras and by us."""

TEXTS = [
    {},
    {"num_words": 100},
    {"num_words": 100, "oov_char": None},
    {"num_words": 200, "skip_top": 20, "seed": 5},
    {"start_char": None},
    {"start_char": None, "index_from": None},
    {"index_from": 10, "oov_char": 7, "num_words": 150},
    {"maxlen": 20},
]
TEXT_CASES = {"imdb": TEXTS, "reuters": [*TEXTS, {"test_split": 0.4, "maxlen": 25}]}
HOUSES = [{}, {"test_split": 0.4}, {"seed": 7, "test_split": 0.0}]
HOUSE_CASES = {
    "boston_housing": (50, 13, HOUSES),
    "california_housing": (700, 8, [*HOUSES, {"version": "small"}]),
}
