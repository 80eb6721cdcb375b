"""Whether every AZ names a CPI that there is. Source: spec bosh.md 2.3.

A director also knows its own default CPI, which an AZ without ``cpi`` has.
"""

from paasta_deploy.diagnostics import codes, did_you_mean
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.cpi_config import CpiConfig


def check_cpis(cloud: CloudConfig, cpis: CpiConfig, report: Report) -> None:
    """Report each AZ whose CPI no CPI config has; a former name of a CPI does not count."""
    successors = cpis.successors()
    for az in cloud.azs.values():
        if not az.cpi or az.cpi in cpis.cpis:
            continue
        now = successors.get(az.cpi)
        report.error(
            codes.UNKNOWN_CPI,
            f"CPI `{az.cpi}` of AZ `{az.name}` does not exist",
            az.source.span("cpi"),
            "no CPI config has one of that name",
            f"it is called `{now}` now" if now else did_you_mean(az.cpi, cpis.cpis),
        )
