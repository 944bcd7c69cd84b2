"""Names of other libraries for what is here: scripts written against them find their way.

Here live names only; what they do lives in `geartrain.ops`, `geartrain.autodiff` and above.

    from geartrain.compat import tensorflow as tf

Start reading at `tensorflow/__init__.py`.
"""
