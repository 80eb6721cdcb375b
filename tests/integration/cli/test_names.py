"""DNS names on real machines: looked up where machines have a hosts file, else not given out."""

import os
from pathlib import Path

import pytest

from tests.claims import own_network
from tests.integration.cli.manifests import cloud_config, manifest
from tests.integration.cli.operator import Operator

WITH_NAMES = manifest().replace("update:", "features: {use_dns_addresses: true}\nupdate:", 1)
QUERY = "q-s0.hello.default.minimal.bosh"
INDEX = "0.quiet.default.minimal.bosh"


def test_machines_that_share_the_hosts_files_are_deployed_with_addresses(
    operator: Operator,
) -> None:
    ended = operator.run("-n", "deploy", operator.write("names.yml", WITH_NAMES))

    assert ended.returncode == 0, ended.stderr
    assert "links carry IP addresses in place of DNS names" in ended.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: run `sudo scripts/test`")
def test_machines_of_their_own_look_up_instances_and_groups(
    bytecode: Path, minimal_release: Path
) -> None:
    operator = Operator(bytecode=bytecode)
    operator.subnet = own_network("10.246")
    host = f"{operator.subnet.replace('10.246', '10.247', 1)}.1"
    properties = f"{{isolation: namespaces, host_address: {host}}}"
    (operator.home / "director.yml").write_text(
        f'cpis: [{{name: "", type: local, properties: {properties}}}]\n'
    )
    try:
        operator.do("director", "start")
        config = operator.write("cloud-config.yml", cloud_config(operator.subnet))
        operator.do("-n", "update-cloud-config", config)
        operator.do("upload-release", str(minimal_release))
        operator.do("-n", "deploy", operator.write("names.yml", WITH_NAMES))

        hellos = ("-d", "minimal", "ssh", "quiet/0", "-c", f"getent ahostsv4 {QUERY}")
        quiet = ("-d", "minimal", "ssh", "hello/1", "-c", f"getent hosts {INDEX}")
        addresses = {line.split()[0] for line in operator.do(*hellos).splitlines() if line.strip()}
        assert addresses == {f"{operator.subnet}.10", f"{operator.subnet}.11"}
        assert operator.do(*quiet).split()[0] == f"{operator.subnet}.12"
    finally:
        operator.close()
