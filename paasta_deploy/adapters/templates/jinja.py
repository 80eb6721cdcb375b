"""Jinja2 templates (``*.j2``), sandboxed and strict, compiled once and rendered in process.

A name that does not exist is an error, never an empty text. Templates come from releases, so they
are kept from reaching Python's insides, changing what they are given, or growing without bound; a
template that computes forever without writing anything is the one thing that is not stopped here.
Beyond BOSH's helpers there is one filter, ``shquote``, for values that go into shell scripts.
"""

import shlex
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from paasta_deploy.adapters.templates.context import Lookup, RenderContext, TemplateInputError

SUFFIX = ".j2"

_COMPILED_MAX = 2000
"""Templates kept compiled; one takes about 20 kB, and a large platform has about a thousand."""

_RENDERED_CHARS_MAX = 16 << 20
"""No configuration file is this large; a runaway loop is."""

_PRODUCT_MAX = 1 << 20
"""Longest text or list that ``*`` may make, and largest result size in bits of ``**``."""

_OPEN_COMMENT = "Missing end of comment tag"

# What a template's own code can raise. Anything else is a bug of ours and must surface.
_TEMPLATE_ERRORS = (
    TemplateError,
    TemplateInputError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFailure:
    """Why a text did not render; ``line`` counts from 1, None when it is not known."""

    line: int | None
    message: str


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with properties that win over dict methods and products that stay small."""

    intercepted_binops = frozenset(["*", "**"])

    @override
    def getattr(self, obj: object, attribute: str) -> object:
        # Jinja would give `spec.items` as the method even where the spec has a key called items.
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    @override
    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        sizes = [len(x) for x in (left, right) if isinstance(x, str | bytes | list | tuple)]
        numbers = [x for x in (left, right) if isinstance(x, int)]
        if operator == "*" and sizes and numbers and sizes[0] * numbers[0] > _PRODUCT_MAX:
            raise TemplateInputError(f"'*' would make more than {_PRODUCT_MAX} items")
        if operator == "**" and len(numbers) == 2:
            bits = numbers[0].bit_length() * abs(numbers[1])
            if bits > _PRODUCT_MAX:
                raise TemplateInputError("'**' would make too large a number")
        return super().call_binop(context, operator, left, right)  # type: ignore[arg-type]  # untyped in Jinja2


class JinjaTemplates:
    """Renders ``.j2`` texts. Thread-safe; keep one for the process, because it holds the code."""

    def __init__(self) -> None:
        environment = _Environment(
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            cache_size=0,
        )
        environment.globals.pop("lipsum", None)
        environment.filters["shquote"] = _quote_for_shell
        self._environment = environment
        self._compiled: OrderedDict[tuple[str, str], Template | TextFailure] = OrderedDict()
        self._lock = threading.Lock()

    def render(
        self, fingerprint: str, source: str, content: bytes, context: RenderContext
    ) -> str | TextFailure:
        """Return the rendered text of template ``source`` of the job with ``fingerprint``."""
        template = self._template(fingerprint, source, content)
        if isinstance(template, TextFailure):
            return template
        lookup = Lookup(context.properties)
        names = {
            "p": lookup.p,
            "if_p": lookup.if_p,
            "link": context.link,
            "if_link": context.if_link,
            "spec": context.spec,
            "name": context.spec.get("name"),
            "index": context.spec.get("index"),
            "properties": context.properties,
        }
        pieces: list[str] = []
        size = 0
        try:
            for piece in template.generate(names):
                size += len(piece)
                if size > _RENDERED_CHARS_MAX:
                    return TextFailure(
                        line=None,
                        message=f"it renders to more than {_RENDERED_CHARS_MAX} characters",
                    )
                pieces.append(piece)
        except _TEMPLATE_ERRORS as error:
            return TextFailure(
                line=_line_in(template, error.__traceback__), message=_message_of(error)
            )
        return "".join(pieces)

    def _template(self, fingerprint: str, source: str, content: bytes) -> Template | TextFailure:
        key = (fingerprint, source)
        with self._lock:
            known = self._compiled.get(key)
            if known is not None:
                self._compiled.move_to_end(key)
                return known
            compiled = self._compile(key, content)
            self._compiled[key] = compiled
            if len(self._compiled) > _COMPILED_MAX:
                self._compiled.popitem(last=False)
            return compiled

    def _compile(self, key: tuple[str, str], content: bytes) -> Template | TextFailure:
        try:
            code = self._environment.compile(
                content.decode(), name=key[1], filename=f"<{key[0]}/{key[1]}>"
            )
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            return TextFailure(line=line, message="it is not UTF-8 text")
        except TemplateSyntaxError as error:
            if error.message == _OPEN_COMMENT:
                return _open_comment(content.decode())
            return TextFailure(line=error.lineno, message=_message_of(error))
        except TemplateError as error:
            return TextFailure(line=None, message=_message_of(error))
        return Template.from_code(self._environment, code, self._environment.globals)


def _open_comment(text: str) -> TextFailure:
    """Return where the comment begins that never ends; Jinja2 itself only knows the last line."""
    start = text.rfind("{#")
    return TextFailure(
        line=text.count("\n", 0, start) + 1,
        message=_OPEN_COMMENT + ": '{#' begins one; write a shell's ${#x} as {{ '${#x}' }}",
    )


def _line_in(template: Template, traceback: TracebackType | None) -> int | None:
    """Return the innermost line of ``template``; Jinja2 has put template lines into the trace."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == template.filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _message_of(error: BaseException) -> str:
    if isinstance(error, TemplateInputError):
        return str(error)
    if isinstance(error, TemplateError):
        return str(error.message or type(error).__name__)
    return f"{type(error).__name__}: {error}"


def _quote_for_shell(value: object) -> str:
    return shlex.quote(str(value))
