"""Which packages must be compiled for which stemcell, on which VMs, in which order.

Theory (BOSH 4.2). What runs on an instance needs its jobs' packages; a package that has to be
compiled needs its dependencies compiled before. A compiled package is found among the recorded
ones (exact stemcell), or came with a compiled release; otherwise its source is compiled.

``compilation.workers`` VMs work at the same time. Each of them is a *lane*: an address and a row
of packages, so that the plan can say beforehand who compiles what. Lanes are filled by list
scheduling: whatever heads the longest chain of work goes first, onto the lane that is free
first, where the work of a package is guessed from the size of its source. A lane belongs to one
stemcell, so with several stemcells the workers are divided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.model.cloud_config import Compilation, DynamicNetwork
from paasta_deploy.model.deployment import InstanceGroup, Lifecycle
from paasta_deploy.model.ids import AgentId, CpiName, InstanceGroupName, PackageName, ReleaseName
from paasta_deploy.model.recorded import CompiledPackageRecord, RecordedDeployment
from paasta_deploy.model.spec import BlobRef, IpAddress, StemcellKey, VmSpec
from paasta_deploy.planning.addresses import AddressBook, Holder, TakenAddress
from paasta_deploy.planning.cloud_variables import used_versions
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.placement import Placement
from paasta_deploy.planning.release_packages import PackageKey, ReleasePackages
from paasta_deploy.planning.vm_specs import VmSpecs, director_env, merged_cloud_properties
from paasta_deploy.ports.clock import IdSource

_DEFAULTS = ("dns", "gateway")
"""A compilation VM has one network, which is the default for everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageToCompile:
    """One package to compile, and which compiled packages it needs.

    ``dependencies`` are (name, version, fingerprint, dependency_key), direct ones only, in the
    package's order; ``waits_for`` are those that are compiled by the same plan.
    """

    key: PackageKey
    name: PackageName
    version: str
    source: BlobRef
    stemcell: StemcellKey
    dependencies: tuple[tuple[PackageName, str, str, str], ...]
    waits_for: tuple[PackageKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompilationLane:
    """One worker: packages that are compiled one after another at one address.

    ``agent_ids`` has one VM per package, or a single one that is reused for all.
    """

    name: InstanceGroupName
    vm: VmSpec
    packages: tuple[PackageToCompile, ...]
    agent_ids: tuple[AgentId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePlan:
    """Which compiled packages there are (``ready``) and how the others are made (``lanes``)."""

    ready: Mapping[PackageKey, BlobRef] = field(default_factory=dict)
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
    """Look what is compiled already and spread the rest over ``compilation.workers`` lanes.

    ``compiled`` are the recorded packages of the stemcells that ``desired`` uses. Groups whose
    instances are not made by a deploy (errands without VMs) compile nothing.
    """
    needs = _needs(desired, placement, recorded, compiled)
    diagnostics = list(needs.problems())
    lanes: tuple[CompilationLane, ...] = ()
    if needs.missing and not diagnostics:
        lanes = _Lanes(desired, ids).fill(
            tuple(needs.missing.values()),
            _AddressSource(desired, placement, recorded, taken),
            diagnostics,
        )
    return PackagePlan(ready=needs.ready, lanes=lanes, diagnostics=tuple(diagnostics))


def package_problems(
    desired: Desired,
    placement: Placement,
    *,
    recorded: RecordedDeployment,
    compiled: Iterable[CompiledPackageRecord],
) -> tuple[Diagnostic, ...]:
    """Return what makes compiling impossible for a deployment that has other mistakes, too.

    Only groups that are placed, and whose stemcell is there, are looked at.
    """
    needs = _needs(desired, placement, recorded, compiled)
    found = list(needs.problems())
    if needs.missing and not found and desired.cloud_config.compilation is None:
        found.append(_no_compilation(len(needs.missing)))
    return tuple(found)


def _needs(
    desired: Desired,
    placement: Placement,
    recorded: RecordedDeployment,
    compiled: Iterable[CompiledPackageRecord],
) -> "_Needs":
    needs = _Needs(desired, compiled)
    with_vm = {vm.instance_id for vm in recorded.vms}
    for group in desired.manifest.instance_groups:
        if group.name not in placement.groups or group.stemcell not in desired.stemcells:
            continue
        runs = group.lifecycle is Lifecycle.SERVICE or any(
            placed.record.instance_id in with_vm for placed in placement.groups[group.name]
        )
        if runs:
            needs.add(group)
    return needs


class _Needs:
    """Collects what is needed: ready packages, missing ones (dependencies first), problems."""

    def __init__(self, desired: Desired, compiled: Iterable[CompiledPackageRecord]) -> None:
        self._desired = desired
        references = {item.name: item for item in desired.manifest.releases}
        self._packages = {
            name: ReleasePackages(release, references[name].exported_from)
            for name, release in desired.releases.items()
        }
        self._recorded = {
            PackageKey(
                fingerprint=record.fingerprint,
                dependency_key=record.dependency_key,
                stemcell_os=record.stemcell_os,
                stemcell_version=record.stemcell_version,
            ): record.blob
            for record in compiled
        }
        self.ready: dict[PackageKey, BlobRef] = {}
        self.missing: dict[PackageKey, PackageToCompile] = {}
        self._collisions: list[Diagnostic] = []
        self._no_source: dict[tuple[ReleaseName, StemcellKey], set[str]] = {}

    def add(self, group: InstanceGroup) -> None:
        """Add what the jobs of ``group`` need."""
        stemcell = self._desired.stemcells[group.stemcell]
        brought: dict[PackageName, tuple[PackageKey, ReleaseName]] = {}
        for bound in self._desired.bindings[group.name]:
            packages = self._packages[bound.use.release]
            for name in packages.release.manifest.packages_for(bound.job):
                key = packages.key(name, stemcell)
                other = brought.setdefault(name, (key, bound.use.release))
                if other[0] != key:
                    self._collisions.append(_collision(group, name, other[1], bound.use.release))
                self._need(packages, name, stemcell)

    def problems(self) -> Iterable[Diagnostic]:
        """Yield what makes compiling impossible."""
        yield from self._collisions
        references = {item.name: item for item in self._desired.manifest.releases}
        for (name, stemcell), packages in self._no_source.items():
            release = self._desired.releases[name]
            yield error(
                codes.NO_PACKAGE_SOURCE,
                f"release `{name}/{release.version}` is compiled for another stemcell than "
                f"`{stemcell.os}/{stemcell.version}` and brings no source",
                span=references[name].source.span("version"),
                detail="packages: " + ", ".join(sorted(packages)),
                hint="upload the source release, or one compiled for this stemcell",
            )

    def _need(self, packages: ReleasePackages, name: PackageName, stemcell: StemcellKey) -> None:
        key = packages.key(name, stemcell)
        if key in self.ready or key in self.missing:
            return
        blob = self._recorded.get(key) or packages.brought(name, stemcell)
        if blob is not None:
            self.ready[key] = blob
            return
        source = packages.source(name)
        if source is None:
            missing = self._no_source.setdefault((packages.release.name, stemcell), set())
            missing.add(f"{name}/{key.fingerprint}")
            return
        package = packages.package(name)
        # Depth first, so that `missing` stands in an order in which it could be compiled.
        for dependency in package.dependencies:
            self._need(packages, dependency, stemcell)
        needed = [(item, packages.key(item, stemcell)) for item in package.dependencies]
        self.missing[key] = PackageToCompile(
            key=key,
            name=name,
            version=package.version,
            source=source,
            stemcell=stemcell,
            dependencies=tuple(
                (item, packages.package(item).version, below.fingerprint, below.dependency_key)
                for item, below in needed
            ),
            waits_for=tuple(below for _, below in needed if below in self.missing),
        )


class _AddressSource:
    """Gives compilation VMs addresses that nobody holds."""

    def __init__(
        self,
        desired: Desired,
        placement: Placement,
        recorded: RecordedDeployment,
        taken: Iterable[TakenAddress],
    ) -> None:
        self._networks = desired.cloud_config.networks
        self._book = AddressBook(desired.cloud_config, taken)
        self._holder = Holder(desired.manifest.name, "compilation")
        records = [placed.record for placed in placement.instances]
        for record in (*records, *recorded.instances):
            for reservation in record.addresses:
                self._book.hold(reservation.ip, self._holder)
        for vm in recorded.vms:
            for network in vm.networks:
                if network.ip is not None:
                    self._book.hold(network.ip, self._holder)

    def take(self, compilation: Compilation) -> tuple[bool, IpAddress | None]:
        """Return whether a VM can be had, and its address (None in a dynamic network)."""
        if isinstance(self._networks[compilation.network], DynamicNetwork):
            return True, None
        ip = self._book.take_lowest(compilation.network, compilation.az, self._holder)
        return ip is not None, ip


class _Lanes:
    """Spreads packages over lanes."""

    def __init__(self, desired: Desired, ids: IdSource) -> None:
        self._desired = desired
        self._ids = ids
        self._vm_specs = VmSpecs(desired)

    def fill(
        self,
        packages: Sequence[PackageToCompile],
        addresses: _AddressSource,
        diagnostics: list[Diagnostic],
    ) -> tuple[CompilationLane, ...]:
        """Return the lanes; none, and a diagnostic, when there is no way to make a VM."""
        compilation = self._desired.cloud_config.compilation
        if compilation is None:
            diagnostics.append(_no_compilation(len(packages)))
            return ()
        by_stemcell: dict[StemcellKey, list[PackageToCompile]] = {}
        for package in packages:
            by_stemcell.setdefault(package.stemcell, []).append(package)
        share = max(1, compilation.workers // len(by_stemcell))
        lanes: list[CompilationLane] = []
        for stemcell, members in by_stemcell.items():
            ips: list[IpAddress | None] = []
            for _ in range(min(share, len(members))):
                found, ip = addresses.take(compilation)
                if found:
                    ips.append(ip)
            if not ips:
                diagnostics.append(_no_address(compilation))
                return ()
            for ip, row in zip(ips, schedule(members, len(ips)), strict=True):
                if row:
                    lanes.append(self._lane(len(lanes), compilation, stemcell, ip, row))
        return tuple(lanes)

    def _lane(
        self,
        number: int,
        compilation: Compilation,
        stemcell: StemcellKey,
        ip: IpAddress | None,
        packages: Sequence[PackageToCompile],
    ) -> CompilationLane:
        name = InstanceGroupName(f"compilation-{number}")
        manifest = self._desired.manifest
        cpi = self._vm_specs.cpi(compilation.az)
        cloud_properties = merged_cloud_properties(
            self._desired,
            az=compilation.az,
            vm_type=compilation.vm_type,
            vm_resources=compilation.vm_resources,
            extensions=compilation.vm_extensions,
            cloud_properties=compilation.cloud_properties,
        )
        network = self._vm_specs.network(compilation.network, ip, compilation.az, _DEFAULTS)
        versions = self._desired.variables
        vm = VmSpec(
            stemcell=self._stemcell_at(cpi, stemcell),
            cloud_properties=cloud_properties,
            env=director_env(
                compilation.env, self._desired.director_name, manifest.name, name, manifest.tags
            ),
            networks=(network,),
            cpi=cpi,
            env_variables=used_versions(compilation.env, versions),
            cloud_variables=used_versions([cloud_properties, network.cloud_properties], versions),
        )
        vms = 1 if compilation.reuse_compilation_vms else len(packages)
        return CompilationLane(
            name=name,
            vm=vm,
            packages=tuple(packages),
            agent_ids=tuple(AgentId(self._ids.new_uuid()) for _ in range(vms)),
        )

    def _stemcell_at(self, cpi: CpiName, stemcell: StemcellKey) -> StemcellKey:
        """Return what has the OS and version of ``stemcell`` at ``cpi``."""
        for (_, there), key in self._desired.stemcells_at.items():
            if there == cpi and (key.os, key.version) == (stemcell.os, stemcell.version):
                return key
        return stemcell


def schedule(
    packages: Sequence[PackageToCompile], lanes: int
) -> tuple[tuple[PackageToCompile, ...], ...]:
    """Spread ``packages`` (dependencies first) over ``lanes`` rows; see the module docstring.

    No row has a package before one that it waits for, and waiting over rows has no ring.
    """
    work = {package.key: 1 + package.source.size for package in packages}
    urgency = dict(work)
    for package in reversed(packages):
        for key in package.waits_for:
            urgency[key] = max(urgency[key], work[key] + urgency[package.key])
    rows: list[list[PackageToCompile]] = [[] for _ in range(lanes)]
    free_at = [0] * lanes
    done_at: dict[PackageKey, int] = {}
    # A dependency is always more urgent than what waits for it, so it comes first.
    for package in sorted(packages, key=lambda package: -urgency[package.key]):
        ready_at = max((done_at[key] for key in package.waits_for), default=0)
        lane = min(range(lanes), key=lambda number: (max(free_at[number], ready_at), number))
        free_at[lane] = max(free_at[lane], ready_at) + work[package.key]
        done_at[package.key] = free_at[lane]
        rows[lane].append(package)
    return tuple(tuple(row) for row in rows)


def _collision(
    group: InstanceGroup, name: PackageName, first: ReleaseName, second: ReleaseName
) -> Diagnostic:
    return error(
        codes.PACKAGE_COLLISION,
        f"jobs of `{group.name}` bring two different packages called `{name}`",
        span=group.source.span("jobs"),
        detail=f"from releases `{first}` and `{second}`; an instance has room for one",
        hint="put the jobs into different groups, or use releases with the same package",
    )


def _no_compilation(count: int) -> Diagnostic:
    return error(
        codes.NO_COMPILATION,
        f"{count} package{'s' if count != 1 else ''} must be compiled, and the cloud config has "
        "no `compilation`",
        detail="compiling needs to know network, AZ and kind of the VMs",
        hint="add `compilation:` to the cloud config, or use compiled releases",
    )


def _no_address(compilation: Compilation) -> Diagnostic:
    return error(
        codes.NO_FREE_ADDRESS,
        f"network `{compilation.network}` has no free address left for a compilation VM",
        span=compilation.source.span("network"),
        detail="every address that the network gives out is held",
        hint="widen the range of a subnet in the cloud config",
    )
