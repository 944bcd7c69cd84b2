"""Tools for those who work on Geartrain: commands, and what the tests check by them."""
