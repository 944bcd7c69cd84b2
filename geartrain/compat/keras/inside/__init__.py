"""Names inside of Keras 3 (`keras.src...`) that packages written for it reach for.

    from keras.src.saving import serialization_lib     ->   `serialization_lib.py` here
    from keras.src.backend import get_keras_mask       ->   `backend.py`, beside `keras.backend`

Nobody is promised more of them than such packages use; `door/paths.py` lists which path is which.
"""
