"""One handler for each action: look first, then act; safe to repeat.

A handler has up to two halves. Its *intent* (synchronous) says which records change before the
act; the act itself (asynchronous) does the work and says which records change after it. Neither
writes its own half: the executor journals both, in the right order, around the act.
"""
