"""Rotating variables: which values each phase gives out, and who hangs on whom.

Theory. A password, a key or a leaf certificate is replaced in one rollout. An authority cannot be:
instances are updated one after another, and whoever has the new certificate must not meet somebody
who trusts the old authority only. So there are three rollouts, each finished on every instance
before the next one begins:

1. *trusting*: the new authority is trusted beside the old one; nobody shows anything new yet.
2. *signing*: certificates of the new authority are shown; who still shows an old one is trusted.
3. *dropping*: nobody shows old certificates any more, so the old authority is trusted no longer.

At each instant of each rollout, whoever has the values of a phase trusts what is shown by whoever
has those of that phase, of the one before and of the one after. All authorities below a rotated
one are rotated with it, because a certificate chain is as old as its oldest part.

A bundle holds the certificate that signs first, since programs take the first certificate of a
text for the one that the key belongs to. Pure; values come in and go out as they are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.model.values import JsonObject, JsonValue

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A rotated authority and all that it signed, directly or not.

    ``authorities`` begin with it; each stands after its signer. ``leaves`` are in order of names.
    """

    authorities: tuple[str, ...]
    leaves: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that changes."""
        return (*self.authorities, *self.leaves)


def family_of(root: str, signers: Mapping[str, str], authorities: Iterable[str]) -> Family:
    """Return the family of ``root``.

    ``signers`` has the signer of each certificate that another one signed; ``authorities`` are
    the names of all certificates that may sign. A ring in ``signers`` ends the look.
    """
    may_sign = frozenset(authorities)
    signed: dict[str, list[str]] = {}
    for name in sorted(signers):
        signed.setdefault(signers[name], []).append(name)
    ordered, leaves, waiting = [root], dict[str, None](), [root]
    while waiting:
        for name in signed.get(waiting.pop(0), ()):
            if name not in may_sign:
                leaves[name] = None
            elif name not in ordered:
                ordered.append(name)
                waiting.append(name)
    return Family(authorities=tuple(ordered), leaves=tuple(sorted(leaves)))


def authority_value(
    phase: RotationPhase, *, old: JsonObject, new: JsonObject, signer: JsonObject | None
) -> JsonObject:
    """Return what an authority is in a phase of its rotation.

    ``old`` is its value before (or in the phase before), ``new`` its successor by itself.
    ``signer`` is the value, in this phase, of who signs it; None: it signs itself.
    """
    before, after = _first(old), _first(new)
    certificate, key = after, new["private_key"]
    if phase is RotationPhase.TRUSTING:
        certificate, key = bundle(before, after), old["private_key"]
    elif phase is RotationPhase.SIGNING:
        # In the phase before, the old certificate stood first.
        certificate = bundle(after, before)
    trusted = certificate if signer is None else signer["certificate"]
    return {"ca": trusted, "certificate": certificate, "private_key": key}


def trusting(value: JsonValue, signer: JsonObject) -> JsonValue:
    """Return a certificate's value whose ``ca`` is all that its signer's bundle holds."""
    if not isinstance(value, Mapping):
        return value
    return {**value, "ca": signer["certificate"]}


def bundle(*texts: str) -> str:
    """Return the certificates of all texts, each once, in the order of their first mention."""
    found: dict[str, None] = {}
    for text in texts:
        for pem in _PEM.findall(text):
            found[pem.rstrip("\n") + "\n"] = None
    return "".join(found)


def _first(value: JsonObject) -> str:
    text = str(value["certificate"])
    found = _PEM.search(text)
    return found.group(0).rstrip("\n") + "\n" if found else text
