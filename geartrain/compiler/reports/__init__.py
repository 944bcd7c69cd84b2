"""Reports: what a compiled function does, and how near to the hardware it comes.

Start reading at `report.py`.
"""
