"""``compilation:`` of a cloud config."""

import pytest

from paasta_deploy.model.deployment import VmResources
from tests.unit.manifest.parsing.documents import CLOUD, changed, cloud_of, cloud_problems

BLOCK = CLOUD[CLOUD.index("  workers: 2") :]


def test_every_key_is_read() -> None:
    text = changed(
        CLOUD,
        (
            BLOCK,
            """\
  workers: 3
  network: cloudy
  reuse_compilation_vms: true
  orphan_workers: true
  vm_extensions: [public]
  env: {a: 1}
  vm_resources: {cpu: 1, ram: 2, ephemeral_disk_size: 3}
""",
        ),
    )
    compilation = cloud_of(text).compilation

    assert compilation is not None
    assert (compilation.workers, compilation.network, compilation.az) == (3, "cloudy", None)
    assert compilation.reuse_compilation_vms
    assert compilation.orphan_workers
    assert compilation.vm_resources == VmResources(cpu=1, ram_mib=2, ephemeral_disk_mib=3)
    assert (compilation.vm_extensions, compilation.env) == (("public",), {"a": 1})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("workers: 2", "workers: 0", [("PD0104", "0")]),
        ("  workers: 2\n", "", [("PD0102", "network")]),
        ("  network: private\n", "", [("PD0102", "workers")]),
        ("  network: private\n", "  network: privat\n", [("PD0419", "privat")]),
        ("  az: z1", "  az: z9", [("PD0420", "z9")]),
        ("  az: z1\n", "", [("PD0147", "workers")]),
        ("  network: private\n", "  network: cloudy\n", [("PD0147", "z1")]),
        ("  network: private\n", "  network: vip\n", []),
        ("  vm_type: small", "  vm_type: smal", [("PD0421", "smal")]),
        (
            "  vm_type: small",
            "  vm_type: small\n  cloud_properties: {a: 1}",
            [("PD0423", "cloud_properties")],
        ),
        ("  vm_type: small", "  vm_type: small\n  vm_extensions: [x]", [("PD0422", "[")]),
        ("  vm_type: small", "  vm_extensions: [public]", [("PD0423", "vm_extensions")]),
        ("  vm_type: small", "  vm_typ: small", [("PD0103", "vm_typ")]),
    ],
)
def test_mistakes_are_told(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert cloud_problems((old, new)) == expected
