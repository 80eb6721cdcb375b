"""Nodes to model values: keys, types, defaults and everything else that one file shows by itself.

What needs two files (does this network exist?) is the business of ``manifest.validation``.
"""
