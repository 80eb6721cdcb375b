"""Ops files: paths, operations, and a new document out of an old one."""
