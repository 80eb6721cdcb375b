"""Collecting diagnostics."""

from paasta_deploy.diagnostics import codes
from paasta_deploy.manifest.parsing.report import Report


def test_errors_and_warnings_are_kept_in_order() -> None:
    report = Report()
    report.warning(codes.DUPLICATE_KEY, "one", None)
    report.error(codes.BAD_TAG, "two", None, "detail", "hint")

    assert [(d.is_error, d.summary, d.detail) for d in report.diagnostics] == [
        (False, "one", ""),
        (True, "two", "detail"),
    ]
