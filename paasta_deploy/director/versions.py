"""Which versions of releases and stemcells `latest` means, where that was settled before."""

from dataclasses import dataclass

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.recorded import DeploymentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Names with versions. No releases: nothing was settled, all that were uploaded count."""

    releases: frozenset[tuple[str, str]] = frozenset()
    stemcells: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def deployed(cls, record: DeploymentRecord) -> "Versions":
        """Return those of the last deploy that succeeded."""
        return cls(
            releases=frozenset(record.releases),
            stemcells=frozenset((one.name, one.version) for one in record.stemcells),
        )

    @classmethod
    def settled(cls, request: DeployRequest) -> "Versions":
        """Return those that a deploy was begun with."""
        return cls(
            releases=frozenset(map(_pair, request.settled_releases)),
            stemcells=frozenset(map(_pair, request.settled_stemcells)),
        )


def _pair(slug: str) -> tuple[str, str]:
    """Return name and version of ``name/version``; names have no slash."""
    name, _, version = slug.partition("/")
    return name, version
