"""Whom the director lets in, and with which permissions; with tokens as the server makes them."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from paasta_deploy.adapters.bus import BusKeys
from paasta_deploy.adapters.bus.authorisation import AgentAuthoriser, permissions_of
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.testing.clock import FakeClock

AGENT = AgentId("6f57b937-bb54-4f99-615d-6db1ce081eec")
HOUR = timedelta(hours=1)


def token(claims: object) -> bytes:
    """Return a token as nats-server sends it; its signature is not looked at."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    return b"header." + payload + b".signature"


def request(*chain: str) -> bytes:
    """Return the server's question about a client with these certificates."""
    tls = {"version": "1.3", "verified_chains": [list(chain)]} if chain else {}
    return token(
        {
            "nats": {
                "server_id": {"id": "NSERVER"},
                "user_nkey": "UONCE",
                "client_info": {"host": "10.0.0.7"},
                "client_tls": tls,
                "type": "authorization_request",
            }
        }
    )


def claims_of(content: bytes | str | None) -> dict[str, Any]:
    """Return what a token says."""
    assert content is not None
    text = content.decode() if isinstance(content, bytes) else content
    payload = text.split(".")[1]
    read: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return read


@pytest.fixture
def keys(tmp_path: Path) -> BusKeys:
    return BusKeys.open(tmp_path / "keys.json")


@pytest.fixture
def certificates(tmp_path: Path) -> DirectorCertificates:
    return DirectorCertificates.open(tmp_path / "certs", clock=FakeClock(), hosts=())


def authoriser(
    keys: BusKeys, is_known: Callable[[AgentId], bool] = lambda _agent: True
) -> AgentAuthoriser:
    """Return the one under test."""
    return AgentAuthoriser(keys.issuer, is_known=is_known, clock=FakeClock())


def test_a_known_agent_is_let_in_under_its_id_with_its_permissions(
    keys: BusKeys, certificates: DirectorCertificates
) -> None:
    pem = certificates.issue_agent(AGENT, valid=HOUR).certificate
    answer = claims_of(authoriser(keys).answer(request(pem)))
    user = claims_of(answer["nats"]["jwt"])

    assert (answer["aud"], answer["sub"], answer["iss"]) == (
        "NSERVER",
        "UONCE",
        keys.issuer.public,
    )
    assert (user["name"], user["sub"], user["aud"]) == (AGENT, "UONCE", "AGENTS")
    assert user["nats"]["pub"]["allow"] == list(permissions_of(AGENT).publish)
    assert user["nats"]["sub"]["allow"] == list(permissions_of(AGENT).subscribe)


def test_a_bootstrap_certificate_lets_in_as_well(
    keys: BusKeys, certificates: DirectorCertificates
) -> None:
    pem = certificates.issue_bootstrap(AGENT, valid=HOUR).certificate

    assert "jwt" in claims_of(authoriser(keys).answer(request(pem)))["nats"]


def refusal(content: bytes | None) -> str:
    """Return why an answer refuses."""
    answer = claims_of(content)
    assert "jwt" not in answer["nats"]
    reason: str = answer["nats"]["error"]
    return reason


def test_an_agent_without_a_vm_is_refused(
    keys: BusKeys, certificates: DirectorCertificates
) -> None:
    pem = certificates.issue_agent(AGENT, valid=HOUR).certificate
    judge = authoriser(keys, lambda _agent: False)

    assert refusal(judge.answer(request(pem))) == f"agent {AGENT} has no VM here"


def test_a_store_that_cannot_be_read_lets_nobody_in(
    keys: BusKeys, certificates: DirectorCertificates
) -> None:
    def broken(_agent: AgentId) -> bool:
        raise StoreError("disk failed")

    pem = certificates.issue_agent(AGENT, valid=HOUR).certificate
    assert "disk failed" in refusal(authoriser(keys, broken).answer(request(pem)))


def test_certificates_that_name_no_agent_are_refused(
    keys: BusKeys, certificates: DirectorCertificates
) -> None:
    director = certificates.director_client.certificate.read_text()

    assert "names no agent" in refusal(authoriser(keys).answer(request(director)))
    assert "unreadable" in refusal(authoriser(keys).answer(request("no PEM")))
    assert "no verified client" in refusal(authoriser(keys).answer(request()))


@pytest.mark.parametrize("content", [b"", b"a.b.c", b"a.!!.c", token([]), token({"nats": {}})])
def test_nonsense_from_the_server_is_not_answered(keys: BusKeys, content: bytes) -> None:
    assert authoriser(keys).answer(content) is None


def test_an_agent_can_reach_its_own_subjects_only() -> None:
    permissions = permissions_of(AGENT)

    assert all(str(AGENT) in subject for subject in permissions.publish)
    assert all(str(AGENT) in subject for subject in permissions.subscribe)
