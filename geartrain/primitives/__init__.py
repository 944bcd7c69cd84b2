"""The gears: every primitive operation, one block each.

A block holds five facts: its shape and dtype rule, its NumPy evaluation, its loops (which are
both the naive twin and the compiler's input), its gradient rule, and its cost and samples for the
test of all primitives. Blocks lie in files by family: element-wise ones (`elementwise`,
`functions`, `exponential`, `trigonometry`, `special`, `rounding`, `whole`, `complex`,
`comparison`), `reduction`, `product`, `variance`, `contraction`, `convolution`, `pooling`, shapes
and places (`movement`, `slicing`, `indexing`, `scattering`, `sorting`), walks along an axis
(`cumulative`), factors of matrices (`decompositions_*`), `fourier`, `random`. Primitives neither
broadcast nor convert: that is for `geartrain.ops`, above. Nothing here knows of layers.

Start reading at `primitive.py`, then `contraction.py`.
"""

from geartrain.primitives.activating import *
from geartrain.primitives.beam_search import *
from geartrain.primitives.comparison import *
from geartrain.primitives.complex import *
from geartrain.primitives.contraction import *
from geartrain.primitives.convolution import *
from geartrain.primitives.cumulative import *
from geartrain.primitives.decompositions_determinants import *
from geartrain.primitives.decompositions_direct import *
from geartrain.primitives.decompositions_singular import *
from geartrain.primitives.decompositions_solving import *
from geartrain.primitives.decompositions_spectra import *
from geartrain.primitives.elementwise import *
from geartrain.primitives.exponential import *
from geartrain.primitives.fourier import *
from geartrain.primitives.functions import *
from geartrain.primitives.grouped_convolution import *
from geartrain.primitives.indexing import *
from geartrain.primitives.movement import *
from geartrain.primitives.naive import *
from geartrain.primitives.pooling import *
from geartrain.primitives.pooling_taps import *
from geartrain.primitives.primitive import *
from geartrain.primitives.product import *
from geartrain.primitives.random import *
from geartrain.primitives.reduction import *
from geartrain.primitives.rejection import *
from geartrain.primitives.rounding import *
from geartrain.primitives.scattering import *
from geartrain.primitives.slicing import *
from geartrain.primitives.sorting import *
from geartrain.primitives.special import *
from geartrain.primitives.trigonometry import *
from geartrain.primitives.variance import *
from geartrain.primitives.whole import *
