"""One life of an agent: construct the parts, come back to where the last life was, serve, end.

A machine that was rebooted while its jobs were to run gets its disk and its jobs back without
being told. If that does not work at first (a disk attached late) it is tried again, and meanwhile
the job state is failing, so that nobody takes the machine for healthy.
"""

import asyncio
import logging
import random
import signal
import time
import uuid

from paasta_deploy.agent.actions import Actions
from paasta_deploy.agent.backoff import Backoff
from paasta_deploy.agent.bus import Bus
from paasta_deploy.agent.disk_actions import DiskActions
from paasta_deploy.agent.dispatcher import Dispatcher
from paasta_deploy.agent.job_actions import JobActions
from paasta_deploy.agent.log_rotation import ROTATION_INTERVAL_S, rotate_logs
from paasta_deploy.agent.machine import Machine, build_machine
from paasta_deploy.agent.machine_actions import MachineActions
from paasta_deploy.agent.pulse import Pulse
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.threads import in_thread
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.heartbeat import AgentAlert, AlertSeverity, encode_alert
from paasta_deploy.wire.subjects import AgentTopic, topic_subject

log = logging.getLogger(__name__)

GOODBYE_S = 5.0
"""How long the last messages may take: whoever ends a machine waits for it."""

_REVIVE = Backoff(first_s=1.0, limit_s=30.0)


class Life:
    """An agent from its start to its end. Construct it on the running loop."""

    def __init__(self, settings: SettingsStore) -> None:
        self._settings = settings
        self._end = asyncio.Event()
        self._machine = build_machine(
            settings,
            on_change=self._on_change,
            on_death=self._on_death,
            on_recovery=self._on_recovery,
        )
        self._bus = Bus(
            settings=settings, on_request=self._on_request, on_connected=self._on_connected
        )
        self._pulse = Pulse(
            compose=self._machine.heartbeat,
            job_state=self._machine.job_state,
            interval_s=lambda: settings.heartbeat_interval_s,
            publish=lambda data: self._say(AgentTopic.HEARTBEAT, data, is_kept=False),
        )
        self._dispatcher = Dispatcher(
            agent_id=settings.agent_id,
            actions=self._actions(self._machine),
            tasks_folder=settings.layout.tasks,
            publish=lambda subject, data: self._bus.publish(subject, data, is_kept=True),
        )

    async def live(self) -> None:
        """Serve until a signal or the director ends it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end.set)
        self._machine.children.start()
        bus = loop.create_task(self._bus.run())
        revival = loop.create_task(self._revive())
        rotation = loop.create_task(self._rotate_logs())
        for task in (bus, revival, rotation):
            task.add_done_callback(_report_fault)
        self._dispatcher.resume()
        await self._end.wait()
        log.info("the agent ends")
        revival.cancel()
        rotation.cancel()
        await self._dispatcher.tasks.close()
        await self._stop_jobs()
        self._pulse.stop()
        self._say(AgentTopic.SHUTDOWN, b"null", is_kept=True)
        self._bus.close()
        await asyncio.wait([bus], timeout=GOODBYE_S)
        bus.cancel()
        self._machine.children.stop()

    async def _revive(self) -> None:
        """Come back to where the last life was; try until it works or is not wanted any more."""
        machine, attempt = self._machine, 0
        while True:
            async with self._dispatcher.machine_lock:
                try:
                    await self._come_back(machine)
                except (PaastaError, OSError) as cause:
                    log.warning("the machine does not come back to its state: %s", cause)
                    machine.supervisor.is_broken = machine.specs.is_wanted
                    self._on_change()
                else:
                    return
            await asyncio.sleep(_REVIVE.delay_s(attempt, random.random()))  # noqa: S311 - jitter
            attempt += 1

    async def _rotate_logs(self) -> None:
        """Keep the logs of jobs small, for as long as the agent lives."""
        folder = self._settings.layout.logs
        while True:
            await asyncio.sleep(ROTATION_INTERVAL_S)
            for path in await in_thread(lambda: rotate_logs(folder)):
                log.info("the log %s was packed away", path)

    @staticmethod
    async def _come_back(machine: Machine) -> None:
        supervisor = machine.supervisor
        supervisor.has_jobs = bool(machine.job_names)
        await machine.disks.restore()
        await machine.applier.restore()
        if machine.specs.is_wanted and not supervisor.is_wanted:
            await supervisor.keep(machine.applier.services(), has_jobs=supervisor.has_jobs)
            supervisor.start()

    async def _stop_jobs(self) -> None:
        """Stop the jobs in order; what they were wanted for is for the next life to know."""
        try:
            await self._machine.supervisor.stop()
        except PaastaError as cause:
            log.warning("%s", cause)

    def _actions(self, machine: Machine) -> Actions:
        about_machine = MachineActions(
            machine, on_settings=self._pulse.beat, on_shutdown=self._end.set
        )
        return {
            **JobActions(machine).table(),
            **DiskActions(machine.disks).table(),
            **about_machine.table(),
        }

    def _on_request(self, data: bytes) -> None:
        self._dispatcher.on_request(data)

    def _on_connected(self) -> None:
        self._pulse.beat()

    def _on_change(self) -> None:
        self._pulse.changed()

    def _on_death(self, name: str) -> None:
        self._alert(name, "does not exist - restart", AlertSeverity.ALERT, "is not running")

    def _on_recovery(self, name: str) -> None:
        self._alert(name, "exists - running", AlertSeverity.WARNING, "is running again")

    def _alert(self, name: str, event: str, severity: AlertSeverity, summary: str) -> None:
        """Tell the health monitor about a process, in the words of BOSH's agent."""
        ip = self._settings.default_ip()
        place = f"{name} ({ip})" if ip else name
        alert = AgentAlert(
            id=str(uuid.uuid4()),
            severity=severity,
            title=f"{place} - {event}",
            summary=f"the process {name} {summary}",
            created_at=int(time.time()),
        )
        self._say(AgentTopic.ALERT, encode_alert(alert), is_kept=True)

    def _say(self, topic: AgentTopic, data: bytes, *, is_kept: bool) -> None:
        self._bus.publish(topic_subject(topic, self._settings.agent_id), data, is_kept=is_kept)


def _report_fault(task: "asyncio.Task[None]") -> None:
    """Tell the log of a fault that ended a task which should live as long as the agent."""
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.critical("a fault of the agent", exc_info=fault)
