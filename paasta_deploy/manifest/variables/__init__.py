"""Deciding about the values of ``variables:``: which to make, in which order, with what options.

Pure: making them is a port (:mod:`paasta_deploy.ports.variables`), keeping them is for whoever
asks, a vars store file or the director's own store.
"""

from paasta_deploy.manifest.variables.generation import (
    GenerationPlan,
    authority_name,
    check_definitions,
    plan_generation,
)
from paasta_deploy.manifest.variables.offline import (
    WantedResult,
    plan_store,
    wanted_value,
    with_expected,
)
from paasta_deploy.manifest.variables.options import OptionsResult, beyond_cli, parse_options

__all__ = [
    "GenerationPlan",
    "OptionsResult",
    "WantedResult",
    "authority_name",
    "beyond_cli",
    "check_definitions",
    "parse_options",
    "plan_generation",
    "plan_store",
    "wanted_value",
    "with_expected",
]
