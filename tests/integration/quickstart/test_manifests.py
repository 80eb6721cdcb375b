"""The manifests that we ship hold no mistake, and fit every cloud config that we ship."""

from pathlib import Path

import pytest

from paasta_deploy.manifest.document.node import Node
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.parsing.cloud_config import parse_cloud_config
from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.manifest.validation.validate import validate
from tests.integration.quickstart.machines import ROOT

MANIFESTS = ROOT / "manifests"


def read(path: Path) -> Node:
    document = read_document(str(path), path.read_bytes())
    assert document.diagnostics == ()
    assert document.node is not None
    return document.node


@pytest.mark.parametrize("cloud", ["cloud-config.yml", "cloud-config-rootless.yml"])
@pytest.mark.parametrize("deployment", ["quickstart", "minimal"])
def test_our_own_manifests_hold_no_mistake(deployment: str, cloud: str) -> None:
    parsed = parse_deployment(read(MANIFESTS / deployment / "manifest.yml"))
    cloud_config = parse_cloud_config([read(MANIFESTS / "quickstart" / cloud)])
    assert parsed.diagnostics == ()
    assert cloud_config.diagnostics == ()
    assert parsed.manifest is not None
    assert validate(parsed.manifest, cloud_config.cloud_config) == ()
