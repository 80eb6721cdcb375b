"""What we say to users about their own mistakes: diagnostics as values, and how they look.

A diagnostic has a stable code, a severity, a place (file, line, column) and a hint. Nothing here
raises one or prints one: it is collected by the caller and shown by the CLI or the API.
"""
