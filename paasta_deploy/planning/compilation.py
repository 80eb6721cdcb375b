"""Which packages must be compiled for which stemcell, on which VMs, in which order.

(Signatures first; the work follows.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.ids import AgentId, PackageName
from paasta_deploy.model.recorded import CompiledPackageRecord, RecordedDeployment
from paasta_deploy.model.spec import BlobRef, StemcellKey, VmSpec
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.placement import Placement, TakenAddress
from paasta_deploy.ports.clock import IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageKey:
    """What a compiled package depends on: its own content, its dependencies', the stemcell."""

    fingerprint: str
    dependency_key: str
    stemcell: StemcellKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageToCompile:
    """One package to compile, and which of the packages before it it needs."""

    key: PackageKey
    name: PackageName
    version: str
    source: BlobRef
    dependencies: tuple[tuple[PackageName, str, str, str], ...]
    """(name, version, fingerprint, dependency_key), direct ones, in the package's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompilationLane:
    """One worker: packages that are compiled one after another at one address.

    ``agent_ids`` has one VM per package, or a single one that is reused for all.
    """

    vm: VmSpec
    packages: tuple[PackageToCompile, ...]
    agent_ids: tuple[AgentId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePlan:
    """Which compiled packages there are (``ready``) and how the others are made (``lanes``)."""

    ready: Mapping[PackageKey, BlobRef]
    lanes: tuple[CompilationLane, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def plan_packages(
    desired: Desired,
    placement: Placement,
    *,
    recorded: RecordedDeployment,
    compiled: Iterable[CompiledPackageRecord],
    taken: Iterable[TakenAddress] = (),
    ids: IdSource,
) -> PackagePlan:
    """Look what is compiled already and spread the rest over ``compilation.workers`` lanes."""
    raise NotImplementedError
