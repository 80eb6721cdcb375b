"""Runs a plan: limits, retries, the journal's intent before each step and its result after.

What to start next is decided by pure code, `(state, event) -> (state, effects)`; a thin asyncio
shell carries the effects out. What to do at all was decided in `planning/`.
"""
