"""``simulate``: a deploy rehearsed by the real engine on a made-up cloud, in virtual time."""

from dataclasses import replace
from pathlib import Path

import rich_click as click

from paasta_deploy.cli.documents import named, remember_all, sources_of
from paasta_deploy.cli.failure import FAILED, CliError
from paasta_deploy.cli.plan_text import duration
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Inputs,
    input_options,
    remember,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.cli.terminal import Table
from paasta_deploy.manifest import LoadedDeployment, load_deployment
from paasta_deploy.model.counting import counted, verb
from paasta_deploy.wire.simulation_report import ChangeSpan, SimulationReport, report_json
from paasta_deploy.wiring.simulating import (
    Rehearsal,
    cloud_config_for,
    faults_from,
    rehearse,
    with_machines,
)

PATH_SHOWN_MAX = 20
"""Changes of the critical path that fit on a screen; ``--events`` and ``--json`` have them all."""

MACHINES_MAX = 100_000
"""Ten times what one director is made for."""

HOUR_S = 3600.0

_FILE = click.Path(path_type=Path, readable=False)


@click.command()
@click.argument("manifest", type=_FILE)
@click.option(
    "--cloud-config",
    "cloud_configs",
    multiple=True,
    metavar="FILE",
    type=_FILE,
    help="Where to deploy; may be repeated. Default: one made up with room for everything.",
)
@click.option(
    "--vms",
    type=click.IntRange(1, MACHINES_MAX),
    metavar="N",
    help="Scale the groups so that there are N instances in all.",
)
@click.option(
    "--faults", "fault_file", type=_FILE, metavar="FILE", help="What goes wrong, and when."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Equal seed, equal run.")
@click.option(
    "--watch",
    "watch_h",
    type=click.FloatRange(0, 24 * 365),
    default=0.0,
    metavar="HOURS",
    help="Go on after the deploy for so long, with the random crashes of the fault file.",
)
@click.option("--events", is_flag=True, help="Print every change and everything that happens.")
@input_options
@with_session
def simulate(
    session: Session,
    *,
    manifest: Path,
    cloud_configs: tuple[Path, ...],
    vms: int | None,
    fault_file: Path | None,
    seed: int,
    watch_h: float,
    events: bool,
    inputs: Inputs,
) -> int:
    """Roll a manifest out on a simulated cloud, in virtual time, and tell how it went.

    The planner, the engine and the health monitor are those of a real director; only the cloud
    and the agents are made up. Nothing real is touched, and no director is needed.

    Exit code 0: the deploy succeeds, 1: it does not, or a promise of ours is broken.
    """
    loaded, texts = _load(inputs, manifest, cloud_configs, vms)
    faults = faults_from(None)
    if fault_file is not None:
        name, content = named(fault_file)
        remember(
            name, content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        )
        faults = faults_from((name, content))
        stop_on_errors(faults.diagnostics)
        show_warnings(faults.diagnostics)
    report = rehearse(
        Rehearsal(
            loaded=loaded,
            cloud_configs=texts,
            faults=faults.faults,
            seed=seed,
            watch_s=watch_h * HOUR_S,
        )
    )
    if session.terminal.as_json:
        session.terminal.value(report_json(report, events=events))
        session.terminal.as_json = False  # the value above is the whole output
    else:
        _show(session, report, events=events)
    return 0 if report.succeeded and not report.breaches else FAILED


def _load(
    inputs: Inputs, manifest: Path, cloud_configs: tuple[Path, ...], vms: int | None
) -> tuple[LoadedDeployment, tuple[str, ...]]:
    """Read everything. Raises MistakesError with all mistakes of all files."""
    sources = sources_of(inputs, manifest)
    if vms is not None:
        alone = load_deployment(sources)
        remember_all(alone.texts)
        stop_on_errors(alone.diagnostics)
        sources = with_machines(sources, alone, vms)
    clouds = tuple(named(path) for path in cloud_configs)
    if not clouds:
        alone = load_deployment(sources)
        remember_all(alone.texts)
        stop_on_errors(alone.diagnostics)
        clouds = (cloud_config_for(alone),)
    loaded = load_deployment(replace(sources, cloud_configs=clouds))
    remember_all(loaded.texts)
    stop_on_errors(loaded.diagnostics)
    show_warnings(loaded.diagnostics)
    texts = [loaded.texts.get(name) for name, _ in clouds]
    if None in texts:
        raise CliError("A cloud config is empty.", hint="leave --cloud-config out to make one up")
    return loaded, tuple(text for text in texts if text is not None)


def _show(session: Session, report: SimulationReport, *, events: bool) -> None:
    terminal = session.terminal
    if events:
        for at_s, text in _everything(report):
            terminal.line(f"{clock(at_s)}  {text}")
        terminal.line()
    outcome = "succeeds" if report.succeeded else "fails"
    terminal.line(
        f"The deploy of '{report.deployment}' {outcome} after {duration(report.deploy_s)}"
        f" (seed {report.seed})."
    )
    if not report.succeeded:
        terminal.line(f"  {report.message}")
    terminal.line(
        f"  {report.instances_running} of {counted(report.instances, 'instance')} run;"
        f" {counted(report.machines_made, 'VM')} {verb(report.machines_made, 'was', 'were')}"
        " made, compilation VMs included."
    )
    terminal.line(
        f"  Most changes at once: {report.peak_changes};"
        f" most provider calls at once: {report.peak_calls}."
    )
    if report.calls_refused:
        terminal.line(
            f"  The provider's API took {report.calls} calls and refused {report.calls_refused}"
            " with 429."
        )
    if report.healed:
        failed = sum(span.failed for span in report.healed)
        told = f", {failed} in vain" if failed else ""
        terminal.line(
            f"  Resurrections: {len(report.healed)}{told}; all was quiet after"
            f" {duration(report.quiet_at_s)}."
        )
    if not events:
        for remark in report.remarks:
            terminal.line(f"  {clock(remark.at_s)}  {remark.text}")
    _show_path(session, report)
    for breach in report.breaches:
        terminal.line(f"BROKEN PROMISE: {breach}")
    if report.breaches:
        terminal.line("This is a bug of paasta-deploy. Please report the command and its output.")


def _show_path(session: Session, report: SimulationReport) -> None:
    """Print the longest changes of the critical path, in their order."""
    path = report.critical_path
    longest = sorted(path, key=lambda span: -(span.took_s or 0.0))[:PATH_SHOWN_MAX]
    rows = [
        [clock(span.began_s), duration(span.took_s or 0.0), span.stage, span.label]
        for span in path
        if span in longest
    ]
    left_out = len(path) - len(rows)
    session.terminal.line()
    session.terminal.table(
        Table(
            content="changes on the critical path",
            header=["At", "Takes", "Stage", "What"],
            rows=rows,
            notes=[f"({left_out} shorter ones are left out)"] if left_out else [],
            count=len(path),
        )
    )


def _everything(report: SimulationReport) -> list[tuple[float, str]]:
    """Return every begin, every end and every remark, in the order of time."""
    found = [(remark.at_s, f"! {remark.text}") for remark in report.remarks]
    for span in report.spans:
        found.append((span.began_s, f"begins  {_told(span)}"))
        if span.ended_s is not None:
            ending = f"fails   {_told(span)}: {span.error}" if span.failed else None
            found.append((span.ended_s, ending or f"ends    {_told(span)}"))
    return sorted(found, key=lambda item: item[0])


def _told(span: ChangeSpan) -> str:
    return f"{span.stage}: {span.label}"


def clock(seconds: float) -> str:
    """Return a virtual time as people read it: ``0:01:40``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
