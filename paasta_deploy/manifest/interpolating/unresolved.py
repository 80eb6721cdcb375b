"""Placeholders that are left when nobody will fill them in any more."""

from collections.abc import Collection

from paasta_deploy.diagnostics import Diagnostic, Label, Span, codes, error
from paasta_deploy.manifest.document.node import Node, Scalar
from paasta_deploy.manifest.interpolating.definitions import definitions_in
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars

_USES_SHOWN_MAX = 3


def check_resolved(document: Node, known: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Return an error for each variable that a document uses and nothing gives a value to.

    ``known`` are variables that whoever deploys the document can fill in; those that the document
    itself defines below ``variables:`` count as known.
    """
    defined = {item.name for item in definitions_in(document)}
    # What an alias repeats stands in the file once.
    uses: dict[str, dict[Span, Scalar]] = {}
    for scalar, found in placeholder_scalars(document):
        for item in found:
            if item.name not in defined and item.name not in known:
                places = uses.setdefault(item.name, {})
                places.setdefault(scalar.span, scalar)
    return tuple(
        error(
            codes.UNRESOLVED_VARIABLE,
            f"the variable `{name}` has no value",
            span=scalars[0].span,
            detail="used here" if len(scalars) == 1 else f"used in {len(scalars)} places",
            hint=f"give it with `-v {name}=VALUE` or in a file with `-l`,\n"
            "or define it below `variables:`",
            related=tuple(
                Label(span=scalar.span, text="and here")
                for scalar in scalars[1 : _USES_SHOWN_MAX + 1]
            ),
        )
        for name, scalars in ((name, list(places.values())) for name, places in uses.items())
    )
