"""Where the conformance suite works: a provider, what it needs, and a broom.

Everything that a test makes is made through the :class:`Workbench`, which remembers it and deletes
it in the end, VMs before disks; a failing test must not leave a bill behind.
"""

import secrets
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from paasta_deploy.cpi.capabilities import Capabilities, Feature
from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.cpi.requests import CreateDisk, CreatedVm, CreateStemcell, CreateVm
from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, StemcellCid, VmCid
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject

_Error = TypeVar("_Error", bound=CloudError)

ABSENT_VM = VmCid("paasta-conformance-absent-vm")
ABSENT_DISK = DiskCid("paasta-conformance-absent-disk")
ABSENT_STEMCELL = StemcellCid("paasta-conformance-absent-stemcell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the suite needs to know of one cloud.

    ``networks`` gives the networks of the n-th VM (from 0), with addresses of its own; the suite
    never has more than eight VMs at once. An ``absent_...`` is a well-formed cid of something that
    does not exist. ``is_alive`` looks behind the provider's back whether anything of a VM still
    runs, where the test can know that; None where it cannot.
    """

    networks: Callable[[int], tuple[NetworkSpec, ...]]
    stemcell_image: Path
    stemcell_cloud_properties: JsonObject = field(default_factory=dict)
    vm_cloud_properties: JsonObject = field(default_factory=dict)
    disk_cloud_properties: JsonObject = field(default_factory=dict)
    agent_settings: Secret = field(default_factory=lambda: Secret("{}"))
    disk_size_mib: int = 64
    disk_ids_are_keys: bool = True
    absent_vm: VmCid = ABSENT_VM
    absent_disk: DiskCid = ABSENT_DISK
    absent_stemcell: StemcellCid = ABSENT_STEMCELL
    is_alive: Callable[[Provider, VmCid], bool] | None = None


def fresh_id() -> str:
    """Return an id that no earlier run against the same account has used."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


class Workbench:
    """One provider at work, and all that was made with it."""

    def __init__(self, provider: Provider, surroundings: Surroundings) -> None:
        self.provider = provider
        self.surroundings = surroundings
        self._stemcell: StemcellCid | None = None
        self._vms: dict[AgentId, int] = {}
        self._disks: list[DiskCid] = []

    @property
    def capabilities(self) -> Capabilities:
        """What the provider says that it can do."""
        return self.provider.capabilities()

    def stemcell_request(self, version: str = "1.0") -> CreateStemcell:
        """Return a request for the stemcell of the suite."""
        return CreateStemcell(
            name="paasta-conformance",
            version=version,
            image=self.surroundings.stemcell_image,
            cloud_properties=self.surroundings.stemcell_cloud_properties,
        )

    def stemcell(self) -> StemcellCid:
        """Return the stemcell that all VMs of the suite boot from."""
        if self._stemcell is None:
            self._stemcell = self.provider.create_stemcell(self.stemcell_request())
        return self._stemcell

    def vm_request(
        self, agent_id: AgentId | None = None, *, stemcell: StemcellCid | None = None
    ) -> CreateVm:
        """Return a request for a new VM on addresses that no other VM of the suite has."""
        agent_id = agent_id or AgentId(fresh_id())
        number = self._vms.get(agent_id)
        if number is None:
            taken = set(self._vms.values())
            number = next(free for free in range(len(taken) + 1) if free not in taken)
            self._vms[agent_id] = number
        return CreateVm(
            agent_id=agent_id,
            stemcell=stemcell or self.stemcell(),
            cloud_properties=self.surroundings.vm_cloud_properties,
            networks=self.surroundings.networks(number),
            agent_settings=self.surroundings.agent_settings,
            metadata={"deployment": "paasta-conformance"},
        )

    def create_vm(self, request: CreateVm | None = None) -> CreatedVm:
        """Create a VM."""
        return self.provider.create_vm(request or self.vm_request())

    def delete_vm(self, request: CreateVm, cid: VmCid) -> None:
        """Delete a VM; its addresses are free for the next one."""
        self.provider.delete_vm(cid)
        self._vms.pop(request.agent_id, None)

    def create_disk(
        self, size_mib: int | None = None, *, disk_id: DiskId | None = None
    ) -> DiskCid:
        """Create a disk."""
        request = CreateDisk(
            disk_id=disk_id or DiskId(fresh_id()),
            size_mib=size_mib or self.surroundings.disk_size_mib,
            cloud_properties=self.surroundings.disk_cloud_properties,
        )
        cid = self.provider.create_disk(request)
        self._disks.append(cid)
        return cid

    def require(self, feature: Feature) -> None:
        """Skip the test where the provider does not claim ``feature``."""
        if feature not in self.capabilities.features:
            pytest.skip(f"{self.capabilities.provider} does not claim {feature.value}")

    def sweep(self) -> None:
        """Delete all that was made. Goes on after a failure: the rest must not stay for it."""
        for agent_id in tuple(self._vms):
            with suppress(CloudError):
                cid = self.provider.find_vm(agent_id)
                if cid is not None:
                    self.provider.delete_vm(cid)
        for disk in self._disks:
            with suppress(CloudError):
                self.provider.delete_disk(disk)
        if self._stemcell is not None:
            with suppress(CloudError):
                self.provider.delete_stemcell(self._stemcell)


class Part(ABC):
    """The hooks and fixtures that all parts of the suite share."""

    @classmethod
    @abstractmethod
    def make_provider(cls, state_folder: Path) -> Provider:
        """Return a provider on ``state_folder``; called again, it must find the same things."""

    @classmethod
    @abstractmethod
    def surroundings(cls) -> Surroundings:
        """Return what the suite needs to know of this cloud."""

    @pytest.fixture(scope="class")
    @classmethod
    def state_folder(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """The CPI's own folder, the same for all tests of one provider."""
        return tmp_path_factory.mktemp("cpi")

    @pytest.fixture(scope="class")
    @classmethod
    def bench(cls, state_folder: Path) -> Iterator[Workbench]:
        """One provider for all tests, swept and closed after the last one."""
        workbench = Workbench(cls.make_provider(state_folder), cls.surroundings())
        yield workbench
        workbench.sweep()
        workbench.provider.close()

    @pytest.fixture(scope="class")
    @classmethod
    def shared_vm(cls, bench: Workbench) -> CreatedVm:
        """A VM that tests may look at, attach disks to, and must leave running and bare."""
        return bench.create_vm()


def refused(kind: type[_Error], call: Callable[[], object], why: str) -> _Error:
    """Return the error with which ``call`` fails, which must be a final ``kind``."""
    with pytest.raises(CloudError) as caught:
        call()
    error = caught.value
    assert isinstance(error, kind), f"{why}: {kind.__name__}, not {type(error).__name__}: {error}"
    assert not error.retryable, f"{why}: trying again cannot help, so it is not retryable"
    assert str(error).strip(), f"{why}: the error says nothing"
    return error


def tags_of(bench: Workbench, cid: VmCid) -> Mapping[str, str]:
    """Return the metadata of a VM as the listing shows them."""
    return next((vm.metadata for vm in bench.provider.list_vms() if vm.cid == cid), {})
