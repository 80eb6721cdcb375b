"""Text to desired deployment, or to diagnostics: YAML with positions, ops, variables, schema.

Pure: the caller reads the files and hands in their names and contents. Every mistake of the user
is collected with its place, in one pass and in file order; nothing here raises for one.

The way of a manifest, which :func:`load_deployment` goes in one call::

    read_document -> apply_ops -> interpolate -> parse_deployment -> validate
                     (read_ops)   (collect_variables)  (parse_cloud_config)

Names are found when they are asked for: who only interpolates must not pay for the parsers.
"""

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paasta_deploy.manifest.document.emitter import emit, emit_part
    from paasta_deploy.manifest.document.node import Node, from_value, to_value
    from paasta_deploy.manifest.document.reader import ReadResult, read_document
    from paasta_deploy.manifest.document_loading import (
        DeploymentSources,
        Lacking,
        LoadedDocument,
        NamedText,
        Strictness,
    )
    from paasta_deploy.manifest.interpolating.interpolation import (
        InterpolationResult,
        interpolate,
        with_origins,
    )
    from paasta_deploy.manifest.interpolating.unresolved import check_resolved
    from paasta_deploy.manifest.interpolating.variables import (
        Variables,
        VariableSources,
        VariablesResult,
        collect_variables,
        variables_from,
    )
    from paasta_deploy.manifest.loading import (
        LoadedCloud,
        LoadedDeployment,
        load_cloud_configs,
        load_deployment,
        load_document,
    )
    from paasta_deploy.manifest.parsing.cloud_config import CloudConfigResult, parse_cloud_config
    from paasta_deploy.manifest.parsing.deployment import DeploymentResult, parse_deployment
    from paasta_deploy.manifest.patching.ops import OpsResult, apply_ops, read_ops, select
    from paasta_deploy.manifest.validation.validate import validate

__all__ = [
    "CloudConfigResult",
    "DeploymentResult",
    "DeploymentSources",
    "InterpolationResult",
    "Lacking",
    "LoadedCloud",
    "LoadedDeployment",
    "LoadedDocument",
    "NamedText",
    "Node",
    "OpsResult",
    "ReadResult",
    "Strictness",
    "VariableSources",
    "Variables",
    "VariablesResult",
    "apply_ops",
    "check_resolved",
    "collect_variables",
    "emit",
    "emit_part",
    "from_value",
    "interpolate",
    "load_cloud_configs",
    "load_deployment",
    "load_document",
    "parse_cloud_config",
    "parse_deployment",
    "read_document",
    "read_ops",
    "select",
    "to_value",
    "validate",
    "variables_from",
    "with_origins",
]

_HOMES: Mapping[str, Sequence[str]] = {
    "document.emitter": (
        "emit",
        "emit_part",
    ),
    "document.node": (
        "Node",
        "from_value",
        "to_value",
    ),
    "document.reader": (
        "ReadResult",
        "read_document",
    ),
    "interpolating.interpolation": (
        "InterpolationResult",
        "interpolate",
        "with_origins",
    ),
    "interpolating.unresolved": ("check_resolved",),
    "interpolating.variables": (
        "VariableSources",
        "Variables",
        "VariablesResult",
        "collect_variables",
        "variables_from",
    ),
    "document_loading": (
        "DeploymentSources",
        "Lacking",
        "LoadedDocument",
        "NamedText",
        "Strictness",
    ),
    "loading": (
        "LoadedCloud",
        "LoadedDeployment",
        "load_cloud_configs",
        "load_deployment",
        "load_document",
    ),
    "parsing.cloud_config": (
        "CloudConfigResult",
        "parse_cloud_config",
    ),
    "parsing.deployment": (
        "DeploymentResult",
        "parse_deployment",
    ),
    "patching.ops": (
        "OpsResult",
        "apply_ops",
        "read_ops",
        "select",
    ),
    "validation.validate": ("validate",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # else every name would count as there

    def __getattr__(name: str) -> object:
        """Return a public name of this package (PEP 562)."""
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value
