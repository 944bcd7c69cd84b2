"""`google.colab` outside of Colab: files are in the notebook's folder already, and stay there.

The door leads here where the real one is not installed.
"""
