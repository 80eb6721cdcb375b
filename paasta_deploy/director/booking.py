"""Choosing addresses: for instances that are placed, and for VMs that will compile packages.

An instance's address is in the store once its placement is written; a compilation VM's once it is
about to be created. Before that two deploys that think at the same time, each in its own thread,
could choose the same one. So they choose one after the other, and what a task has chosen is taken
for the others until it ends. In memory only: who comes back after a kill chooses anew.
"""

import threading
from collections.abc import Iterable

from paasta_deploy.director.occupied import occupied_addresses
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.ids import DeploymentName, InstanceId
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.planning.compilation import PackagePlan, plan_packages
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.ports.store import Store

_TO_COME = InstanceId("what it is about to make")


class Booking:
    """Chooses for all deploys of a director. For several threads.

    ``director`` is its name and ``own`` are the addresses at which it listens itself. With
    ``keeps``, what is chosen stays taken for other deployments until :meth:`release`.
    """

    def __init__(
        self, *, store: Store, ids: IdSource, director: str, own: Iterable[IpAddress] = ()
    ) -> None:
        self._store = store
        self._ids = ids
        self._director = director
        self._own = tuple(own)
        self._choosing = threading.Lock()
        self._kept: dict[DeploymentName, frozenset[IpAddress]] = {}

    def place(
        self,
        manifest: DeploymentManifest,
        cloud_config: CloudConfig,
        recorded: RecordedDeployment,
        *,
        keeps: bool,
        readdressed: frozenset[InstanceId] = frozenset(),
    ) -> Placement:
        """Place the instances of a deployment."""
        name = recorded.deployment.name
        with self._choosing:
            placement = place(
                manifest,
                cloud_config,
                recorded,
                self._ids,
                taken=self._taken_now(name),
                readdressed=readdressed,
            )
            if keeps:
                records = (placed.record for placed in placement.instances)
                self._keep(name, (held.ip for record in records for held in record.addresses))
        return placement

    def plan_packages(
        self,
        desired: Desired,
        placement: Placement,
        recorded: RecordedDeployment,
        *,
        keeps: bool,
    ) -> PackagePlan:
        """Look what is compiled already, and where the rest will be compiled."""
        compiled = [
            record
            for stemcell in sorted({(key.os, key.version) for key in desired.stemcells.values()})
            for record in self._store.compiled_packages(
                stemcell_os=stemcell[0], stemcell_version=stemcell[1]
            )
        ]
        name = desired.manifest.name
        with self._choosing:
            packages = plan_packages(
                desired,
                placement,
                recorded=recorded,
                compiled=compiled,
                taken=self._taken_now(name),
                ids=self._ids,
            )
            if keeps:
                networks = (network for lane in packages.lanes for network in lane.vm.networks)
                self._keep(name, (network.ip for network in networks if network.ip is not None))
        return packages

    def taken(self, deployment: DeploymentName) -> tuple[TakenAddress, ...]:
        """Return the addresses that ``deployment`` cannot have now, each with its holder."""
        with self._choosing:
            return self._taken_now(deployment)

    def release(self, deployment: DeploymentName) -> None:
        """Forget what was kept: records show it now, or nobody needs it any more."""
        with self._choosing:
            self._kept.pop(deployment, None)

    def _keep(self, deployment: DeploymentName, addresses: Iterable[IpAddress]) -> None:
        self._kept[deployment] = self._kept.get(deployment, frozenset()) | frozenset(addresses)

    def _taken_now(self, name: DeploymentName) -> tuple[TakenAddress, ...]:
        occupied = occupied_addresses(self._store, name, director=self._director, own=self._own)
        kept = (
            (address, holder, _TO_COME)
            for holder, addresses in self._kept.items()
            if holder != name
            for address in addresses
        )
        return (*occupied, *kept)
