"""The names of `keras.ops.numpy`: the families of this room that NumPy has as well."""

from geartrain.ops.comparison import *
from geartrain.ops.control import vectorize
from geartrain.ops.core import ndim
from geartrain.ops.creation import *
from geartrain.ops.cumulative import *
from geartrain.ops.einsum import einsum
from geartrain.ops.elementwise import *
from geartrain.ops.functions import *
from geartrain.ops.indexing import *
from geartrain.ops.joining import *
from geartrain.ops.linalg import slogdet
from geartrain.ops.matrices import *
from geartrain.ops.padding import *
from geartrain.ops.products import *
from geartrain.ops.reductions import *
from geartrain.ops.rounding import *
from geartrain.ops.shaping import *
from geartrain.ops.sorting import *
from geartrain.ops.statistics import *
