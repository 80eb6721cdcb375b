"""The command line: talks to people, is a client of the API and nothing else.

A deploy runs in the director; the CLI shows it. Ctrl-C therefore detaches and never kills a
deploy. Commands are loaded only when they are called, so that ``--help`` answers at once.
"""
