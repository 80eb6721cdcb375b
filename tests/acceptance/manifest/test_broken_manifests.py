"""Ten broken manifests: each gives a precise diagnostic and no deployment.

The manifests stand in ``tests/acceptance/broken``; beside each ``name.yml`` stands ``name.txt``,
what the operator gets to read. ``scripts/test --rewrite tests/acceptance/manifest`` writes these
anew; the difference is reviewed.
"""

import os
from pathlib import Path

import pytest

from paasta_deploy.diagnostics import render_all
from paasta_deploy.manifest import DeploymentSources, LoadedDeployment, load_deployment

BROKEN = Path(__file__).resolve().parents[1] / "broken"
CLOUD = BROKEN / "cloud-config.yml"
NAMES = sorted(path.stem for path in BROKEN.glob("*.yml") if path != CLOUD)


def load(name: str, text: bytes) -> LoadedDeployment:
    """Load a manifest against the cloud config beside the broken ones."""
    return load_deployment(
        DeploymentSources(manifest=(name, text), cloud_configs=((CLOUD.name, CLOUD.read_bytes()),))
    )


def check(name: str, loaded: LoadedDeployment) -> None:
    """Compare the rendering with the golden one."""
    golden = BROKEN / f"{name}.txt"
    rendered = render_all(loaded.diagnostics, loaded.texts)
    if os.environ.get("PAASTA_REWRITE"):
        golden.write_text(rendered, encoding="utf-8")

    assert loaded.manifest is None
    assert rendered == golden.read_text("utf-8")


def test_there_are_nine_of_them_and_a_huge_one() -> None:
    assert len(NAMES) == 9


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_manifest_is_explained(name: str) -> None:
    check(name, load(f"{name}.yml", (BROKEN / f"{name}.yml").read_bytes()))


def test_a_huge_manifest_is_explained() -> None:
    line = b"# " + b"x" * 997 + b"\n"

    check("huge-file", load("huge-file.yml", line * 20_000))


def test_the_cloud_config_is_right() -> None:
    text = (BROKEN / "typo.yml").read_text("utf-8").replace("vm_tpye", "vm_type")
    loaded = load("fixed.yml", text.encode())

    assert loaded.diagnostics == ()
    assert loaded.manifest is not None
