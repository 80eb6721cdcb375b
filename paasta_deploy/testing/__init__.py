"""Fakes, conformance suites and the simulator, shipped for us and for authors of providers.

A fake behaves like the real thing as far as its port promises, and proves it by passing the suite
that the real adapter passes. Production code never imports this package.
"""
