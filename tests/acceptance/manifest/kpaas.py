"""The official K-PaaS deployments, as their own ``deploy*.sh`` put them together.

The files are read-only inputs. ``PAASTA_ACCEPTANCE`` names the folder that holds ``kpaas``, and
``../shared/acceptance`` beside the checkout is the default. Where it is not, tests are skipped.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import (
    DeploymentSources,
    LoadedDeployment,
    Strictness,
    VariableSources,
    load_deployment,
    load_document,
    parse_deployment,
)
from paasta_deploy.model.deployment import DeploymentManifest

_REPOSITORY = Path(__file__).resolve().parents[3]
ROOT = (
    Path(os.environ.get("PAASTA_ACCEPTANCE", _REPOSITORY.parent / "shared/acceptance")) / "kpaas"
)
needs_kpaas = pytest.mark.skipif(
    not ROOT.is_dir(),
    reason=f"the K-PaaS files are not in {ROOT}; name their folder with PAASTA_ACCEPTANCE",
)
CLOUDS = ("aws", "azure", "gcp", "openstack", "vsphere")
_COMMON = ROOT / "common/common_vars.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One manifest of K-PaaS with the ops and vars files that its script adds."""

    folder: str
    manifest: str
    ops: tuple[str, ...] = ()
    vars_files: tuple[str, ...] = ("vars.yml",)

    @property
    def name(self) -> str:
        """The manifest's name without its ending."""
        return self.manifest.removesuffix(".yml")

    def sources(self, cloud: str) -> DeploymentSources:
        """Return all files for one cloud; ops files that the cloud does not have are left out."""
        folder = ROOT / self.folder
        ops = [item.format(cloud=cloud) for item in self.ops]
        config = ROOT / f"ap-deployment/cloud-config/{cloud}-cloud-config.yml"
        vars_files = [folder / item for item in self.vars_files]
        vars_files.append(_COMMON)
        return DeploymentSources(
            manifest=(self.manifest, (folder / self.manifest).read_bytes()),
            ops=tuple(
                (item, (folder / item).read_bytes()) for item in ops if (folder / item).is_file()
            ),
            variables=VariableSources(
                vars_files=tuple((item.name, item.read_bytes()) for item in vars_files)
            ),
            cloud_configs=((config.name, config.read_bytes()),),
        )

    def draft(self, cloud: str) -> DeploymentManifest:
        """Return the deployment with the blanks of its vars files left unfilled."""
        node = load_document(self.sources(cloud)).node
        assert node is not None
        draft = parse_deployment(node, unknown_keys=Severity.WARNING).draft
        assert draft is not None
        return draft

    def load(self, cloud: str) -> LoadedDeployment:
        """Load the deployment for one cloud, as the director of that cloud would."""
        # BOSH passes over unknown keys, and these files have some.
        strictness = Strictness(unknown_keys=Severity.WARNING, resolvable=frozenset())
        return load_deployment(self.sources(cloud), strictness)


def ap(variant: str) -> Deployment:
    """Return the application platform as ``deploy-VARIANT.sh`` deploys it."""
    script = (ROOT / f"ap-deployment/ap/deploy-{variant}.sh").read_text("utf-8")
    ops = tuple(re.findall(r"-o (\S+)", script))
    return Deployment(
        folder="ap-deployment/ap", manifest="ap-deployment.yml", ops=ops, vars_files=("vars.yml",)
    )


_NETWORK, _CCE = "operations/{cloud}-network.yml", "operations/cce.yml"


def _service(folder: str, *ops: str, manifest: str = "", extra: str = "") -> Deployment:
    return Deployment(
        folder=f"service-deployment/{folder}",
        manifest=f"{manifest or folder}.yml",
        ops=ops,
        vars_files=("vars.yml", *((extra,) if extra else ())),
    )


SERVICES = (
    _service("gateway-service", _NETWORK, _CCE),
    _service("glusterfs", _CCE),
    _service("lifecycle-service", _NETWORK, _CCE),
    _service("logging-service", extra="operations/pem.yml"),
    _service("mongodb", _CCE, extra="operations/pem.yml"),
    _service("mysql", _CCE),
    _service("pinpoint", _CCE, _NETWORK),
    _service("pipeline-service", _NETWORK, _CCE),
    _service("rabbitmq", _CCE),
    _service("redis", _CCE),
    _service("source-control-service", _CCE, _NETWORK),
    _service("web-ide", _CCE, _NETWORK),
)
PORTALS = (
    Deployment(
        folder="portal-deployment/portal-api",
        manifest="portal-api.yml",
        ops=(_NETWORK, _CCE),
    ),
    Deployment(
        folder="portal-deployment/portal-ui", manifest="portal-ui.yml", ops=(_NETWORK, _CCE)
    ),
    Deployment(
        folder="portal-deployment/portal-container-infra",
        manifest="portal-container-infra.yml",
        ops=(_NETWORK, _CCE),
    ),
)
MONITORING = (
    Deployment(
        folder="monitoring-deployment/paasta-monitoring",
        manifest="paasta-monitoring.yml",
        ops=("use-private-monitoring-web.yml", "addons/enable-zabbix-agent.yml"),
        vars_files=("paasta-monitoring-vars.yml",),
    ),
    Deployment(
        folder="monitoring-deployment/pinpoint-monitoring",
        manifest="pinpoint-monitoring.yml",
        ops=("use-private-haproxy.yml", "addons/enable-zabbix-agent.yml"),
        vars_files=("pinpoint-monitoring-vars.yml",),
    ),
)


def pairs() -> Iterator[tuple[Deployment, str]]:
    """Yield every deployment with every cloud that it is for."""
    for cloud in CLOUDS:
        yield ap(cloud), cloud
        for deployment in (*SERVICES, *PORTALS, *MONITORING):
            yield deployment, cloud
    yield ap("bosh-lite"), "bosh-lite"
