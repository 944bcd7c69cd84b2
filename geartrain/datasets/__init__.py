"""Data sets, loaded from the user's disk or from several mirrors, and checked by digest.

Start reading at `mnist.py`.
"""

from geartrain.datasets import mnist
from geartrain.datasets.unavailable import DataUnavailable

__all__ = ["DataUnavailable", "mnist"]
