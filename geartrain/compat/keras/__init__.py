"""What Keras 1 and 2 had and Keras 3 has not, for scripts that come through the door.

`backend` is the K of symbolic tensors; `layers`, `models`, `utils`, `callbacks` and
`wrappers.scikit_learn` add older names to the rooms of the same name; `habits` has what is changed
in the rooms themselves while the door is open, and `renamed` the older names of arguments.

Start reading at `habits.py`.
"""

__version__ = "3.15.1"  # of the Keras whose names these are

__all__ = ["__version__"]
