"""Layers before the network: numbers, texts and categories made ready, and spectrograms.

Start reading at `normalization.py`, then `text_vectorization.py`; `encoding.py`, `texts.py` and
`index_lookup.py` hold what they share.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.layers.preprocessing.category_encoding import CategoryEncoding
    from geartrain.layers.preprocessing.discretization import Discretization
    from geartrain.layers.preprocessing.hashed_crossing import HashedCrossing
    from geartrain.layers.preprocessing.hashing import Hashing
    from geartrain.layers.preprocessing.integer_lookup import IntegerLookup
    from geartrain.layers.preprocessing.mel_spectrogram import MelSpectrogram
    from geartrain.layers.preprocessing.normalization import Normalization
    from geartrain.layers.preprocessing.stft_spectrogram import STFTSpectrogram
    from geartrain.layers.preprocessing.string_lookup import StringLookup
    from geartrain.layers.preprocessing.text_vectorization import TextVectorization


__all__ = [
    "CategoryEncoding",
    "Discretization",
    "HashedCrossing",
    "Hashing",
    "IntegerLookup",
    "MelSpectrogram",
    "Normalization",
    "STFTSpectrogram",
    "StringLookup",
    "TextVectorization",
]
