"""What we say to users about their own mistakes: diagnostics as values, and how they look.

A diagnostic has a stable code, a severity, a place (file, line, column) and a hint. Nothing here
raises one or prints one: it is collected by the caller and shown by the CLI or the API.
"""

from paasta_deploy.diagnostics.candidates import did_you_mean, either, nearest
from paasta_deploy.diagnostics.diagnostic import (
    Code,
    Diagnostic,
    Label,
    Severity,
    as_json,
    error,
    from_json,
    has_errors,
    in_file_order,
    warning,
)
from paasta_deploy.diagnostics.render import render, render_all
from paasta_deploy.model.source import Span

__all__ = [
    "Code",
    "Diagnostic",
    "Label",
    "Severity",
    "Span",
    "as_json",
    "did_you_mean",
    "either",
    "error",
    "from_json",
    "has_errors",
    "in_file_order",
    "nearest",
    "render",
    "render_all",
    "warning",
]
