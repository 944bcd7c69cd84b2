"""The glass box: reports that let a user look at the machine, a model and the code it became.

Here live functions that read what other rooms hold and lay it out as text, tables or drawings.
Nothing that computes a model's numbers may live here, and nothing below imports from here.

Start reading at `doctor`, the report on this machine.
"""
