"""Against the real ``bosh int``, byte for byte, where ``PAASTA_TEST_BOSH`` names that program."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from paasta_deploy.manifest import (
    DeploymentSources,
    emit,
    emit_part,
    load_document,
    read_document,
    select,
)
from tests.acceptance.manifest.kpaas import (
    MONITORING,
    PORTALS,
    ROOT,
    SERVICES,
    Deployment,
    ap,
    needs_kpaas,
)

BOSH = os.environ.get("PAASTA_TEST_BOSH", "")
_UNIT = Path(__file__).resolve().parents[2] / "unit/manifest/patching"
GOLDEN = json.loads((_UNIT / "golden_ops.json").read_text("utf-8"))
BASE = """a: 1
l: [x, y, z]
i: [{name: n1, v: 1}, {name: n2, v: 2}, {id: 7}, str]
m: {k: {d: 1}}
"a/b": 2
"c:d": 3
"""
SCALARS = """[y, n, 1e3, 1.20e2, 1.0, 1., 0o10, 08, 010, 12:30:45, 1:20, 2001-01-01, =, <<,
18446744073709551616, ~, .inf, 1e400, 1_000, 0x1F, 0b11, yes, "yes", "a: b", '  two', "x\\n y\\n",
"\\n\\n", "1", "0x1f", "2001-01-01", "-", "a #b", é, "한글", 123456789.5, 1e-7, {10: a, 9: b,
z10: c, z9: d, Z: e, _: f}]"""

pytestmark = pytest.mark.skipif(
    not BOSH, reason="PAASTA_TEST_BOSH does not name the real `bosh` program"
)


def bosh_int(home: Path, *arguments: str) -> str | None:
    """Return what the real CLI prints, or None when it refuses."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [BOSH, "int", *arguments], capture_output=True, env=environment, timeout=60, check=False
    )
    return None if done.returncode else done.stdout.decode("utf-8").strip("\n")


def deployments() -> list[tuple[Deployment, str]]:
    """Return every deployment once, and the platform for every cloud."""
    if not ROOT.is_dir():
        return []
    clouds = ("aws", "azure", "gcp", "openstack", "vsphere", "bosh-lite")
    platform = [(ap(cloud), cloud) for cloud in clouds]
    return platform + [(item, "openstack") for item in (*SERVICES, *PORTALS, *MONITORING)]


@needs_kpaas
@pytest.mark.parametrize(
    ("deployment", "cloud"), deployments(), ids=lambda item: getattr(item, "name", item)
)
def test_a_deployment_is_interpolated_to_the_same_bytes(
    deployment: Deployment, cloud: str, tmp_path: Path
) -> None:
    folder = ROOT / deployment.folder
    sources = deployment.sources(cloud)
    arguments = [str(folder / deployment.manifest)]
    for name, _ in sources.ops:
        arguments += ["-o", str(folder / name)]
    for name in deployment.vars_files:
        arguments += ["-l", str(folder / name)]
    arguments += ["-l", str(ROOT / "common/common_vars.yml")]
    node = load_document(sources).node
    assert node is not None

    assert emit(node).strip("\n") == bosh_int(tmp_path, *arguments)


@pytest.mark.parametrize("row", GOLDEN, ids=[f"{r['op']} {r['path']}" for r in GOLDEN])
def test_an_operation_has_the_same_outcome(row: dict[str, str], tmp_path: Path) -> None:
    operation = f"- type: {row['op']}\n  path: {json.dumps(row['path'])}\n"
    if row["value"]:
        operation += f"  value: {row['value']}\n"
    (tmp_path / "m.yml").write_text(BASE, "utf-8")
    (tmp_path / "o.yml").write_text(operation, "utf-8")
    node = load_document(
        DeploymentSources(manifest=("m.yml", BASE), ops=(("o.yml", operation),))
    ).node
    ours = None if node is None else emit(node).strip("\n")

    assert ours == bosh_int(tmp_path, str(tmp_path / "m.yml"), "-o", str(tmp_path / "o.yml"))


def test_scalars_are_read_and_written_alike(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(SCALARS, "utf-8")
    node = read_document("m.yml", SCALARS).node
    assert node is not None

    assert emit(node).strip("\n") == bosh_int(tmp_path, str(tmp_path / "m.yml"))


@pytest.mark.parametrize("path", ["/a", "/i/name=n1", "/l/-1", "/l", "/i/-1"])
def test_a_selected_part_is_printed_alike(path: str, tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(BASE, "utf-8")
    document = read_document("m.yml", BASE).node
    assert document is not None
    part = select(document, path).node
    assert part is not None

    assert emit_part(part).strip("\n") == bosh_int(
        tmp_path, str(tmp_path / "m.yml"), "--path", path
    )
