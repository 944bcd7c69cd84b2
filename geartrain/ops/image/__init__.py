"""The operations of `keras.ops.image`: images enlarged, turned, bent, coloured, cut and compared.

An image is a tensor (height, width, channels), a batch (batch, height, width, channels); with
`data_format="channels_first"` the channels stand before the height. All functions are built of
other operations, so that they have gradients, and can be traced.

Start reading at `layout.py` (which axis is which), then `resize.py` and `coordinates.py`.
"""

from geartrain.ops.image.borders import *
from geartrain.ops.image.color import *
from geartrain.ops.image.coordinates import *
from geartrain.ops.image.elastic import *
from geartrain.ops.image.filters import *
from geartrain.ops.image.patches import *
from geartrain.ops.image.resize import *
from geartrain.ops.image.similarity import *
from geartrain.ops.image.transform import *
