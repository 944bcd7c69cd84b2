"""The Python array API standard (2024.12) over our tensors: a thin namespace over `ops`.

Libraries that are written against the standard ask a tensor for it
(`x.__array_namespace__()`), and get what they know: the standard's names and arguments. Here live
such names only; what they do lives in `geartrain.ops`. What differs from `ops` is what the
standard asks for: rounding keeps integers, `clip` keeps the dtype, every NaN is unique.

Start reading at `elementwise.py`. The standard: https://data-apis.org/array-api/2024.12/
"""

import math as _math

from geartrain.numpy import fft as fft
from geartrain.numpy import linalg as linalg
from geartrain.numpy.creation import *
from geartrain.numpy.dtypes import *
from geartrain.numpy.elementwise import *
from geartrain.numpy.info import __array_namespace_info__ as __array_namespace_info__
from geartrain.numpy.manipulation import *
from geartrain.numpy.reductions import *
from geartrain.tensor import as_dtype as _as_dtype

__array_api_version__ = "2024.12"
e, inf, nan, newaxis, pi = _math.e, _math.inf, _math.nan, None, _math.pi

bool = _as_dtype("bool")
int8, int16, int32, int64 = (_as_dtype(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (_as_dtype(f"uint{bits}") for bits in (8, 16, 32, 64))
float32, float64 = _as_dtype("float32"), _as_dtype("float64")
complex64, complex128 = _as_dtype("complex64"), _as_dtype("complex128")
