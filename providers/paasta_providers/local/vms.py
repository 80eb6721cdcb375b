"""Machines from birth to grave: what the provider's VM methods do.

Every method holds the machine's lock while it changes something, looks what is there first, and
works from what stands on disk, so it may follow upon a kill at any moment of another one.
"""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from paasta_providers.local import processes, rtnetlink, sockets, translate
from paasta_providers.local.boot import Answer, Isolation, Order
from paasta_providers.local.cgroups import ControlGroups
from paasta_providers.local.client import Launchers
from paasta_providers.local.cloud_properties import machine_properties
from paasta_providers.local.disks import Disks
from paasta_providers.local.errors import PROVIDER, boot_failure
from paasta_providers.local.folders import read_file, write_file
from paasta_providers.local.host_network import HostNetwork
from paasta_providers.local.links import RouteSocket, wait_until_gone
from paasta_providers.local.machine_boot import CONSOLE_FILE
from paasta_providers.local.machines import HeldMachine, Machines
from paasta_providers.local.process_table import SharedLooks, kill_machine
from paasta_providers.local.records import MachineRecord
from paasta_providers.local.stemcells import Stemcells

from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudError,
    CloudUnavailableError,
    VmCreationRetryableError,
    VmNotFoundError,
)
from paasta_deploy.cpi.requests import CreatedVm, CreateVm, DiskHint, ListedVm
from paasta_deploy.model.ids import AgentId, DiskCid, VmCid

VETH_DEADLINE_S = 0.5
"""The kernel removes the interface of a dead namespace within 20 ms; then it is told to."""

_GONE = frozenset({errno.ENODEV, errno.ESRCH})
"""The interface, or the route over it, went with its namespace."""

_CONSOLE_TAIL = 300
"""Letters of a dead machine's last words that fit into an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHost:
    """The parts of this host that machines are made with; see the modules they come from."""

    isolation: Isolation
    address: IPv4Address
    tag: str
    machines: Machines
    disks: Disks
    stemcells: Stemcells
    launchers: Launchers
    groups: ControlGroups
    network: HostNetwork
    looks: SharedLooks

    def order(self, record: MachineRecord, order: Order, lock_fd: int) -> Answer:
        """Have the machine's launcher do something. Raises CloudError."""
        image = self.stemcells.image(record.stemcell)
        return self.launchers.order(record.stemcell, image, order, lock_fd)

    def attached(self, record: MachineRecord) -> tuple[DiskCid, ...]:
        """Return the disks that are attached to the machine."""
        return tuple(disk for disk in record.disks if self.disks.attached_to(disk) == record.cid)

    def kill(self, cid: VmCid) -> None:
        """Kill everything that runs in the machine; nothing there is success.

        Raises CloudUnavailableError when something cannot be killed, OSError.
        """
        mark = self.machines.process(cid)
        record = self.machines.read(cid)
        alive: tuple[int, ...] = ()
        if mark is not None and (record is None or record.isolation is Isolation.NAMESPACES):
            alive = () if processes.kill(mark) else (mark.pid,)
        if record is None or record.isolation is Isolation.PROCESSES:
            alive += kill_machine(self.looks, cid, self.machines.folder(cid), mark)
        if alive:
            raise CloudUnavailableError(
                f"{cid} does not die: process {', '.join(map(str, alive))} is still there "
                f"{processes.DEATH_DEADLINE_S:.0f} s after SIGKILL.",
                provider=PROVIDER,
                cid=cid,
                hint="it hangs inside the kernel, mostly in a dead disk or network filesystem: "
                f"see /proc/{alive[0]}/stack",
            )


