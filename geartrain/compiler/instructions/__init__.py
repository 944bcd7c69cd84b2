"""Instructions: LLVM IR as text, arithmetic on scalars and vectors, elementary functions.

Nothing here knows of kernels. Start reading at `ir.py`.
"""
