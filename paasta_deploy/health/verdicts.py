"""Deciding who is dead: pure, event in, effects out, time as a number.

The way of one agent::

    alive ──connection closed / heartbeats missed──▶ suspect ──cloud says gone──▶ dead ──▶ healing
      ▲                                                │  └──still there after the grace──▶ dead
      └────────────connected / heartbeat──────────────┘

A closed connection makes a suspect, never a verdict: the cloud is asked, again and again within
the grace, because a dying machine may still be listed for some milliseconds. Only a dead machine
is healed; healing fences first (the plan deletes the old VM before anything else), so even a
wrong verdict never makes two live machines of one instance.

Verdicts wait while a task changes the deployment, while too much is dead at once (meltdown: more
likely a broken network than broken machines), and when an instance was healed too often.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from paasta_deploy.health.relapses import Relapses
from paasta_deploy.health.watch import (
    DEAD_PAUSE_S_MAX,
    GATHER_S,
    GATHER_S_MAX,
    Suspicion,
    Watch,
)
from paasta_deploy.model.counting import counted, verb
from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceId
from paasta_deploy.ports.healing import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of ``director.yml``'s ``health`` section. Seconds, counts, percent."""

    agent_timeout_s: float
    confirm_interval_s: float
    reconnect_grace_s: float
    meltdown_count: int
    meltdown_percent: float
    attempts_max: int
    attempts_window_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCloud:
    """Effect: ask the cloud whether the VM exists, then tell :meth:`Verdicts.on_cloud_answer`."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgent:
    """Effect: ping the agent, then tell :meth:`Verdicts.on_agent_answer`."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Heal:
    """Effect: resurrect these instances, then tell :meth:`Verdicts.on_healed`."""

    deployment: DeploymentName
    instances: tuple[InstanceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Effect: tell people. ``severity`` is BOSH's: 1 alert, 2 critical, 3 error, 4 warning."""

    severity: int
    title: str
    summary: str
    deployment: DeploymentName


Effect = AskCloud | AskAgent | Heal | Tell

LookUp = Callable[[AgentId], Patient | None]
"""Answers whose active VM an agent is on, from the records."""

LookUpInstance = Callable[[InstanceId], Patient | None]
"""Answers how an instance is that should run; None when it is whole, or gone."""

FIRST_REST_S = 0.5
"""Pause between two heals of one instance, doubled each time: a machine that cannot live must not
keep the engine busy, and the first repeat should still feel immediate."""


class Verdicts:
    """The monitor's memory and rules. No I/O; every method returns what is to be done."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._watches: dict[AgentId, Watch] = {}
        self._suspects: set[AgentId] = set()
        self._healing: dict[DeploymentName, frozenset[InstanceId]] = {}
        self._healed_at_s: dict[InstanceId, deque[float]] = {}
        self._relapses = Relapses()

    def on_seen(self, agent_id: AgentId, now_s: float) -> tuple[Effect, ...]:
        """A heartbeat came or the connection opened: the agent lives."""
        watch = self._watches.get(agent_id)
        if watch is None:
            self._watches[agent_id] = Watch(seen_s=now_s)
            return ()
        watch.seen_s = now_s
        watch.connected = True
        watch.suspicion = None
        watch.dead_since_s = None
        watch.told = False
        self._suspects.discard(agent_id)
        return ()

    def on_disconnected(self, agent_id: AgentId, now_s: float) -> tuple[Effect, ...]:
        """The agent's connection closed."""
        watch = self._watches.setdefault(agent_id, Watch(seen_s=now_s))
        watch.connected = False
        self._suspect(agent_id, watch, Suspicion.DISCONNECTED, now_s)
        return self._ask(agent_id, watch, now_s)

    def on_gone(self, agent_id: AgentId) -> None:
        """The VM is no longer anybody's active VM: forget it."""
        self._watches.pop(agent_id, None)
        self._suspects.discard(agent_id)

    def on_expected(self, patients: Iterable[Patient], now_s: float) -> tuple[Effect, ...]:
        """Start-up: these VMs should be alive; those that never spoke become suspects."""
        effects: list[Effect] = []
        for patient in patients:
            assert patient.agent_id is not None, "who is expected has a VM"
            if patient.agent_id not in self._watches:
                watch = Watch(seen_s=now_s, connected=False)
                self._watches[patient.agent_id] = watch
                self._suspect(patient.agent_id, watch, Suspicion.DISCONNECTED, now_s)
                effects.extend(self._ask(patient.agent_id, watch, now_s))
        return tuple(effects)

    def on_cloud_answer(
        self, agent_id: AgentId, *, exists: bool, now_s: float
    ) -> tuple[Effect, ...]:
        """The cloud said whether the VM exists."""
        watch = self._watches.get(agent_id)
        if watch is None:
            return ()
        watch.asking = False
        if watch.suspicion is None:
            return ()
        if not exists:
            self._declare_dead(watch, now_s)
        elif now_s - watch.suspect_since_s >= self._limits.reconnect_grace_s:
            watch.asking = True
            return (AskAgent(agent_id=agent_id),)
        else:
            watch.ask_again_s = now_s + self._limits.confirm_interval_s
        return ()

    def on_agent_answer(
        self, agent_id: AgentId, *, answers: bool, now_s: float
    ) -> tuple[Effect, ...]:
        """The agent answered the last question before the verdict, or did not."""
        watch = self._watches.get(agent_id)
        if watch is None:
            return ()
        watch.asking = False
        if answers:
            return self.on_seen(agent_id, now_s)
        if watch.suspicion is not None:
            self._declare_dead(watch, now_s)
        return ()

    def on_missing(self, patients: Iterable[Patient], now_s: float) -> None:
        """These should run and have no VM: no connection will ever close for them."""
        self._relapses.found_missing(patients, now_s)

    def on_healed(
        self, deployment: DeploymentName, *, succeeded: bool = True, now_s: float = 0.0
    ) -> None:
        """A resurrection task ended. Who is still dead is decided about by the next tick."""
        healed = self._healing.pop(deployment, frozenset())
        for agent_id in self._suspects:
            watch = self._watches[agent_id]
            if watch.dead_since_s is not None:
                watch.ask_again_s, watch.pause_s = now_s, GATHER_S
        if not succeeded:
            self._relapses.after_failure(healed, now_s)

    def next_tick_s(self) -> float | None:
        """Return when :meth:`tick` has something to do; None while nobody is suspect."""
        times = [
            self._watches[agent_id].ask_again_s
            for agent_id in self._suspects
            if not self._watches[agent_id].asking
        ]
        relapse_s = self._relapses.next_s()
        return min(times + ([] if relapse_s is None else [relapse_s]), default=None)

    def tick(
        self, now_s: float, look_up: LookUp, look_up_instance: LookUpInstance = lambda _: None
    ) -> tuple[Effect, ...]:
        """Ask again about suspects whose time has come, and decide about the dead."""
        effects: list[Effect] = []
        dead: dict[DeploymentName, dict[InstanceId, Patient]] = {}
        for agent_id in tuple(self._suspects):
            watch = self._watches[agent_id]
            if watch.asking or watch.ask_again_s > now_s:
                continue
            patient = look_up(agent_id)
            if patient is None:
                self.on_gone(agent_id)
            elif watch.dead_since_s is None:
                effects.extend(self._ask(agent_id, watch, now_s))
            else:
                watch.ask_again_s = now_s + watch.pause_s
                watch.pause_s = min(DEAD_PAUSE_S_MAX, 2 * watch.pause_s)
                dead.setdefault(patient.deployment, {})[patient.instance_id] = patient
        if dead:
            self._gather(dead, now_s, look_up)
        for instance_id in self._relapses.due(now_s):
            patient = look_up_instance(instance_id)
            if self._relapses.keep(instance_id, patient) and patient is not None:
                dead.setdefault(patient.deployment, {}).setdefault(instance_id, patient)
        for deployment, patients in dead.items():
            effects.extend(self._decide(deployment, list(patients.values()), now_s))
        return tuple(effects)

    def _gather(
        self,
        dead: dict[DeploymentName, dict[InstanceId, Patient]],
        now_s: float,
        look_up: LookUp,
    ) -> None:
        """Add who else is dead in the same deployments; leave those out that still gather.

        Each of the dead has a time of its own to be decided about, so without this a deployment
        that lost ten machines would be healed by ten tasks, one after another.
        """
        waiting: set[DeploymentName] = set()
        for agent_id in tuple(self._suspects):
            watch = self._watches[agent_id]
            patient = look_up(agent_id)
            if patient is None or patient.deployment not in dead:
                continue
            if watch.dead_since_s is not None:
                dead[patient.deployment][patient.instance_id] = patient
            elif watch.asking and now_s - watch.suspect_since_s < GATHER_S_MAX:
                waiting.add(patient.deployment)
        for deployment in waiting:
            del dead[deployment]

    def sweep(self, now_s: float) -> tuple[Effect, ...]:
        """Look for connected agents whose heartbeats stopped. Linear; call it rarely."""
        effects: list[Effect] = []
        for agent_id, watch in self._watches.items():
            silent = now_s - watch.seen_s > self._limits.agent_timeout_s
            if watch.suspicion is None and silent:
                self._suspect(agent_id, watch, Suspicion.SILENT, now_s)
                effects.extend(self._ask(agent_id, watch, now_s))
        return tuple(effects)

    def suspects(self) -> frozenset[AgentId]:
        """Return who is suspect or dead now, for status displays."""
        return frozenset(self._suspects)

    def _suspect(self, agent_id: AgentId, watch: Watch, why: Suspicion, now_s: float) -> None:
        if watch.suspicion is None:
            watch.suspicion = why
            watch.suspect_since_s = now_s
        self._suspects.add(agent_id)

    def _declare_dead(self, watch: Watch, now_s: float) -> None:
        if watch.dead_since_s is None:
            watch.dead_since_s = now_s
            watch.pause_s = GATHER_S
        watch.ask_again_s = now_s + GATHER_S

    def _ask(self, agent_id: AgentId, watch: Watch, now_s: float) -> tuple[Effect, ...]:
        watch.asking = True
        watch.ask_again_s = now_s + self._limits.confirm_interval_s
        return (AskCloud(agent_id=agent_id),)

    def _decide(
        self, deployment: DeploymentName, patients: list[Patient], now_s: float
    ) -> tuple[Effect, ...]:
        if deployment in self._healing or any(patient.busy for patient in patients):
            return ()
        effects: list[Effect] = []
        if self._is_meltdown(patients):
            return self._tell_once(
                patients,
                severity=1,
                title="We are in meltdown",
                text=f"{len(patients)} of {counted(patients[0].deployment_size, 'VM')} "
                f"{verb(len(patients), 'is', 'are')} dead at once, so "
                "nothing is healed. Look at the network and the IaaS first.",
            )
        chosen: list[InstanceId] = []
        for patient in patients:
            if not patient.healable:
                effects.extend(
                    self._tell_once(
                        [patient],
                        severity=4,
                        title="VM is dead and is not to be resurrected",
                        text="Resurrection is off for it, or it is ignored or not meant to run.",
                    )
                )
            elif self._is_worn_out(patient.instance_id, now_s):
                effects.extend(
                    self._tell_once(
                        [patient],
                        severity=1,
                        title="Resurrection gave up",
                        text=f"It was resurrected {counted(self._limits.attempts_max, 'time')} in "
                        f"{self._limits.attempts_window_s:.0f} s and died each time.",
                    )
                )
            elif not self._is_resting(patient.instance_id, now_s):
                self._healed_at_s.setdefault(patient.instance_id, deque()).append(now_s)
                chosen.append(patient.instance_id)
        if chosen:
            self._healing[deployment] = frozenset(chosen)
            effects.append(Heal(deployment=deployment, instances=tuple(sorted(chosen))))
        return tuple(effects)

    def _is_meltdown(self, patients: list[Patient]) -> bool:
        share = 100 * len(patients) / max(1, patients[0].deployment_size)
        return (
            len(patients) >= self._limits.meltdown_count and share >= self._limits.meltdown_percent
        )

    def _is_worn_out(self, instance_id: InstanceId, now_s: float) -> bool:
        history = self._healed_at_s.get(instance_id)
        if history is None:
            return False
        while history and now_s - history[0] > self._limits.attempts_window_s:
            history.popleft()
        return len(history) >= self._limits.attempts_max

    def _is_resting(self, instance_id: InstanceId, now_s: float) -> bool:
        history = self._healed_at_s.get(instance_id)
        if not history:
            return False
        return now_s < history[-1] + FIRST_REST_S * 2.0 ** (len(history) - 1)

    def _is_news(self, patient: Patient) -> bool:
        """Return whether people have not been told about this one; from now on they have."""
        watch = self._watches.get(patient.agent_id) if patient.agent_id is not None else None
        if watch is None:
            return self._relapses.tell_once(patient.instance_id)
        is_news = not watch.told
        watch.told = True
        return is_news

    def _tell_once(
        self, patients: list[Patient], *, severity: int, title: str, text: str
    ) -> tuple[Effect, ...]:
        fresh = [patient for patient in patients if self._is_news(patient)]
        if not fresh:
            return ()
        names = ", ".join(patient.label for patient in fresh)
        return (
            Tell(
                severity=severity,
                title=title,
                summary=f"{names}: {text}",
                deployment=fresh[0].deployment,
            ),
        )
