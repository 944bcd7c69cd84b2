"""What Keras keeps to itself, under `keras.src`, and packages written for it ask for nevertheless.

A file here has the name of Keras's, and what it has comes before what the file's room has in
public: `from keras.src.saving.saving_lib import load_model` reads streams as well. Only what is
asked for by a package that people use belongs here, and only what we have under another name or
can give in a line or two.
"""