class Vms:
    """The VM methods of the contract."""

    def __init__(self, host: LocalHost) -> None:
        self._host = host

    def create(self, request: CreateVm) -> CreatedVm:
        """Make a machine and start its agent. A living machine with that agent id is returned.

        A dead or half-made one is removed first. Raises CloudError, OSError; nothing is left then.
        """
        host = self._host
        host.stemcells.image(request.stemcell)
        properties = machine_properties(request.cloud_properties)
        record = translate.machine_record(request, properties, host.isolation, host.tag)
        created = CreatedVm(cid=record.cid, networks=request.networks)
        with host.machines.hold(record.cid, create=True) as held:
            if held is None or host.machines.is_alive(record.cid):
                return created
            if not held.is_new:
                self._sweep(held)
                self._await_interface_gone(held.cid)
                host.machines.clear(held)
            host.machines.write(record)
            done = False
            try:
                host.machines.claim(record)
                self._write_settings(record, request)
                self._boot(held, record)
                done = True
            finally:
                if not done:
                    self._sweep(held)
                    host.machines.discard(held)
        return created

    def find(self, agent_id: AgentId) -> VmCid | None:
        """Return the machine with that agent, also a dead or half-made one."""
        cid = translate.vm_cid(agent_id)
        return cid if self._host.machines.exists(cid) else None

    def delete(self, cid: VmCid) -> None:
        """Remove the machine with all it has on this host. Raises CloudError, OSError."""
        host = self._host
        # Who sets the machine up may hang, and holds the lock: then it is killed without.
        with host.machines.hold(cid, if_busy=lambda: host.kill(cid)) as held:
            if held is not None:
                self._sweep(held)
                host.machines.discard(held)
                self._await_interface_gone(cid)

    def has(self, cid: VmCid) -> bool:
        """Return whether the machine lives.

        Without namespaces, processes can outlive the first one of their machine, as they cannot
        with them; so they are killed here, and False always means that nothing runs any more.
        """
        host = self._host
        if not host.machines.exists(cid):
            return False
        if host.machines.is_alive(cid):
            return True
        with host.machines.hold(cid) as held:
            if held is not None and not host.machines.is_alive(cid):
                host.kill(cid)
                return False
        return held is not None

    def reboot(self, cid: VmCid) -> None:
        """Kill the machine and start it again with its folder, disks and addresses."""
        host = self._host
        with host.machines.hold(cid) as held:
            record = host.machines.read(cid)
            if held is None or record is None:
                raise _no_vm(cid, "reboot_vm")
            host.kill(cid)
            self._remove_from_host(cid, record)
            self._await_interface_gone(cid)
            host.machines.forget_process(held)
            settings = self._settings_file(cid)
            hints = self._hints(record)
            write_file(
                settings, translate.with_disks(read_file(settings) or "{}", hints), durable=False
            )
            self._boot(held, record)

    def set_metadata(self, cid: VmCid, metadata: Mapping[str, str]) -> None:
        """Replace names and tags. Raises VmNotFoundError, OSError."""
        with self._host.machines.hold(cid) as held:
            record = self._host.machines.read(cid)
            if held is None or record is None:
                raise _no_vm(cid, "set_vm_metadata")
            self._host.machines.write(replace(record, metadata=dict(metadata)))

    def list(self) -> Sequence[ListedVm]:
        """Return all machines, also dead and half-made ones."""
        machines = self._host.machines
        listed = []
        for cid in machines.cids():
            record = machines.read(cid)
            # A record may be broken; the cid was made from the agent's id.
            agent_id = AgentId(cid.removeprefix("vm-")) if record is None else record.agent_id
            listed.append(
                ListedVm(
                    cid=cid,
                    agent_id=agent_id,
                    running=machines.is_alive(cid),
                    metadata={} if record is None else record.metadata,
                )
            )
        return listed

    def _boot(self, held: HeldMachine, record: MachineRecord) -> None:
        host = self._host
        if record.isolation is Isolation.NAMESPACES:
            host.network.prepare(IPv4Network(subnet) for subnet in record.subnets)
        else:
            _refuse_taken_addresses(record)
        order = translate.boot_order(
            record,
            folder=held.folder,
            host_address=host.address,
            cgroup_doors=host.groups.create(record.cid, record.limits),
            disks={disk: host.disks.data(disk) for disk in host.attached(record)},
        )
        try:
            answer = host.order(record, order, held.lock_fd)
        except CloudUnavailableError as error:
            raise VmCreationRetryableError(
                f"{record.cid} did not come up. {error}{_last_words(held.folder)}",
                provider=PROVIDER,
                method="create_vm",
                cid=record.cid,
                hint=error.hint,
            ) from error
        if answer.error:
            raise boot_failure(answer.error, answer.doing, answer.path, cid=record.cid)

    def _sweep(self, held: HeldMachine) -> None:
        """Remove processes, interface, control groups, attachments and addresses."""
        host = self._host
        host.kill(held.cid)
        record = host.machines.read(held.cid)
        self._remove_from_host(held.cid, record)
        for disk in () if record is None else record.disks:
            host.disks.detach(disk, held.cid)
        host.machines.release(held.cid)
        host.machines.forget_process(held)

    def _remove_from_host(self, cid: VmCid, record: MachineRecord | None) -> None:
        """Remove what stands outside of the machine's processes and folder.

        The kernel takes the interface away itself, once the dead processes' namespace is. That is
        faster than asking for it, but not at once, so the routes go first: the address is free.
        """
        if record is not None and record.veth:
            with RouteSocket() as socket:
                link = socket.link(record.veth)
                if link is not None:
                    routes = [
                        rtnetlink.delete_link_route(IPv4Address(address), link.index)
                        for address in record.addresses
                    ]
                    socket.do(routes, tolerate=_GONE)
        self._host.groups.remove(cid)

    def _await_interface_gone(self, cid: VmCid) -> None:
        if self._host.isolation is Isolation.NAMESPACES:
            name = translate.veth_name(self._host.tag, cid)
            if not wait_until_gone(name, VETH_DEADLINE_S):
                with RouteSocket() as socket:
                    socket.do([rtnetlink.delete_link(name)], tolerate=_GONE)

    def _settings_file(self, cid: VmCid) -> Path:
        return self._host.machines.folder(cid) / "vcap" / "bosh" / "settings.json"

    def _hints(self, record: MachineRecord) -> Mapping[DiskCid, DiskHint]:
        return {
            disk: translate.disk_hint(disk, self._host.disks.data(disk), record.isolation)
            for disk in self._host.attached(record)
        }

    def _write_settings(self, record: MachineRecord, request: CreateVm) -> None:
        settings = self._settings_file(record.cid)
        for folder in (settings.parent.parent, settings.parent):
            folder.mkdir()
            # Jobs run as their own user; the director's umask must not keep them out.
            folder.chmod(0o755)
        text = translate.settings_text(
            request.agent_settings.reveal(), record.cid, request.networks, self._hints(record)
        )
        write_file(settings, text, durable=False)


def _refuse_taken_addresses(record: MachineRecord) -> None:
    table = Path("/proc/net/tcp").read_text(encoding="ascii")
    for address in record.addresses:
        ports = sockets.listening_on(table, IPv4Address(address))
        if ports:
            raise CloudConfigError(
                f"{record.cid} cannot have the address {address}: something else on this host "
                f"listens on its port {ports[0]}.",
                provider=PROVIDER,
                method="create_vm",
                cid=record.cid,
                hint=f"`ss -ltnp src {address}` shows what; end it or choose another range",
            )


def _last_words(folder: Path) -> str:
    text = (read_file(folder / CONSOLE_FILE) or "").strip()
    return f" It printed: {text[-_CONSOLE_TAIL:]}" if text else ""


def _no_vm(cid: VmCid, method: str) -> CloudError:
    return VmNotFoundError(
        f"There is no machine {cid} on this host.", provider=PROVIDER, method=method, cid=cid
    )
