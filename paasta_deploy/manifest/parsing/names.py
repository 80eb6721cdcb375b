"""Names: what a DNS label allows, which two names are the same to BOSH, and names given twice."""

import re
from collections.abc import Callable, Hashable

from paasta_deploy.diagnostics import Code, Label, Span, codes
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report

_NOT_IN_LABEL = re.compile(r"[^a-z0-9-]", re.ASCII)


def canonical_name(name: str) -> str:
    """Return the name as BOSH uses it in DNS: lower case, ``_`` is ``-``, nothing else."""
    return _NOT_IN_LABEL.sub("", name.lower().replace("_", "-"))


def check_name(fields: Fields, name: str) -> None:
    """Complain of a ``name`` that cannot become a DNS label."""
    if not name or "((" in name:
        return
    label = canonical_name(name)
    if label and not label.startswith("-") and not label.endswith("-"):
        return
    fields.report.error(
        codes.BAD_NAME,
        f"`{name}` cannot be a name",
        fields.source_of("name"),
        f"as a DNS name it would be `{label}`, which begins or ends with `-` or is empty",
        "use letters, digits and `-` between them",
    )


class Unique:
    """Notices names that are given twice, and points at both places."""

    def __init__(
        self,
        report: Report,
        code: Code,
        what: str,
        same: Callable[[str], Hashable] = lambda name: name,
    ) -> None:
        self._report = report
        self._code = code
        self._what = what
        self._same = same
        self._seen: dict[Hashable, tuple[str, Span]] = {}

    def add(self, name: str, span: Span) -> bool:
        """Return whether the name is new; complain if it is not. An empty name is nobody's."""
        if not name:
            return True
        first = self._seen.setdefault(self._same(name), (name, span))
        if first[1] is span:
            return True
        known = "" if first[0] == name else f" (`{first[0]}` and `{name}` are the same in DNS)"
        self._report.error(
            self._code,
            f"{self._what} `{name}` is there twice",
            span,
            f"this is the second one{known}",
            "rename or remove one of them",
            related=(Label(span=first[1], text="the first one"),),
        )
        return False
