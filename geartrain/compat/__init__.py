"""Names of other libraries for what is here: scripts written against them find their way.

Here live names and the ways in which older versions took them; what they do lives below.

    from geartrain.compat import tensorflow as tf        TensorFlow's names, for those who ask

    geartrain.compat.install()                           `import keras`, `import tensorflow` are us
    python -m geartrain run SCRIPT.py                    the same, for a script as it stands

`door` has the finder of modules, `keras` what Keras 1 and 2 had and Keras 3 has not, `tensorflow`
TensorFlow's names, `scripts` runs scripts and notebooks.

Start reading at `door/__init__.py`.
"""

from geartrain.compat.door import install, is_installed, uninstall

__all__ = ["install", "is_installed", "uninstall"]
