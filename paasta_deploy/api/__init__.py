"""Talks to programs: the director's HTTP API with BOSH's paths, fields and task flow.

Translates requests into use cases and results into JSON. It holds no state and no rules of its
own, and it knows ports and use cases only, never an adapter.
"""
