"""The nouns of the product: identities, states, what is wanted, recorded and observed.

Pure values only. Nothing here does I/O, reads a clock or draws a random number.
"""
