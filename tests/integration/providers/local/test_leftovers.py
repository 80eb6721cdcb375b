"""The list of what is on the host, as a command."""

import pytest
from paasta_providers.local.leftovers import find_leftovers, main

from tests.integration.providers.local.machines import Host


def test_everything_of_a_director_is_listed_while_it_is_there(
    host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    cid = host.create(0, ram_mib=64)

    assert main([str(host.state)]) == 1
    listed = capsys.readouterr().out
    kinds = {line.split(":")[0] for line in listed.splitlines()}
    assert {"process", "machines", "addresses"} <= kinds
    if host.isolation == "namespaces":
        assert {"interface", "route"} <= kinds
    assert cid in listed
    assert "mount" not in kinds

    host.end()
    assert main([str(host.state)]) == 0
    assert capsys.readouterr().out == ""


def test_what_no_director_remembers_is_listed_for_all(host: Host) -> None:
    cid = host.create(0)

    everything = find_leftovers()

    assert any(cid in item.name for item in everything if item.kind == "process")
    if host.isolation == "namespaces":
        assert {"rule", "address", "interface"} <= {item.kind for item in everything}
