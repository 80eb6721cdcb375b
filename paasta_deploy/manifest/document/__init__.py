"""YAML text to nodes that know where they were written, and back."""
