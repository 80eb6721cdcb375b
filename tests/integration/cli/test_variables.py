"""Variables with real keys, a real director and real machines: made, hidden, rotated, kept."""

from pathlib import Path

import pytest
from cryptography import x509

from tests.integration.cli.manifests import manifest
from tests.integration.cli.operator import Operator, page

VARIABLES = """\
variables:
- {name: token, type: password, options: {length: 32}}
- {name: ca, type: certificate, options: {is_ca: true, common_name: ca, key_length: 2048}}
- name: tls
  type: certificate
  options: {ca: ca, common_name: web, key_length: 2048, duration: 20}
"""
SHOWN = "((token))|((tls.certificate))|((tls.ca))|((ca.certificate))"


@pytest.fixture(scope="module")
def deployed(operator: Operator) -> Operator:
    """The operator, with a deployment whose pages show values that nobody gave."""
    text = manifest(text="SHOWN", hellos=1).replace('"SHOWN"', f'"{SHOWN}"')
    file = operator.write("minimal.yml", text + VARIABLES)
    planned = operator.do("plan", file)
    assert "+ token (password): it has no value yet" in planned
    operator.do("-n", "deploy", file)
    return operator


def shown(operator: Operator) -> list[str]:
    """Return what an instance was told: token, certificate, CA, CA."""
    (row,) = [row for row in operator.rows("instances") if row["instance"].startswith("hello/")]
    said = page(row["ips"])
    return said.split("\nThis is ")[0].split("|")


def files_with(folder: Path, text: str) -> list[str]:
    """Return the files below a folder that hold a text in clear.

    Machines must have it, and so must the blobs with their rendered templates.
    """
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and not any(path.is_relative_to(folder / name) for name in ("cpis", "blobs"))
        and text.encode() in path.read_bytes()
    ]


def check_signed(certificate: str, authority: str) -> None:
    one = x509.load_pem_x509_certificate(certificate.encode())
    one.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.encode()))


def test_values_that_nobody_gave_reach_the_machines_and_no_file_in_clear(
    deployed: Operator,
) -> None:
    token, certificate, trusted, authority = shown(deployed)

    assert len(token) == 32
    assert trusted == authority
    check_signed(certificate, authority)
    assert files_with(deployed.home, token) == []
    assert (deployed.home / "variables.key").stat().st_mode & 0o777 == 0o600


def test_the_next_director_gives_the_same_values(deployed: Operator) -> None:
    before = shown(deployed)
    deployed.kill_director()
    deployed.do("-n", "deploy", str(deployed.home / "minimal.yml"))

    assert shown(deployed) == before


def test_a_short_certificate_is_listed_and_no_news_on_its_first_day(deployed: Operator) -> None:
    (first, _) = deployed.rows("-d", "minimal", "variables", "--expiry")
    planned = deployed.run("plan", str(deployed.home / "minimal.yml"))

    assert (first["name"], first["days_left"]) == ("/paasta/minimal/tls", "19")
    assert "expires" not in planned.stderr + deployed.do("director", "status")


def test_an_authority_and_a_password_are_rotated_on_running_machines(
    deployed: Operator,
) -> None:
    token, certificate, _, authority = shown(deployed)
    told = deployed.run("-n", "-d", "minimal", "rotate", "ca", "token")
    assert told.returncode == 0, told.stderr
    new_token, new_certificate, new_trusted, new_authority = shown(deployed)

    assert "3 rollouts" in told.stdout
    assert len({token, new_token}) == len({authority, new_authority}) == 2
    assert new_trusted == new_authority
    assert new_authority.count("BEGIN CERTIFICATE") == 1
    check_signed(new_certificate, new_authority)
    assert certificate != new_certificate
    file = str(deployed.home / "minimal.yml")
    assert deployed.run("plan", "--detailed-exitcode", file).returncode == 0
