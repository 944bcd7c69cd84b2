"""The door: after `install()`, `import keras` and `import tensorflow` lead here.

    import keras.layers as L   ->   `finder` is asked for "keras.layers"
                               ->   `paths` says which modules of Geartrain it stands for
                               ->   a `Facade`, which looks names up in them

No file of this room knows what a name does. Start reading at `install.py`.
"""

from geartrain.compat.door.install import install, is_installed, uninstall

__all__ = ["install", "is_installed", "uninstall"]
