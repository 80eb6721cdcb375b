"""What makes the values of ``variables:``: passwords, certificates, keys. Nothing here keeps any.

Which values must be made, and in which order, :mod:`paasta_deploy.manifest.variables` decides; who
keeps them (a vars store file, the director's own store) asks that first, and then a generator for
each. Values of one wave do not need each other and may be asked for from several threads.

A value is what BOSH's CLI and CredHub give out, so that ``((name.certificate))`` works with all:

=============  ====================================================================
type           value
=============  ====================================================================
password       a text
certificate    ``{ca, certificate, private_key}``, PEM
rsa            ``{private_key, public_key}``, PEM
ssh            ``{private_key, public_key, public_key_fingerprint}``
user           ``{username, password, password_hash}``
=============  ====================================================================

Source: bosh.md 1.10, 3.5.
"""

from dataclasses import dataclass, field
from typing import Protocol

from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedValue:
    """One value to make.

    The options of ``definition`` are resolved: they hold no ``((placeholders))``, and what a link
    gives for ``common_name`` (``consumes``) stands among them. ``authority`` is the value of the
    certificate that ``options.ca`` names, ``{ca, certificate, private_key}``; None without one.
    ``alternative_names`` come from links, beside those of the options.
    """

    definition: VariableDefinition
    authority: JsonObject | None = field(default=None, repr=False)
    alternative_names: tuple[str, ...] = ()


class ValueGenerator(Protocol):
    """Makes fresh values. Safe from any thread; threads make it faster on several cores."""

    def generate(self, wanted: WantedValue) -> JsonValue:
        """Return a fresh value: another one with each call.

        Blocks for up to seconds (a key of 4096 bits). Raises VariableError (not retryable): the
        type is unknown, an option is wrong, or the authority cannot sign. Its text names the
        variable and the option and never holds a value.
        """
        ...


class StandIns(Protocol):
    """Makes what stands for values that do not exist yet, while a plan is thought through.

    A stand-in has the form of its value, so that a template which reads a certificate or a key
    can be rendered to see what would change. It is never recorded, sealed, sent or deployed, and
    whoever sees one finds it marked.
    """

    def stand_in(self, wanted: WantedValue) -> JsonValue:
        """Return the stand-in of a value: always the same for the same wish. Raises nothing.

        Options may hold placeholders. ``authority`` is a stand-in itself; None: there is none, or
        it has a real value, whose key must not sign here. Safe from any thread.
        """
        ...
