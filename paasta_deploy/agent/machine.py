"""Everything of one agent that its actions work with, and how it is put together."""

from collections.abc import Callable
from dataclasses import dataclass

from paasta_deploy.agent.applier import Applier
from paasta_deploy.agent.children import Children
from paasta_deploy.agent.compiler import Compiler
from paasta_deploy.agent.disks import Disks
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.own_sshd import OwnSshd
from paasta_deploy.agent.scripts import Scripts
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.spec_store import SpecStore
from paasta_deploy.agent.ssh_users import SshUsers
from paasta_deploy.agent.supervisor import Supervisor
from paasta_deploy.agent.tools import Tools
from paasta_deploy.agent.vitals import MachineVitals
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.heartbeat import Heartbeat


@dataclass(kw_only=True)
class Machine:
    """The parts of one agent."""

    layout: Layout
    settings: SettingsStore
    specs: SpecStore
    children: Children
    supervisor: Supervisor
    applier: Applier
    compiler: Compiler
    scripts: Scripts
    disks: Disks
    ssh_users: SshUsers
    tools: Tools
    vitals: MachineVitals

    @property
    def job_names(self) -> list[str]:
        """The jobs of the applied spec."""
        return [job.name for job in self.specs.current.jobs]

    def job_state(self) -> JobState:
        """Return the one word for all processes."""
        return self.supervisor.job_state()

    def heartbeat(self) -> Heartbeat:
        """Return a heartbeat of this moment."""
        spec = self.specs.current
        return Heartbeat(
            deployment=spec.deployment,
            job=spec.group,
            index=spec.index,
            job_state=self.job_state(),
            node_id=spec.id,
            number_of_processes=self.supervisor.count(),
            vitals=self.vitals.look(has_disk=self.disks.mounted is not None),
        )


def build_machine(
    settings: SettingsStore,
    *,
    on_change: Callable[[], None],
    on_death: Callable[[str], None],
    on_recovery: Callable[[str], None],
) -> Machine:
    """Construct the parts. What is told to whom: see `Supervisor`. Raises OSError, WireError."""
    layout = settings.layout
    children = Children()
    tools = Tools(children=children, layout=layout)
    specs = SpecStore(layout)
    supervisor = Supervisor(
        children=children,
        layout=layout,
        on_change=on_change,
        on_death=on_death,
        on_recovery=on_recovery,
    )
    return Machine(
        layout=layout,
        settings=settings,
        specs=specs,
        children=children,
        supervisor=supervisor,
        applier=Applier(layout=layout, settings=settings, specs=specs),
        compiler=Compiler(children=children, layout=layout, settings=settings),
        scripts=Scripts(children=children, layout=layout),
        disks=Disks(tools=tools, layout=layout, settings=settings),
        ssh_users=SshUsers(
            tools=tools,
            layout=layout,
            sshd=OwnSshd(tools=tools, children=children, layout=layout),
        ),
        tools=tools,
        vitals=MachineVitals(layout),
    )
