"""The health monitor: from heartbeats and closed connections to a verdict and a request to heal.

Judging is pure, `(state, event, now) -> (state, effects)`, so that the simulator can drive it
under virtual time. It repairs nothing itself: a verdict becomes a plan like any other.
"""
