"""What an operator should know beforehand of a deploy whose failure would roll it back."""

from paasta_deploy.diagnostics import Diagnostic, codes, warning
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup, OnFailure
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.model.source import Span
from paasta_deploy.planning.wants import Wants


def rollback_warnings(
    manifest: DeploymentManifest, wants: Wants, recorded: RecordedDeployment
) -> tuple[Diagnostic, ...]:
    """Return a warning when a failure asks for a rollback and there will be none."""
    asking = [
        group
        for group in manifest.instance_groups
        if (wants.on_failure or group.update.on_failure) is OnFailure.ROLLBACK
    ]
    if not asking or wants.goes_back:
        return ()
    if recorded.deployment.manifest is None:
        why = "this is the first whole deploy, so there is nothing to go back to"
        hint = "nothing is to be done about it: a failure stops this deploy as it stands"
    elif not wants.part.is_whole:
        why = "a deploy of a part (--only, --exclude) has no one manifest to go back to"
        hint = "deploy everything, or be prepared to repair a part by hand"
    else:
        return ()
    return (
        warning(
            codes.NOTHING_TO_GO_BACK_TO,
            f"a failure will stop this deploy instead of rolling it back: {why}",
            span=None if wants.on_failure else _asked_at(manifest, asking[0]),
            hint=hint,
        ),
    )


def _asked_at(manifest: DeploymentManifest, group: InstanceGroup) -> Span | None:
    """Return where the manifest asks for a rollback of ``group``."""
    asks = manifest if manifest.update.on_failure is OnFailure.ROLLBACK else group
    return asks.source.key_span("update", "on_failure")
