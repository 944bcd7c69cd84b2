"""The runner's side: who is measured, on what, in which order, and what is made of the figures.

It runs with Geartrain's own interpreter and needs nothing but the standard library and `rich`.
The contestants' code lives in `workloads` and is only ever started as a process of its own.

Start reading at `plan` (the table of measurements), then `rounds` (the order of the runs);
`bars.toml` holds what is to be reached.
"""
