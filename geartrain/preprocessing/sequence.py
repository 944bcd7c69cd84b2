"""Series of different lengths, windows of them, and pairs of words."""

from geartrain.preprocessing.skipgram import make_sampling_table, skipgrams
from geartrain.preprocessing.timeseries_generator import TimeseriesGenerator
from geartrain.utils.sequences import pad_sequences

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]
