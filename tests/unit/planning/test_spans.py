"""Every reason points at the line that decides."""

from paasta_deploy.model.ids import AzName, InstanceGroupName, JobName, NetworkName
from paasta_deploy.model.source import Span
from paasta_deploy.planning.spans import Spans
from tests.unit.planning.shop import CLOUD, MANIFEST, shop
from tests.unit.planning.test_vm_specs import EXTENSIONS

DB, WEB = InstanceGroupName("db"), InstanceGroupName("web")


def spans(manifest: str = MANIFEST, cloud: str = CLOUD) -> Spans:
    return Spans(shop(manifest, cloud).think().desired)


def line(span: Span | None, manifest: str = MANIFEST, cloud: str = CLOUD) -> str:
    assert span is not None
    text = manifest if span.file == "manifest.yml" else cloud
    return text.split("\n")[span.line - 1].strip()


def test_parts_of_the_manifest() -> None:
    found = spans()

    assert line(found.group(DB)) == "- name: db"
    assert line(found.group(DB, "instances")) == "instances: 3"
    assert line(found.stemcell(DB)) == "- {alias: default, os: ubuntu-jammy, version: latest}"
    assert line(found.network(DB, NetworkName("default"))) == "networks: [{name: default}]"
    assert line(found.network(DB, NetworkName("gone"))) == "networks: [{name: default}]"
    assert line(found.job(DB, JobName("db"))) == "- name: db"
    assert line(found.property(WEB, JobName("server"), "port")) == "properties: {port: 8080}"


def test_a_cloud_property_is_found_where_it_comes_from() -> None:
    text = MANIFEST.replace("vm_type: small\n", "vm_type: small\n  vm_extensions: [fast]\n", 1)
    found = spans(text, EXTENSIONS)
    az = AzName("z2")

    assert "fast" in line(found.cloud_property(DB, az, "net"), text, EXTENSIONS)
    assert "cpu: 1" in line(found.cloud_property(DB, az, "cpu"), text, EXTENSIONS)
    assert "zone: b" in line(found.cloud_property(DB, az, "zone"), text, EXTENSIONS)
    assert line(found.cloud_property(DB, az, "gone"), text, EXTENSIONS) == "vm_type: small"


def test_a_disk_is_found_in_the_cloud_config_or_in_the_manifest() -> None:
    own = MANIFEST.replace("persistent_disk_type: disk", "persistent_disk: 512")

    assert line(spans().disk(DB)) == "disk_size: 1000"
    assert line(spans(own).disk(DB), own) == "persistent_disk: 512"


def test_a_release_is_found_by_its_job() -> None:
    thought = shop().think()
    spec = next(iter(thought.specs.values()))

    assert "name: shop" in line(Spans(thought.desired).release(spec.jobs[0]))


def test_without_a_manifest_nothing_has_a_place() -> None:
    nowhere = Spans()

    assert nowhere.group(DB) is None
    assert nowhere.stemcell(DB) is None
    assert nowhere.cloud_property(DB, None, "cpu") is None
    assert nowhere.network(DB, NetworkName("default")) is None
    assert nowhere.disk(DB) is None
    assert nowhere.job(DB, JobName("db")) is None
    spec = next(iter(shop().think().specs.values()))
    assert nowhere.release(spec.jobs[0]) is None


def test_a_group_that_is_gone_has_no_place() -> None:
    found = spans()
    gone = InstanceGroupName("gone")

    assert found.group(gone, "instances") is None
    assert found.disk(gone) is None
    assert found.job(gone, JobName("db")) is None
