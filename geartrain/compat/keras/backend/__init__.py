"""`keras.backend` of Keras 2: the K of `from keras import backend as K`, on any tensors.

On numbers they compute at once; on symbolic tensors they are written down, so that `gradients` and
`function` make new functions of parts of a model, which are compiled:

    grads = K.gradients(loss, model.input)[0]
    iterate = K.function([model.input], [loss, grads])

What the names do lives in `geartrain.ops`; here are the names, and the graph of `function`.

Start reading at `functions.py`.
"""

from geartrain.backend import *
from geartrain.compat.keras.backend.arithmetic import *
from geartrain.compat.keras.backend.control import *
from geartrain.compat.keras.backend.derivatives import *
from geartrain.compat.keras.backend.functions import *
from geartrain.compat.keras.backend.networks import *
from geartrain.compat.keras.backend.phase import *
from geartrain.compat.keras.backend.randomness import *
from geartrain.compat.keras.backend.recurrence import *
from geartrain.compat.keras.backend.session import *
from geartrain.compat.keras.backend.shaping import *
from geartrain.compat.keras.backend.values import *
