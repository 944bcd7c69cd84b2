"""What is measured: each job once on the Keras API, and once on networks written out by hand.

Here live the worker processes' programs. Every measurement is a fresh process that runs
`python -m workloads.worker` with the contestant's own interpreter, so nothing here may import
`harness`, nor anything that the contestant's environment does not hold: NumPy, and the library.

Start reading at `keras_api` (the jobs on Keras and on Geartrain) and `by_hand` (the same jobs on
networks written out in JAX, PyTorch and NumPy).
"""
