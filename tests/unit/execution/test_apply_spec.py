"""The apply spec says everything that an agent must know, with links that it can follow."""

from dataclasses import replace
from ipaddress import IPv6Address

import pytest

from paasta_deploy.execution.apply_spec import apply_spec, network_settings
from paasta_deploy.model.ids import BlobId, NetworkName, PackageName
from paasta_deploy.model.spec import BlobRef, NetworkSpec, PackageInSpec
from paasta_deploy.wire.apply_spec import encode_apply_spec
from tests.unit.execution.world import spec

BLOB = BlobRef(blob_id=BlobId("b1"), digest="sha256:aa")


def link(blob_id: BlobId) -> str:
    return f"https://director/{blob_id}"


def test_an_instance_is_described_as_bosh_describes_it() -> None:
    wanted = spec(disk_size_mib=100)
    package = PackageInSpec(name=PackageName("golang"), version="9.1", fingerprint="9", blob=BLOB)
    full = replace(wanted, packages=(package,), templates=replace(wanted.templates, blob=BLOB))

    encoded = encode_apply_spec(apply_spec(full, link))

    source = {"sha1": "sha256:aa", "blobstore_id": "b1", "signed_url": "https://director/b1"}
    assert encoded == {
        "deployment": "dep",
        "job": {
            "name": "web",
            "template": "nginx",
            "version": "f1",
            "templates": [
                {"name": "nginx", "version": "f1", "sha1": "hash-1", "blobstore_id": ""}
            ],
        },
        "index": 0,
        "name": "web",
        "id": "i0",
        "az": "z1",
        "networks": network_settings(full.vm.networks),
        "packages": {"golang": {"name": "golang", "version": "9.1", **source}},
        "dns_domain_name": "bosh",
        "persistent_disk": 100,
        "template_hashes": {"nginx": "hash-1"},
        "rendered_templates_archive": source,
        "configuration_hash": "1",
    }


def test_an_instance_without_templates_and_disk_has_none() -> None:
    encoded = encode_apply_spec(apply_spec(replace(spec(), az=None), link))

    assert encoded["rendered_templates_archive"] is None
    assert encoded["persistent_disk"] == 0
    assert encoded["az"] == ""


def test_a_package_that_is_not_compiled_is_our_bug() -> None:
    package = PackageInSpec(name=PackageName("golang"), version="9.1", fingerprint="9")

    with pytest.raises(AssertionError, match="golang has no blob"):
        apply_spec(replace(spec(), packages=(package,)), link)


def test_an_ipv6_address_has_its_own_prefix() -> None:
    network = NetworkSpec(
        name=NetworkName("six"),
        kind="manual",
        ip=IPv6Address("fd00::5"),
        netmask=None,
        gateway=None,
    )

    assert network_settings((network,)) == {
        "six": {"type": "manual", "ip": "fd00::5", "prefix": "128", "cloud_properties": {}}
    }


def test_a_dynamic_network_says_nothing_of_addresses() -> None:
    network = NetworkSpec(
        name=NetworkName("dhcp"), kind="dynamic", ip=None, netmask=None, gateway=None
    )

    assert network_settings((network,)) == {"dhcp": {"type": "dynamic", "cloud_properties": {}}}
