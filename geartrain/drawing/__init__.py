"""Pictures without a library: an SVG writer, a PNG encoder, and how arrays become either.

Here live shapes on paper (`svg`), pixels in a file (`png`), numbers as colours (`colours`), and the
four ways to draw an array: as boxes with numbers in them (`cells`), as lines and bars (`series`),
as pictures and heat maps (`images`), and the sentence that says what is in it (`facts`). Only NumPy
arrays come in; what a tensor or an operation is, is told above.

Start reading at `svg.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.drawing.svg import Drawing

__all__ = ["Drawing"]
