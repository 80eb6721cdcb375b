"""What Jinja2 templates can ask: ``p``, ``if_p``, ``link``, ``if_link`` and ``spec``, as in BOSH.

``render.rb`` offers the same to ERB templates; a change here is a change there. Everything a
template reaches is read-only by the sandbox, so one instance's rendering cannot leak into another.
Source: BOSH 6.4; ``bosh-common`` ``template/evaluation_context``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.model.job_properties import look_up_property
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.dns_names import query_address


class TemplateInputError(Exception):
    """A template asked for something that is not there; the message is BOSH's."""


class _Missing:
    """The type of "no default was given", because None is a default that one can give."""


_MISSING = _Missing()


class Lookup:
    """``p`` and ``if_p`` over one set of properties."""

    def __init__(self, properties: JsonValue) -> None:
        self.properties = properties

    def p(self, names: str | Sequence[str], default: JsonValue | _Missing = _MISSING) -> JsonValue:
        """Return the first of ``names`` that has a value, or ``default``.

        Raises TemplateInputError when nothing has a value and no default is given.
        """
        wanted = [names] if isinstance(names, str) else list(names)
        for name in wanted:
            value = look_up_property(self.properties, name)
            if value is not None:
                return value
        if isinstance(default, _Missing):
            raise TemplateInputError(f"Can't find property '{json.dumps(wanted)}'")
        return default

    def if_p(self, *names: str) -> bool:
        """Return whether all of ``names`` have values."""
        return all(look_up_property(self.properties, name) is not None for name in names)


class LinkInstance(Lookup):
    """One instance of a link: name, index, id, az, address, bootstrap, and its own properties."""

    def __init__(self, fields: JsonObject) -> None:
        super().__init__(fields.get("properties"))
        self.name = fields.get("name")
        self.index = fields.get("index")
        self.id = fields.get("id")
        self.az = fields.get("az")
        self.address = fields.get("address")
        self.bootstrap = fields.get("bootstrap")


class Link(Lookup):
    """A resolved link: ``instances``, ``p``, ``if_p`` and ``address``."""

    def __init__(self, spec: JsonObject, az_ids: Mapping[str, int]) -> None:
        super().__init__(spec.get("properties"))
        instances = spec.get("instances")
        assert isinstance(instances, Sequence), "checked by RenderContext.if_link"
        self.instances = tuple(
            LinkInstance(item) for item in instances if isinstance(item, Mapping)
        )
        self._spec = spec
        self._az_ids = az_ids

    def address(
        self,
        *,
        azs: Sequence[str] = (),
        status: str = "default",
        initial_health_check: str = "",
    ) -> str:
        """Return one name that stands for the instances matching the filters (BOSH 4.7).

        It is short where the provider's deployment wants short names or names of links.
        A manual link has a fixed address. Raises TemplateInputError for an AZ that nobody knows.
        """
        try:
            return query_address(
                self._spec,
                self._az_ids,
                azs=azs,
                status=status,
                initial_health_check=initial_health_check,
            )
        except ValueError as error:
            raise TemplateInputError(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """Everything one job's templates see on one instance."""

    spec: JsonObject
    properties: JsonObject
    links: JsonObject = field(default_factory=dict)
    az_ids: Mapping[str, int] = field(default_factory=dict)

    def link(self, name: str) -> Link:
        """Return the link called ``name``. Raises TemplateInputError when it is not resolved."""
        if not self.if_link(name):
            raise TemplateInputError(f"Can't find link '{name}'")
        spec = self.links[name]
        assert isinstance(spec, Mapping)
        return Link(spec, self.az_ids)

    def if_link(self, name: str) -> bool:
        """Return whether the link called ``name`` is resolved."""
        spec = self.links.get(name)
        return isinstance(spec, Mapping) and isinstance(spec.get("instances"), Sequence)


def spec_for_job(
    spec: JsonObject, properties: JsonObject, links: JsonObject, release: JsonObject
) -> JsonObject:
    """Return BOSH's template spec of one job: the instance's spec with the job's parts laid on."""
    return {**spec, "properties": properties, "links": links, "release": release}
