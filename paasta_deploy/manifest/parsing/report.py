"""Where parsers and checks put what they find: diagnostics, in the order of finding."""

from paasta_deploy.diagnostics import Code, Diagnostic, Label, Severity, Span, error, warning
from paasta_deploy.manifest.parsing.asking import OnAsk


class Report:
    """Collects diagnostics in the order in which they are found.

    ``unknown_keys`` says how bad a key is that nobody knows. BOSH passes over such keys without a
    word, so files that were written for it may have some. None is the usual measure: an error,
    but keys of old formats that do no harm are told apart (see :mod:`unknown_keys`). ``on_ask``
    hears of every key that a parser asks for.
    """

    def __init__(self, unknown_keys: Severity | None = None, on_ask: OnAsk | None = None) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.unknown_keys = unknown_keys
        self.on_ask = on_ask

    def error(
        self,
        code: Code,
        summary: str,
        span: Span | None,
        detail: str = "",
        hint: str = "",
        *,
        related: tuple[Label, ...] = (),
    ) -> None:
        """Add an error."""
        self.diagnostics.append(
            error(code, summary, span=span, detail=detail, hint=hint, related=related)
        )

    def warning(
        self,
        code: Code,
        summary: str,
        span: Span | None,
        detail: str = "",
        hint: str = "",
        *,
        related: tuple[Label, ...] = (),
    ) -> None:
        """Add a warning."""
        self.diagnostics.append(
            warning(code, summary, span=span, detail=detail, hint=hint, related=related)
        )
