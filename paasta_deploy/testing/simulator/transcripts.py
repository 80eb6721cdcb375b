"""Everything that happened in a simulation, in the order of time, as lines for people. Pure."""

from paasta_deploy.wire.simulation_report import SimulationReport


def transcript(report: SimulationReport) -> list[str]:
    """Return one line for each thing that happened, and for each change that began or ended."""
    found = [(item.at_s, 0, f"! {item.text}") for item in report.remarks]
    for span in report.spans:
        what = f"task {span.task} {span.stage}: {span.label}"
        found.append((span.began_s, 1, f"begins  {what}"))
        if span.ended_s is not None:
            found.append((span.ended_s, 2, f"ends    {what} {span.error}".rstrip()))
    return [f"{at_s:10.3f}  {text}" for at_s, _, text in sorted(found)]
