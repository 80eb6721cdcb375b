"""What this host allows, and what an operator is told about it."""

import sys
from pathlib import Path

import pytest
from paasta_providers.local import host_checks, kernel
from paasta_providers.local.boot import Isolation
from paasta_providers.local.cgroups import ControlGroups

from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.diagnostics import has_errors

NO_GROUPS = ControlGroups([], "paasta-0000")


def test_what_is_asked_for_is_taken() -> None:
    assert host_checks.choose_isolation("processes") is Isolation.PROCESSES
    assert host_checks.choose_isolation("namespaces") is Isolation.NAMESPACES


def test_without_the_rights_machines_are_processes() -> None:
    """Numbers of capability.h: network and system administration, making devices."""
    may = {12, 21, 27} <= kernel.effective_capabilities()
    new = host_checks.kernel_version() >= host_checks.KERNEL_MIN

    chosen = host_checks.choose_isolation("auto")

    assert chosen is (Isolation.NAMESPACES if may and new else Isolation.PROCESSES)


@pytest.mark.parametrize("shared", ["/usr/share/paasta", "/lib/x", sys.base_prefix + "/state"])
def test_a_state_folder_that_machines_would_see_is_refused(shared: str) -> None:
    with pytest.raises(CloudConfigError, match="which every local machine sees") as caught:
        host_checks.require_hidden(Path(shared))

    assert "PAASTA_HOME" in caught.value.hint


def test_a_state_folder_elsewhere_is_fine() -> None:
    host_checks.require_hidden(Path("/home/joe/.paasta/cpis/local"))


def test_missing_walls_and_limits_are_told_and_stop_nobody() -> None:
    found = host_checks.check_host(Isolation.PROCESSES, NO_GROUPS)

    assert {item.code for item in found} >= {"local.not-isolated", "local.no-limits"}
    assert all(item.hint for item in found)
    assert not has_errors(found)
