"""While a CA is rotated every peer goes on to trust every other, at each moment, for real.

Three machines serve TLS and dial each other all the time, both sides verifying. The rotation takes
them through all phases one by one, so that neighbours are in different ones. That the test would
see distrust is shown by exchanging the CA in the way that a rotation is there to avoid.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.operator import Operator, until
from tests.integration.cli.trust_release import write_release

PEERS = 3
GREETINGS_MIN = 20
"""Of old and new ones with each other: post-start of each instance sees to that many."""

MANIFEST = """\
name: minimal
releases: [{name: trust, version: latest}]
stemcells: [{alias: default, os: paasta-local, version: latest}]
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 10-60000, update_watch_time: 10-60000}
features: {use_dns_addresses: false}
instance_groups:
- name: peer
  instances: 3
  azs: [z1]
  vm_type: default
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: peer, release: trust, properties: {tls: ((tls)), ca: ((tls.ca))}}]
variables:
- name: ca
  type: certificate
  options: {is_ca: true, common_name: ca, key_length: 2048}
- name: tls
  type: certificate
  update_mode: converge
  options:
    ca: ca
    common_name: peer
    key_length: 2048
    extended_key_usage: [client_auth, server_auth]
"""


class Greetings:
    """What the peers have told since it was made: pairs of certificates that met, and distrust."""

    def __init__(self, operator: Operator) -> None:
        self._machines = operator.provider_state / "machines"
        self._from = {path: path.stat().st_size for path in self._logs()}

    def told(self) -> list[list[str]]:
        """Return the words of every line since then."""
        return [
            line.split()
            for path in self._logs()
            for line in path.read_text("utf-8")[self._from.get(path, 0) :].splitlines()
        ]

    def met(self) -> Counter[tuple[str, str]]:
        """Return how often which certificates met and trusted each other: client's, server's."""
        return Counter((words[1], words[2]) for words in self.told() if words[:1] == ["ok"])

    def distrust(self) -> list[str]:
        """Return every refusal of a certificate."""
        return [" ".join(words) for words in self.told() if words[:1] == ["distrust"]]

    def _logs(self) -> Iterator[Path]:
        return self._machines.glob("*/vcap/data/sys/log/peer/greetings.log")


@pytest.fixture(scope="module")
def peers(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """The operator, whose peers greet each other."""
    folder = tmp_path_factory.mktemp("trust")
    write_release(folder)
    tarball = f"{folder}.tgz"
    operator.do("create-release", f"--dir={folder}", f"--tarball={tarball}", "--version=1")
    operator.do("upload-release", tarball)
    greetings = Greetings(operator)
    operator.do("-n", "deploy", operator.write("minimal.yml", MANIFEST))
    until(
        lambda: sum(greetings.met().values()) > PEERS * GREETINGS_MIN,
        within_s=120,
        what="all peers greet each other",
    )
    return operator


def test_no_peer_distrusts_another_at_any_moment_of_a_rotation(peers: Operator) -> None:
    rotating = Greetings(peers)
    peers.do("-n", "-d", "minimal", "rotate", "ca")
    met = rotating.met()

    assert rotating.distrust() == []
    assert len({client for client, _ in met}) == 2, "the leaf is made anew once"
    assert len(met) == 4, "old and new have met in both ways"
    assert min(met.values()) >= GREETINGS_MIN


def test_peers_would_tell_distrust_if_there_were_any(peers: Operator) -> None:
    exchanged = Greetings(peers)
    overwriting = MANIFEST.replace("- name: ca\n", "- name: ca\n  update_mode: overwrite\n")
    peers.do("-n", "deploy", peers.write("minimal.yml", overwriting))

    assert exchanged.distrust(), "in an exchange without overlap peers do distrust each other"
