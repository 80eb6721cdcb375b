"""Makes machines for these tests, talks to their little agents, and sees that nothing is left."""

import json
import os
import socket
import zipfile
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from paasta_providers.local import LocalProvider
from paasta_providers.local import provider as factory
from paasta_providers.local.leftovers import Leftover, find_leftovers
from paasta_providers.local.waiting import wait_until

from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateDisk, CreateStemcell, CreateVm
from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, NetworkName, StemcellCid, VmCid
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject
from tests.claims import own_network

PORT = 7000
ANSWER_S_MAX = 90.0
"""Until a little agent listens: milliseconds, unless the machine that runs the tests is busy."""

NETWORK_VARIABLE = "PAASTA_TEST_NETWORK"
NETWORK = os.environ.get(NETWORK_VARIABLE) or own_network("127.244")
"""Processes that a test starts are told its own one."""

FIRST_ADDRESSES = {
    "namespaces": IPv4Address("10.244.0.2"),
    "processes": IPv4Address(f"{NETWORK}.2"),
}


def pack_agent(target: Path) -> Path:
    """Write a zipapp with the little agent and return its path."""
    source = Path(__file__).with_name("little_agent.py").read_text(encoding="utf-8")
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("paasta_deploy/__init__.py", "")
        archive.writestr("paasta_deploy/agent/__init__.py", "")
        archive.writestr("paasta_deploy/agent/main.py", source)
    return target


def network(number: int, isolation: str) -> tuple[NetworkSpec, ...]:
    """Return the networks of the n-th machine."""
    return (
        NetworkSpec(
            name=NetworkName("default"),
            kind="manual",
            ip=FIRST_ADDRESSES[isolation] + number,
            netmask="255.255.255.0",
            gateway=FIRST_ADDRESSES[isolation] - 1,
            default=("dns", "gateway"),
        ),
    )


def open_provider(state: Path, isolation: str, **properties: str) -> LocalProvider:
    """Return a provider on the state folder."""
    if isolation == "namespaces":
        properties.setdefault("host_address", "10.244.0.1")
    context = ProviderContext(
        name="local",
        properties={"isolation": isolation, **properties},
        state_folder=state,
        director_uuid="director",
    )
    return factory.create(context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A provider at work on this host."""

    provider: LocalProvider
    state: Path
    isolation: str
    stemcell: StemcellCid

    def request(self, number: int, **cloud_properties: str | float | bool) -> CreateVm:
        """Return the request for the n-th machine."""
        return CreateVm(
            agent_id=AgentId(f"agent-{number}"),
            stemcell=self.stemcell,
            cloud_properties=cloud_properties,
            networks=network(number, self.isolation),
            agent_settings=Secret(json.dumps({"agent_id": f"agent-{number}", "mbus": "secret"})),
        )

    def create(self, number: int, **cloud_properties: str | float | bool) -> VmCid:
        """Make the n-th machine."""
        return self.provider.create_vm(self.request(number, **cloud_properties)).cid

    def disk(self, name: str = "a") -> DiskCid:
        """Make a disk."""
        request = CreateDisk(disk_id=DiskId(name), size_mib=8, cloud_properties={})
        return self.provider.create_disk(request)

    def folder(self, cid: VmCid) -> Path:
        """Return the machine's folder."""
        return self.state / "machines" / cid

    def pid(self, cid: VmCid) -> int:
        """Return the number of the machine's first process, as an operator would find it."""
        return int((self.folder(cid) / "pid").read_text())

    def ask(self, number: int, deed: str, *arguments: object) -> object:
        """Let the n-th machine's agent do something and return its answer."""
        address = str(FIRST_ADDRESSES[self.isolation] + number)
        connections: list[socket.socket] = []

        def connect() -> bool:
            try:
                connections.append(socket.create_connection((address, PORT), ANSWER_S_MAX))
            except ConnectionRefusedError:
                return False
            return True

        assert wait_until(connect, deadline_s=ANSWER_S_MAX, poll_s=0.002), "no agent answers"
        with connections[0] as connection, connection.makefile("rw", encoding="utf-8") as stream:
            json.dump([deed, *arguments], stream)
            stream.write("\n")
            stream.flush()
            return json.loads(stream.readline())

    def end(self) -> tuple[Leftover, ...]:
        """Delete all machines, let go of the host, and return what is left nevertheless."""
        for vm in self.provider.list_vms():
            self.provider.delete_vm(vm.cid)
        self.provider.release_host()
        self.provider.close()
        return find_leftovers(self.state)


def open_host(state: Path, isolation: str) -> Host:
    """Return a provider with a stemcell whose agent is the little one."""
    local = open_provider(state, isolation)
    image = pack_agent(state.parent / f"{state.name}.pyz")
    request = CreateStemcell(name="little", version="1", image=image, cloud_properties={})
    return Host(
        provider=local, state=state, isolation=isolation, stemcell=local.create_stemcell(request)
    )


def as_object(value: object) -> JsonObject:
    """Return an answer that is known to be a mapping."""
    assert isinstance(value, dict), value
    return value
