"""``job.MF``: the spec of one release job, parsed into :class:`JobSpec` or refused with 800xx.

Source: BOSH 10.2 and its director's ``release_job``. Keys that BOSH does not know are left alone,
because releases carry keys for other tools (``tests``, ``metadata``).
"""

from collections.abc import Mapping, Sequence

from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.ids import PackageName
from paasta_deploy.model.release import (
    JobSpec,
    LinkConsumption,
    LinkProvision,
    PropertyDeclaration,
    TemplateDeclaration,
)
from paasta_deploy.model.values import JsonObject, JsonValue

INVALID_MANIFEST = 80001
INVALID_TEMPLATES = 80002
INVALID_PACKAGES = 80012
INVALID_PROPERTIES = 80008
INVALID_LOGS = 80005
INVALID_LINK = 80013
DUPLICATE_LINK = 80014
INVALID_NAME = 80016


def parse_job_spec(job: str, manifest: JsonObject, properties_schema: JsonValue = None) -> JobSpec:
    """Return the spec that ``manifest`` (the parsed ``job.MF``) of ``job`` declares.

    Raises ReleaseError with BOSH's code; the message names the job and the key.
    """
    if manifest.get("name") != job:
        raise ReleaseError(
            f"Job '{job}' calls itself '{manifest.get('name')}' in its job.MF",
            code=INVALID_NAME,
            hint="the name in `spec` must be the name of the job's folder",
        )
    if not isinstance(manifest.get("logs") or {}, Mapping):
        raise ReleaseError(f"Job '{job}': 'logs' must be a mapping", code=INVALID_LOGS)
    description = manifest.get("description")
    return JobSpec(
        description=description if isinstance(description, str) else "",
        templates=_templates(job, manifest.get("templates")),
        packages=tuple(
            PackageName(name)
            for name in _texts(job, "packages", manifest.get("packages"), INVALID_PACKAGES)
        ),
        properties=_properties(job, manifest.get("properties")),
        consumes=_consumes(job, manifest.get("consumes")),
        provides=_provides(job, manifest.get("provides")),
        properties_schema=properties_schema,
    )


def _templates(job: str, value: JsonValue) -> tuple[TemplateDeclaration, ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise ReleaseError(
            f"Job '{job}': 'templates' must map sources to destinations", code=INVALID_TEMPLATES
        )
    declarations = []
    for source, destination in value.items():
        if not isinstance(destination, str) or not destination:
            raise ReleaseError(
                f"Job '{job}': template '{source}' has no destination", code=INVALID_TEMPLATES
            )
        for path in (source, destination):
            if not path or path.startswith("/") or ".." in path.split("/") or "\0" in path:
                raise ReleaseError(
                    f"Job '{job}': template path '{path}' leads out of the job",
                    code=INVALID_TEMPLATES,
                    hint="write paths relative to the job's folder, without '..'",
                )
        declarations.append(TemplateDeclaration(source=source, destination=destination))
    return tuple(declarations)


def _properties(job: str, value: JsonValue) -> tuple[PropertyDeclaration, ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise ReleaseError(f"Job '{job}': 'properties' must be a mapping", code=INVALID_PROPERTIES)
    declarations = []
    for name, details in value.items():
        if details is None:
            details = {}  # noqa: PLW2901 (`name:` alone declares a property without anything)
        if not isinstance(details, Mapping):
            raise ReleaseError(
                f"Job '{job}': property '{name}' must be a mapping with 'description', 'default'",
                code=INVALID_PROPERTIES,
            )
        description = details.get("description")
        declarations.append(
            PropertyDeclaration(
                name=name,
                description=description if isinstance(description, str) else "",
                default=details.get("default"),
            )
        )
    return tuple(declarations)


def _consumes(job: str, value: JsonValue) -> tuple[LinkConsumption, ...]:
    return tuple(
        LinkConsumption(
            name=str(link["name"]), type=str(link["type"]), optional=bool(link.get("optional"))
        )
        for link in _links(job, "consumes", value)
    )


def _provides(job: str, value: JsonValue) -> tuple[LinkProvision, ...]:
    links = _links(job, "provides", value)
    for link in links:
        if "optional" in link:
            raise ReleaseError(
                f"Job '{job}': link '{link['name']}' under 'provides' cannot be 'optional'",
                code=INVALID_LINK,
                hint="only consumers may call a link optional",
            )
    return tuple(
        LinkProvision(
            name=str(link["name"]),
            type=str(link["type"]),
            properties=_texts(
                job, f"provides.{link['name']}.properties", link.get("properties"), INVALID_LINK
            ),
        )
        for link in links
    )


def _links(job: str, key: str, value: JsonValue) -> list[Mapping[str, JsonValue]]:
    if value is None:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ReleaseError(
            f"Job '{job}': '{key}' must be a list of mappings with 'name' and 'type'",
            code=INVALID_LINK,
        )
    links: list[Mapping[str, JsonValue]] = []
    names: set[JsonValue] = set()
    for link in value:
        if not isinstance(link, Mapping) or not link.get("name") or not link.get("type"):
            raise ReleaseError(
                f"Job '{job}': each item of '{key}' needs a 'name' and a 'type'",
                code=INVALID_LINK,
            )
        name = str(link["name"])
        if name in names:
            raise ReleaseError(
                f"Job '{job}': '{key}' names the link '{name}' twice", code=DUPLICATE_LINK
            )
        names.add(name)
        links.append(link)
    return links


def _texts(job: str, key: str, value: JsonValue, code: int) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ReleaseError(f"Job '{job}': '{key}' must be a list of names", code=code)
    return tuple(str(item) for item in value)
