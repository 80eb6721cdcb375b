"""What a new version of a config would do to the deployments that are there.

A config can be right by itself and still leave a deployment without a network or a CPI. Each
recorded manifest is held against the configs as they are and as they would be; what is wrong only
then is told as a warning before anything is saved. Nothing here stops anybody: whoever changes
configs and manifests together has to begin somewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.diagnostics import Diagnostic, codes, error, warning
from paasta_deploy.director.cloud_checks import check_clouds
from paasta_deploy.director.config_checks import Texts, unknown_cpis
from paasta_deploy.manifest import load_cloud_configs, parse_deployment, read_document, validate
from paasta_deploy.manifest.config_loading import Fill, load_cpi_configs, load_runtime_configs
from paasta_deploy.manifest.validation.runtime_configs import check_runtime_configs
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.counting import counted
from paasta_deploy.model.cpi_config import CpiConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.ids import CpiName
from paasta_deploy.model.recorded import DeploymentRecord
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.ports.store import Store

PROBLEMS_SHOWN_MAX = 3
"""Problems told of one deployment; `validate` tells all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The configs that deployments are held against."""

    cloud: CloudConfig | None
    runtime: RuntimeConfigs

    @classmethod
    def of(cls, cloud: Texts, runtime: Texts) -> "Surroundings":
        """Read texts that are right by themselves."""
        return cls(
            cloud=load_cloud_configs(tuple(cloud)).result.draft if cloud else None,
            runtime=load_runtime_configs(runtime).draft,
        )


def broken_deployments(
    deployments: Iterable[DeploymentRecord],
    now: Surroundings,
    then: Surroundings,
    providers: Mapping[CpiName, Provider],
) -> Iterator[Diagnostic]:
    """Yield a warning for each deployment that could be deployed now, and could not be then."""
    for record in deployments:
        if record.manifest is None:
            continue
        node = read_document(f"{record.name}.yml", record.manifest).node
        manifest = None if node is None else parse_deployment(node).draft
        if manifest is None:
            continue
        before = {_key(item) for item in _problems(manifest, now, providers)}
        new = [item for item in _problems(manifest, then, providers) if _key(item) not in before]
        if new:
            yield _broken(record, new)


def lost_cpis(
    store: Store, configured: Iterable[CpiName], then: CpiConfig
) -> Iterator[Diagnostic]:
    """Yield a warning for each CPI that things are recorded with and that nothing would answer to.

    ``configured`` are those that stay in any case: the director's own.
    """
    there = {*configured, *then.cpis, *then.successors()}
    used: dict[CpiName, dict[str, int]] = {}
    records_of = (
        ("VM", store.vms()),
        ("disk", (*store.disks(orphaned=False), *store.disks(orphaned=True))),
        ("stemcell", store.stemcells()),
    )
    for what, records in records_of:
        for record in records:
            if record.cpi not in there:
                counts = used.setdefault(record.cpi, {})
                counts[what] = counts.get(what, 0) + 1
    for name, counts in sorted(used.items()):
        listed = ", ".join(counted(count, what) for what, count in counts.items())
        yield warning(
            codes.CPI_STILL_USED,
            f"CPI `{name}` is still used",
            detail=f"{listed} could not be reached any more",
            hint=f"keep it, or name it below `migrated_from` of its successor: [{{name: {name}}}]",
        )


def cpi_config_of(texts: Texts, fill: Fill | None = None) -> CpiConfig:
    """Return the CPIs of configs that are right by themselves, with the values of variables."""
    return load_cpi_configs(texts, fill=fill).draft


def _problems(
    manifest: DeploymentManifest, beside: Surroundings, providers: Mapping[CpiName, Provider]
) -> tuple[Diagnostic, ...]:
    found = [*validate(manifest, beside.cloud), *check_runtime_configs(manifest, beside.runtime)]
    if beside.cloud is None:
        found.append(error(codes.DEPLOYMENT_BREAKS, "there would be no cloud config"))
    else:
        azs = frozenset(az for group in manifest.instance_groups for az in group.azs)
        found += check_clouds(manifest, beside.cloud, providers)
        found += unknown_cpis(beside.cloud, providers, azs)
    return tuple(item for item in found if item.is_error)


def _key(problem: Diagnostic) -> tuple[str, str]:
    return problem.code, problem.summary


def _broken(record: DeploymentRecord, problems: list[Diagnostic]) -> Diagnostic:
    told = [
        f"{f'{item.span}: ' if item.span is not None else ''}{item.summary}"
        for item in problems[:PROBLEMS_SHOWN_MAX]
    ]
    more = len(problems) - len(told)
    return warning(
        codes.DEPLOYMENT_BREAKS,
        f"`{record.name}` could not be deployed any more",
        detail="\n".join([*told, *([f"and {more} more"] if more else [])]),
        hint="it goes on running; change its manifest, or this config",
    )
