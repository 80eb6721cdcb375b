"""What the core asks of the rest of the world, as small protocols: clock, ids, store, journal, ...

A port is written from the side of its user and says what may fail and what is promised. Its real
adapter stands in `adapters/`, its fake in `testing/`; both pass the same conformance suite.
"""
