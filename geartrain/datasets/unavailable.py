"""`DataUnavailable`: a data set is neither on this machine nor to be had from the network."""


class DataUnavailable(FileNotFoundError):
    """The message names the ways to the data."""
