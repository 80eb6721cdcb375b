"""What is recorded of a deployment after a deploy: of all of it, or of a part."""

from dataclasses import replace

from paasta_deploy.director.preparing import Prepared
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.ids import ConfigId
from paasta_deploy.model.recorded import DeploymentRecord


def deployed(prepared: Prepared, request: DeployRequest) -> DeploymentRecord:
    """Return the record of a deployment that is all as its manifest says."""
    desired = prepared.desired
    return DeploymentRecord(
        name=prepared.name,
        manifest=request.manifest,
        cloud_config_ids=tuple(ConfigId(config_id) for config_id in prepared.cloud_config_ids),
        runtime_config_ids=tuple(ConfigId(config_id) for config_id in prepared.runtime_config_ids),
        releases=tuple((name, record.version) for name, record in desired.releases.items()),
        stemcells=tuple(sorted(set(desired.stemcells.values()), key=lambda key: key.name)),
        variable_set=prepared.survey.set_id,
    )


def deployed_in_part(prepared: Prepared) -> DeploymentRecord:
    """Return the record after a deploy that held something back.

    The deployment is still the one that its last manifest says, so nothing claims that the rest
    is done. The releases that some instances have by now are in use beside the former ones.
    """
    before = prepared.recorded.deployment
    now = ((name, record.version) for name, record in prepared.desired.releases.items())
    return replace(before, releases=tuple(sorted({*before.releases, *now})))
