"""Runtime configs as one deployment gets them: with values of variables, and what is wrong then.

A runtime config is for many deployments, so what it lacks matters only to those that one of its
addons applies to. Pure but for the survey, which has looked up all values before.
"""

from collections.abc import Iterator, Sequence

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.director.variable_survey import VariableSurvey
from paasta_deploy.manifest import Node, check_resolved
from paasta_deploy.manifest.document.node import ListNode, MapNode
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.manifest.validation.runtime_configs import (
    applicable_addons,
    check_runtime_configs,
)
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.runtime_config import RuntimeConfigs


def filled_runtime_configs(
    nodes: Sequence[Node], survey: VariableSurvey
) -> tuple[RuntimeConfigs, tuple[Diagnostic, ...]]:
    """Return the runtime configs with the values of variables that the survey knows."""
    found: list[Diagnostic] = []
    filled: list[Node] = []
    for node in nodes:
        whole, problems = survey.fill(node)
        filled.append(whole)
        found += problems
    parsed = parse_runtime_configs(filled)
    return parsed.draft, (*found, *survey.hidden(parsed.diagnostics))


def runtime_problems(
    manifest: DeploymentManifest,
    runtime: RuntimeConfigs,
    nodes: Sequence[Node],
    survey: VariableSurvey,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong between a deployment and the runtime configs that it gets."""
    found = [*check_runtime_configs(manifest, runtime)]
    applying = {id(addon) for addon in applicable_addons(manifest, runtime)}
    for config, node in zip(runtime.configs, nodes, strict=True):
        wanted = [id(addon) in applying for addon in config.addons]
        for part in _parts(node, wanted):
            found += check_resolved(part, survey.known)
    return tuple(dict.fromkeys(found))


def _parts(node: Node, wanted: Sequence[bool]) -> Iterator[Node]:
    """Yield the addons that apply, and what is for every deployment."""
    if not isinstance(node, MapNode):
        return
    for key in ("releases", "tags"):
        value = node.get(key)
        if value is not None:
            yield value
    addons = node.get("addons")
    if isinstance(addons, ListNode) and len(addons.items) == len(wanted):
        yield from (
            item for item, is_wanted in zip(addons.items, wanted, strict=True) if is_wanted
        )
