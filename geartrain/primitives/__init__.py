"""The gears: every primitive operation, one block each.

Start reading at `primitive.py`.
"""
