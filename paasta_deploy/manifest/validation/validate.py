"""All checks that need more than one section or more than one file, in one call."""

from paasta_deploy.diagnostics import Diagnostic, in_file_order
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.validation.capacity import check_capacity
from paasta_deploy.manifest.validation.exported_from import check_exported_from
from paasta_deploy.manifest.validation.link_cycles import check_link_cycles
from paasta_deploy.manifest.validation.references import check_references
from paasta_deploy.manifest.validation.static_addresses import check_static_addresses
from paasta_deploy.manifest.variables import check_definitions
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest


def validate(
    manifest: DeploymentManifest, cloud_config: CloudConfig | None
) -> tuple[Diagnostic, ...]:
    """Return every mistake in how a deployment and a cloud fit together, in file order.

    Drafts (results of parsing with errors) may be given to find more mistakes. Without a cloud
    config only what the manifest says about itself is checked. Takes time linear in the manifest.
    """
    report = Report()
    check_references(manifest, cloud_config, report)
    check_link_cycles(manifest, report)
    report.diagnostics += check_definitions(manifest.variables)
    check_exported_from(manifest, report)
    if cloud_config is not None:
        check_static_addresses(manifest, cloud_config, report)
        check_capacity(manifest, cloud_config, report)
    span = manifest.source.span()
    return in_file_order(dict.fromkeys(report.diagnostics), [] if span is None else [span.file])
