"""One handler for each action: look first, then act; safe to repeat.

A handler makes its action true of the world and returns what the world answered. What a step does
to the records stands in ``planning/effects.py``; the executor journals it before and after.
"""
