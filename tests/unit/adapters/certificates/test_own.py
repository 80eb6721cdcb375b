"""The director's certificates in files: listed with their use, renewed, damaged ones left out."""

from datetime import timedelta
from pathlib import Path

from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.certificates.own import BY_HAND, BY_ITSELF, FolderCertificates
from paasta_deploy.testing.clock import FakeClock


def test_all_of_a_folder_and_the_operators_are_listed_and_renewed(tmp_path: Path) -> None:
    clock = FakeClock()
    folder = tmp_path / "certs"
    folder.mkdir()
    made = DirectorCertificates.open(folder, clock=clock, hosts=())
    operators = tmp_path / "api.crt"
    operators.write_bytes((folder / "nats.pem").read_bytes())
    own = FolderCertificates(folder, made, {operators: "API", tmp_path / "absent": "none"})
    listed = {Path(one.path).name: one for one in own.listed()}

    assert set(listed) == {"ca.pem", "nats.pem", "blobs.pem", "api.pem", "director.pem", "api.crt"}
    assert listed["nats.pem"].renewal == BY_ITSELF
    assert listed["api.crt"].renewal == BY_HAND
    assert listed["ca.pem"].facts.is_authority
    assert own.renew() == ()
    clock.advance(timedelta(days=340).total_seconds())
    assert set(own.renew()) == {"nats", "blobs", "api", "director"}
    after = {Path(one.path).name: one.facts.not_after for one in own.listed()}
    assert after["nats.pem"] > listed["nats.pem"].facts.not_after
    (folder / "blobs.pem").write_text("broken")
    assert "blobs.pem" not in {Path(one.path).name for one in own.listed()}
