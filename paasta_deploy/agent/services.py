"""From the files of a job to the services that the supervisor keeps.

As in BOSH the monit file decides: an empty one means that nothing runs (errands have such ones).
A start program ``.../bpm start JOB [-p PROCESS]`` stands for that process of `config/bpm.yml`. A
job that has no monit file at all runs every process of its `bpm.yml`.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from paasta_deploy.agent.bpm import read_bpm
from paasta_deploy.agent.definitions import (
    Daemon,
    JobDefinitionError,
    Program,
    Service,
)
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.monit import MonitCheck, read_monit


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFiles:
    """What a job says about its processes; None where there is no such file."""

    job: str
    monit: str | None
    bpm: str | None


def services_of(jobs: Iterable[JobFiles], layout: Layout) -> tuple[Service, ...]:
    """Return the services of all jobs, dependencies first. Raises JobDefinitionError."""
    jobs = tuple(jobs)
    programs = {
        files.job: read_bpm(files.bpm, files.job, layout)
        for files in jobs
        if files.bpm is not None
    }
    services: dict[str, Service] = {}
    for files in jobs:
        for service in _services_of_job(files, programs):
            if service.name in services:
                raise JobDefinitionError(
                    f"job {files.job}: the process {service.name!r} is also one of job"
                    f" {services[service.name].job}; names must differ on a machine"
                )
            services[service.name] = service
    return _dependencies_first(services)


def _services_of_job(
    files: JobFiles, programs: Mapping[str, Mapping[str, Program]]
) -> tuple[Service, ...]:
    if files.monit is None:
        return tuple(programs.get(files.job, {}).values())
    return tuple(
        _service_of(check, files.job, programs) for check in read_monit(files.monit, files.job)
    )


def _service_of(
    check: MonitCheck, job: str, programs: Mapping[str, Mapping[str, Program]]
) -> Service:
    if check.start is None:
        raise JobDefinitionError(
            f"job {job}: monit: check process {check.name} has no start program"
        )
    target = bpm_target(check.start.argv)
    if target is None:
        return Daemon(
            name=check.name,
            job=job,
            pid_file=check.pid_file,
            start=check.start,
            stop=check.stop,
            depends_on=check.depends_on,
        )
    bpm_job, process = target
    program = programs.get(bpm_job, {}).get(process)
    if program is None:
        raise JobDefinitionError(
            f"job {job}: monit: check process {check.name} starts the process {process!r} of job"
            f" {bpm_job!r}, but {bpm_job}/config/bpm.yml does not describe it"
        )
    return replace(program, name=check.name, depends_on=check.depends_on)


def bpm_target(argv: tuple[str, ...]) -> tuple[str, str] | None:
    """Return job and process of a ``bpm start`` command, None when it is another command."""
    if not argv[0].endswith("/bin/bpm") or argv[1:2] != ("start",):
        return None
    job, process = "", ""
    rest = iter(argv[2:])
    for word in rest:
        if word in {"-p", "--process"}:
            process = next(rest, "")
        elif word.startswith("--process="):
            process = word.removeprefix("--process=")
        else:
            job = word
    return job, process or job


def _dependencies_first(services: Mapping[str, Service]) -> tuple[Service, ...]:
    """Return the services so that each stands behind those it depends on."""
    done: dict[str, Service] = {}
    waiting = dict(services)
    while waiting:
        ready = [
            service
            for service in waiting.values()
            if not any(name in waiting for name in service.depends_on)
        ]
        if not ready:
            names = ", ".join(sorted(waiting))
            raise JobDefinitionError(f"the processes {names} depend on each other in a circle")
        for service in ready:
            done[service.name] = waiting.pop(service.name)
    for service in services.values():
        for name in service.depends_on:
            if name not in services:
                raise JobDefinitionError(
                    f"job {service.job}: the process {service.name!r} depends on {name!r}, which"
                    " is no process of this machine"
                )
    return tuple(done.values())
