"""Operations of neural networks, under the names of `keras.ops.nn`.

Start reading at `activations.py`, then `convolution.py` (and `spatial.py`, which prepares its
arguments). Every file says in `__all__` what it gives to this namespace.
"""

from geartrain.ops.indexing import one_hot
from geartrain.ops.nn.activations import *
from geartrain.ops.nn.attention import *
from geartrain.ops.nn.convolution import *
from geartrain.ops.nn.crossentropy import *
from geartrain.ops.nn.ctc import *
from geartrain.ops.nn.encoding import *
from geartrain.ops.nn.normalization import *
from geartrain.ops.nn.patches import *
from geartrain.ops.nn.piecewise import *
from geartrain.ops.nn.pooling import *
from geartrain.ops.nn.probabilities import *
