"""The director's own CA is exchanged below running machines, and none of them is lost."""

import os
import signal

from cryptography import x509

from tests.integration.cli.manifests import manifest
from tests.integration.cli.operator import Operator, until


def authorities(operator: Operator) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates((operator.home / "certs" / "ca.pem").read_bytes())


def states(operator: Operator) -> set[str]:
    return {row["process_state"] for row in operator.rows("instances")}


def nats_pid(operator: Operator) -> int:
    return int((operator.home / "nats" / "nats.pid").read_text("ascii"))


def test_agents_come_back_to_a_director_with_another_ca(operator: Operator) -> None:
    operator.do("-n", "deploy", operator.write("minimal.yml", manifest(hellos=1)))
    machines = operator.processes()
    (old,) = authorities(operator)
    told = operator.run("-n", "director", "rotate-ca")
    assert told.returncode == 0, told.stderr
    (new,) = authorities(operator)

    assert old != new
    assert operator.processes() == machines, "nothing was restarted"
    for row in operator.rows("director", "certificates"):
        if not row["file"].endswith("/ca.pem"):
            with open(row["file"], "rb") as file:  # noqa: PTH123 - a text from a table
                x509.load_pem_x509_certificate(file.read()).verify_directly_issued_by(new)
    # Every agent has to connect anew, with what it was given.
    before = nats_pid(operator)
    os.kill(before, signal.SIGKILL)
    until(lambda: nats_pid(operator) != before, within_s=120, what="the bus is there again")
    until(lambda: states(operator) == {"running"}, within_s=120, what="all agents are there again")
    changed = operator.write("minimal.yml", manifest(hellos=2, text="two"))
    operator.do("-n", "deploy", changed)
    assert operator.run("plan", "--detailed-exitcode", changed).returncode == 0
