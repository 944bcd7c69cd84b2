"""Planning: the order of kernels, and where their values lie.

Start reading at `schedule.py`, then `plan_memory.py`; `verify.py` checks what must hold.
"""
