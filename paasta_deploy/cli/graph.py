"""``graph``: what depends on what in a deployment, in which order it starts, what takes longest.

Works from the files alone. If a director is running anyway it is asked for what only it knows: the
links as the uploaded releases resolve them, and how long things took. None is started for that.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import rich_click as click

from paasta_deploy.cli.documents import named, remember_all, sources_of
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.graph_formats import dot, graph_json, graph_json_text, mermaid
from paasta_deploy.cli.graph_picture import Picture
from paasta_deploy.cli.graph_svg import svg
from paasta_deploy.cli.graph_tree import tree
from paasta_deploy.cli.plan_text import Look
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import Inputs, input_options, show_warnings, stop_on_errors
from paasta_deploy.manifest import LoadedDeployment, emit, load_deployment
from paasta_deploy.manifest.relations import Relations, relations_of, with_links
from paasta_deploy.manifest.start_order import critical_path as longest_way
from paasta_deploy.manifest.start_order import start_graph
from paasta_deploy.model.first_guesses import first_guess_s
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.wire.deployment_graph import (
    DeploymentGraph,
    GroupTimes,
    deployment_graph_from,
)
from paasta_deploy.wiring.process import home_folder, running_pid

_TREE, _JSON = "tree", "json"
_DRAWN: Mapping[str, Callable[[Picture], str]] = {
    "dot": dot,
    "mermaid": mermaid,
    _JSON: graph_json_text,
    "svg": svg,
}


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--cloud-config",
    "cloud_configs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Check against this first; may be repeated.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice([_TREE, *_DRAWN]),
    default=_TREE,
    show_default=True,
    help="For people, for Graphviz, for Mermaid, for programs, as a picture.",
)
@click.option("--critical-path", is_flag=True, help="Mark what decides how long a start takes.")
@click.option("--offline", is_flag=True, help="Ask no director, even if one is running.")
@input_options
@with_session
def graph(
    session: Session,
    *,
    manifest: Path,
    cloud_configs: tuple[Path, ...],
    format_: str,
    critical_path: bool,
    offline: bool,
    inputs: Inputs,
) -> None:
    """Show what depends on what: order of the rollout, groups, jobs, links, disks, variables."""
    clouds = tuple(named(path) for path in cloud_configs)
    loaded = load_deployment(replace(sources_of(inputs, manifest), cloud_configs=clouds))
    remember_all(loaded.texts)
    stop_on_errors(loaded.diagnostics)
    show_warnings(loaded.diagnostics)
    told = None if offline else _ask(session, manifest, loaded)
    picture = _picture(loaded, told, with_path=critical_path)
    if session.terminal.as_json:
        session.terminal.value(graph_json(picture))
        session.terminal.as_json = False  # the value above is the whole output
    elif format_ == _TREE:
        look = Look(width=session.terminal.columns, colour=session.terminal.has_colour)
        session.terminal.block(tree(picture, look))
    else:
        session.terminal.block(_DRAWN[format_](picture))


def _picture(
    loaded: LoadedDeployment, told: DeploymentGraph | None, *, with_path: bool
) -> Picture:
    assert loaded.manifest is not None, "a manifest without errors has a value"
    assert loaded.document.node is not None, "a document without errors has a node"
    relations = relations_of(loaded.manifest, loaded.document.node)
    times = _guessed(relations)
    if told is not None:
        relations = with_links(relations, told.links)
        times = {**times, **told.times}
    return Picture(
        relations=relations,
        times=times,
        path=longest_way(start_graph(relations, times)) if with_path else None,
        is_resolved=told is not None,
        is_recorded=told is not None and told.is_recorded,
    )


def _ask(session: Session, file: Path, loaded: LoadedDeployment) -> DeploymentGraph | None:
    """Return what a running director knows; None, and why, when it cannot say."""
    if not session.environment and running_pid(home_folder(session.home)) is None:
        return None
    assert loaded.document.node is not None, "a document without errors has a node"
    try:
        answer = session.client.post_text(
            "/paasta/graph", emit(loaded.document.node), manifest_name=str(file)
        )
    except CliError as problem:
        found = getattr(problem, "diagnostics", ())
        reason = next((item.summary for item in found if item.is_error), str(problem))
        session.terminal.note(
            f"Links are as the manifest writes them; the director says: {reason}"
        )
        return None
    try:
        return deployment_graph_from(answer)
    except (KeyError, TypeError, ValueError):
        session.terminal.note("The director is of another version, so it is not asked for links.")
        return None


def _guessed(relations: Relations) -> dict[InstanceGroupName, GroupTimes]:
    """Return times that know nothing but that a disk takes time, too."""
    found: dict[InstanceGroupName, GroupTimes] = {}
    for group in relations.groups:
        actions = ["ApplyInstance", "StartInstance"]
        actions += ["CreateDisk", "AttachDisk"] if group.disk else []
        found[group.name] = GroupTimes(
            vm_s=first_guess_s("CreateVm"), update_s=sum(map(first_guess_s, actions))
        )
    return found
