"""`keras.wrappers` of Keras 2: models as scikit-learn's estimators.

Start reading at `scikit_learn.py`.
"""
