"""Charts and galleries: words that can be read, and files that are not larger than they need be."""

import re

import numpy as np

from geartrain.drawing.chart import Chart
from geartrain.drawing.gallery import Gallery


def places_of_words(chart):
    found = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(near|nearer|far)<', chart.sheet.svg()
    )
    return {word: (float(x), float(y)) for x, y, word in found}


def test_words_at_one_place_stand_one_below_the_other():
    chart = Chart("words", (0, 10), (0, 10))
    for point, words in (((5, 5), "near"), ((5.1, 5), "nearer"), ((1, 5), "far")):
        chart.words(point, words)
    found = places_of_words(chart)
    assert found["nearer"][1] - found["near"][1] == 9
    assert found["far"][1] == found["near"][1]


def test_fewer_shades_make_a_smaller_file():
    noise = np.random.default_rng(0).uniform(size=(40, 40, 3))
    sheets = {shades: Gallery("noise", 1, shades=shades) for shades in (256, 16, 2)}
    sizes = {}
    for shades, sheet in sheets.items():
        sheet.add(noise)
        assert len(np.unique(sheet.pictures[0][0])) <= shades
        sizes[shades] = len(sheet.drawing().svg())
    assert sizes[256] > 1.3 * sizes[16] > 1.3 * sizes[2]
