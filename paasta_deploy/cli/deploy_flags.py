"""Options that deploy configs give every deploy, as if they had been typed (spec bosh.md 2.5)."""

from collections.abc import Mapping
from typing import Any

from paasta_deploy.cli.sending import Sent
from paasta_deploy.cli.session import Session
from paasta_deploy.model.deploy_config import DeployFlag, flags_for
from paasta_deploy.model.ids import DeploymentName

_OPTIONS: Mapping[DeployFlag, str] = {DeployFlag.FIX: "fix", DeployFlag.RECREATE: "recreate"}
"""Flags that are options of the director; the others are the CLI's own."""


def configured_flags(session: Session, sent: Sent) -> frozenset[DeployFlag]:
    """Return the flags for the deployment of a manifest, and say that there are some."""
    found = session.client.get("/configs", type="deploy", latest=True, limit=1)
    if not found:
        return frozenset()
    # Few directors have such configs; the others need not pay for reading YAML.
    from paasta_deploy.manifest import read_document, to_value  # noqa: PLC0415 - see above
    from paasta_deploy.manifest.config_loading import load_deploy_configs  # noqa: PLC0415 - see above

    texts = [(f"deploy config {item['name']}", item["content"]) for item in found]
    name = session.deployment
    node = read_document(sent.name, sent.text).node
    value = None if node is None else to_value(node)
    if not name and isinstance(value, Mapping):
        name = str(value.get("name", ""))
    flags = flags_for(DeploymentName(name or ""), load_deploy_configs(texts).draft)
    if flags:
        told = ", ".join(f"--{flag.value}" for flag in sorted(flags, key=lambda flag: flag.value))
        session.terminal.note(f"Deploying with flags of the deploy config: {told}")
    if DeployFlag.RECREATE_PERSISTENT_DISKS in flags:
        session.terminal.note(
            "--recreate-persistent-disks is not carried out; change the disk type instead: the"
            " data moves to the new disk."
        )
    return flags


def with_flags(options: Mapping[str, Any], flags: frozenset[DeployFlag]) -> dict[str, Any]:
    """Return the director's options with those that the flags stand for."""
    return {**options, **{_OPTIONS[flag]: True for flag in flags if flag in _OPTIONS}}
