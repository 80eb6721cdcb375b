"""Text in, nodes or diagnostics out: the one way by which YAML enters the product.

Pure: the caller has read the file and hands in its name, which is only shown.
"""

from dataclasses import dataclass

import yaml
from yaml._yaml import CParser

from paasta_deploy.diagnostics import Diagnostic, Span, codes, error, has_errors
from paasta_deploy.manifest.document.composer import Composer, Stop
from paasta_deploy.manifest.document.node import Node
from paasta_deploy.manifest.document.syntax import Complaint, diagnose
from paasta_deploy.manifest.document.text import TEXT_BYTES_MAX, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What a text says. ``node`` is None when ``diagnostics`` hold an error.

    ``text`` is the decoded text, for rendering diagnostics that point into it.
    """

    name: str
    text: str
    node: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether there is a document without errors."""
        return self.node is not None and not has_errors(self.diagnostics)


def read_document(
    name: str,
    text: bytes | str,
    *,
    bytes_max: int = TEXT_BYTES_MAX,
    empty_is_error: bool = True,
    is_secret: bool = False,
) -> ReadResult:
    """Read the first YAML document of a text in the BOSH CLI's dialect.

    An empty text is an error unless ``empty_is_error`` is False (vars files may be empty). The
    diagnostics of a text that ``is_secret`` repeat nothing of it.
    """
    decoded = decode(name, text, bytes_max)
    if decoded.problem is not None:
        return ReadResult(name=name, text=decoded.text, node=None, diagnostics=(decoded.problem,))
    composer = Composer(name)
    try:
        node = composer.compose(CParser(decoded.text).get_event)
    except Stop as stop:
        return _failed(name, decoded.text, (*composer.diagnostics, stop.diagnostic))
    except yaml.MarkedYAMLError as cause:
        problem = diagnose(name, decoded.text, _complaint(cause), is_secret=is_secret)
        return _failed(name, decoded.text, (*composer.diagnostics, problem))
    except yaml.YAMLError as cause:
        problem = error(codes.YAML_SYNTAX, "this is not YAML", detail=str(cause), span=_top(name))
        return _failed(name, decoded.text, (*composer.diagnostics, problem))
    diagnostics = tuple(composer.diagnostics)
    if node is None and empty_is_error:
        problem = error(
            codes.EMPTY_DOCUMENT,
            "the file is empty",
            span=_top(name),
            detail="there is nothing in it but spaces and comments",
            hint="check the path",
        )
        diagnostics = (*diagnostics, problem)
    return ReadResult(name=name, text=decoded.text, node=node, diagnostics=diagnostics)


def _failed(name: str, text: str, diagnostics: tuple[Diagnostic, ...]) -> ReadResult:
    return ReadResult(name=name, text=text, node=None, diagnostics=diagnostics)


def _top(name: str) -> Span:
    return Span(file=name, line=1, column=1, end_line=1, end_column=2)


def _complaint(cause: yaml.MarkedYAMLError) -> Complaint:
    mark = cause.problem_mark or cause.context_mark
    context = cause.context_mark
    return Complaint(
        problem=cause.problem or "",
        line=0 if mark is None else mark.line,
        column=0 if mark is None else mark.column,
        context=cause.context or "",
        context_line=None if context is None else context.line,
        context_column=0 if context is None else context.column,
    )
