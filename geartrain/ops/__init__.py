"""The public operations: the names, arguments and results of `keras.ops`.

Each function is a few lines over `geartrain.primitives`: it converts, promotes and broadcasts its
arguments, then calls primitives. What computes, differentiates or compiles lives below. Every file
says in `__all__` what it gives to this namespace.

Start reading at `core.py` (how arguments are prepared), then `elementwise.py`.
"""

from geartrain.ops import image, linalg, methods, nn, numpy, recording
from geartrain.ops.comparison import *
from geartrain.ops.control import *
from geartrain.ops.core import *
from geartrain.ops.creation import *
from geartrain.ops.cumulative import *
from geartrain.ops.derivatives import *
from geartrain.ops.einsum import *
from geartrain.ops.elementwise import *
from geartrain.ops.functions import *
from geartrain.ops.indexing import *
from geartrain.ops.joining import *
from geartrain.ops.linalg import *
from geartrain.ops.matrices import *
from geartrain.ops.nn import *
from geartrain.ops.padding import *
from geartrain.ops.products import *
from geartrain.ops.reductions import *
from geartrain.ops.rounding import *
from geartrain.ops.segments import *
from geartrain.ops.shaping import *
from geartrain.ops.signal import *
from geartrain.ops.sorting import *
from geartrain.ops.spectrogram import *
from geartrain.ops.statistics import *

methods.install()

# Each name stays what it is to everybody but a model's tracer.
recording.record_all(globals())
for _room in (nn, image, linalg, numpy):
    recording.record_all(vars(_room))
