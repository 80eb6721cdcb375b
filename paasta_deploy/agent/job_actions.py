"""The actions about jobs: apply, start, stop, drain, scripts, errands, state."""

import asyncio
from collections.abc import Mapping

from paasta_deploy.agent.actions import (
    Action,
    Actions,
    Arguments,
    BadArgumentsError,
    argument,
    text_argument,
)
from paasta_deploy.agent.drain import shutdown_call, status_call, update_call
from paasta_deploy.agent.machine import Machine
from paasta_deploy.agent.scripts import ScriptFailedError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import AgentMethod
from paasta_deploy.wire.agent_state import AgentState, encode_agent_state
from paasta_deploy.wire.apply_spec import decode_apply_spec
from paasta_deploy.wire.reading import Fields


class JobActions:
    """Actions on the jobs of one machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def table(self) -> Actions:
        """Return the actions by method."""
        return {
            AgentMethod.GET_STATE: Action(run=self._get_state),
            AgentMethod.PREPARE: Action(
                run=self._prepare, is_long=True, is_exclusive=True, is_repeatable=True
            ),
            AgentMethod.APPLY: Action(
                run=self._apply, is_long=True, is_exclusive=True, is_repeatable=True
            ),
            AgentMethod.START: Action(run=self._start, is_exclusive=True),
            AgentMethod.STOP: Action(
                run=self._stop, is_long=True, is_exclusive=True, is_repeatable=True
            ),
            AgentMethod.DRAIN: Action(run=self._drain, is_long=True, is_exclusive=True),
            AgentMethod.RUN_SCRIPT: Action(run=self._run_script, is_long=True, is_exclusive=True),
            AgentMethod.RUN_ERRAND: Action(run=self._run_errand, is_long=True),
        }

    async def _get_state(self, arguments: Arguments) -> JsonValue:
        machine = self._machine
        is_full = list(arguments[:1]) == ["full"]
        look = machine.vitals.look
        return encode_agent_state(
            AgentState(
                agent_id=machine.settings.agent_id,
                job_state=machine.job_state(),
                spec=machine.specs.current,
                vm_name=machine.settings.born.vm_name,
                processes=machine.supervisor.statuses(),
                vitals=look(has_disk=machine.disks.mounted is not None) if is_full else None,
            )
        )

    async def _prepare(self, arguments: Arguments) -> JsonValue:
        await self._machine.applier.prepare(decode_apply_spec(argument(arguments, 0, "spec")))
        return "prepared"

    async def _apply(self, arguments: Arguments) -> JsonValue:
        spec = decode_apply_spec(argument(arguments, 0, "spec"))
        await self._machine.applier.apply(spec)
        self._machine.supervisor.has_jobs = bool(spec.jobs)
        return "applied"

    async def _start(self, _: Arguments) -> JsonValue:
        machine = self._machine
        services = machine.applier.services()
        await machine.supervisor.keep(services, has_jobs=bool(machine.job_names))
        machine.specs.want(is_wanted=True)
        machine.supervisor.start()
        return "started"

    async def _stop(self, _: Arguments) -> JsonValue:
        self._machine.specs.want(is_wanted=False)
        await self._machine.supervisor.stop()
        return "stopped"

    async def _drain(self, arguments: Arguments) -> JsonValue:
        """Drain all jobs at once; answers 0, as the agent itself has done all the waiting."""
        machine = self._machine
        current = machine.specs.current
        kind = text_argument(arguments, 0, "drain type")
        following = decode_apply_spec(arguments[1]) if len(arguments) > 1 else None
        if kind == "shutdown":
            call = shutdown_call(current, following)
        elif kind == "update" and following is not None:
            call = update_call(current, following)
        else:
            raise BadArgumentsError("drain takes 'shutdown', or 'update' and a spec")
        machine.supervisor.unmonitor()
        again = status_call(current)
        drains = [machine.scripts.drain(job, call, again) for job in machine.job_names]
        results = await asyncio.gather(*drains, return_exceptions=True)
        failed = [one for one in results if isinstance(one, BaseException)]
        if len(failed) == 1:
            raise failed[0]
        if failed:
            raise ScriptFailedError("; ".join(str(one) for one in failed))
        return 0

    async def _run_script(self, arguments: Arguments) -> JsonValue:
        options = arguments[1] if len(arguments) > 1 else {}
        env: Mapping[str, str] = Fields(options or {}, "run_script").texts_by_name("env")
        name = text_argument(arguments, 0, "script")
        await self._machine.scripts.run(name, self._machine.job_names, env)
        return {}

    async def _run_errand(self, arguments: Arguments) -> JsonValue:
        names = self._machine.job_names
        if not arguments and not names:
            raise BadArgumentsError("At least one job template is required to run an errand")
        name = text_argument(arguments, 0, "errand") if arguments else names[0]
        if name not in names:
            raise BadArgumentsError(f"Could not find errand {name}")
        result = await self._machine.scripts.errand(name)
        return {
            "stdout": result.stdout,
            "stderr": result.stderr,
            "exit_code": result.exit_status,
        }
