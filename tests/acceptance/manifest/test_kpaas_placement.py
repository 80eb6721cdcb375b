"""The thirty machines of K-PaaS' installation guide: where each of them is, by its own files.

The rows are the guide's table of VMs; what they are worked out from are the official manifest,
its vars files and the cloud config of each IaaS, not a copy of ours.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from paasta_deploy.model.deployment import DeploymentManifest, Lifecycle
from paasta_deploy.model.recorded import DeploymentRecord, RecordedDeployment
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.fold import Fold
from tests.acceptance.manifest.kpaas import ap, needs_kpaas
from tests.unit.planning.test_placement import PLATFORM_ROWS

pytestmark = needs_kpaas

CLOUDS = ("aws", "azure", "gcp", "openstack")
"""vSphere's cloud config lacks networks that the manifest names: nothing can be placed there."""


def placed(cloud: str, recorded: RecordedDeployment | None = None) -> Placement:
    """Place the service groups of the application platform for one cloud."""
    manifest = platform(cloud)
    config = ap(cloud).load(cloud).cloud_config
    assert config is not None
    return place(
        manifest,
        config,
        recorded or RecordedDeployment(deployment=DeploymentRecord(name=manifest.name)),
        FakeIds(),
    )


def platform(cloud: str) -> DeploymentManifest:
    """Return the manifest without its two errand groups, which have no machines yet."""
    manifest = ap(cloud).draft(cloud)
    services = tuple(
        group for group in manifest.instance_groups if group.lifecycle is Lifecycle.SERVICE
    )
    return replace(manifest, instance_groups=services)


def rows(placement: Placement) -> list[str]:
    return [
        f"{item.record.group}/{item.record.index} {item.record.az}" for item in placement.instances
    ]


def expected() -> Sequence[str]:
    return PLATFORM_ROWS.split("\n")[1:-1]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_thirty_machines_of_the_guide(cloud: str) -> None:
    placement = placed(cloud)

    assert not [item for item in placement.diagnostics if item.is_error]
    assert sorted(rows(placement)) == sorted(expected())
    assert sum(item.record.bootstrap for item in placement.instances) == 16


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_machine_has_an_address_of_its_own_and_keeps_it(cloud: str) -> None:
    first = placed(cloud)
    fold = Fold(RecordedDeployment(deployment=DeploymentRecord(name=platform(cloud).name)))
    fold.write(first.changes)

    found = [ip for item in first.instances for ip in item.addresses.values()]

    assert len(found) == len(set(found))
    assert all(item.addresses for item in first.instances)
    assert placed(cloud, fold.recorded).changes == ()
