"""Vars stores beside the real `bosh int --vars-store`, where ``PAASTA_TEST_BOSH`` names it.

Either program reads the store that the other one wrote and prints the same bytes; certificates of
both have the same fields; and what the one refuses, the other refuses.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from paasta_deploy.cli.main import run
from tests.acceptance.manifest.kpaas import ROOT, needs_kpaas

_BOSH = os.environ.get("PAASTA_TEST_BOSH", "")
DOCUMENT = """
variables:
- {name: root, type: certificate, options: {is_ca: true, common_name: root, duration: 1000}}
- {name: mid, type: certificate, options: {is_ca: true, ca: root, common_name: "한글"}}
- name: leaf
  type: certificate
  options:
    ca: mid
    common_name: leaf
    organization: K-PaaS
    alternative_names: [a.b, 10.0.0.1, "::1", "*.c", "::ffff:10.0.0.2", "0x1.0.0.1"]
    extended_key_usage: [client_auth, server_auth]
    duration: 30
    key_length: 2048
- {name: plain, type: certificate, options: {ca: root}}
- {name: long, type: certificate, options: {ca: root, common_name: %s}}
- {name: key, type: rsa}
- {name: shell, type: ssh}
- {name: word, type: password, options: {length: 40}}
- {name: given, type: password}
- {name: named}
- {name: waits, type: password, options: {length: ((nobody))}}
text: "((word))-((given))"
all: [((root)), ((mid)), ((leaf)), ((plain)), ((long)), ((key)), ((shell)), ((named)), ((waits))]
part: ((shell.public_key_fingerprint))
""" % ("x" * 70)

pytestmark = pytest.mark.skipif(
    not _BOSH, reason="PAASTA_TEST_BOSH does not name the real `bosh` program"
)
Capture = pytest.CaptureFixture[str]


@dataclass(frozen=True, slots=True)
class Clis:
    """Both programs, in one folder."""

    folder: Path
    capsys: Capture

    def bosh(self, *arguments: str) -> str | None:
        """Return what the real one prints, or None when it refuses."""
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"]}
        done = subprocess.run(
            [_BOSH, "int", *arguments],
            capture_output=True,
            env=environment,
            cwd=self.folder,
            timeout=120,
            check=False,
        )
        return None if done.returncode else done.stdout.decode().strip("\n")

    def ours(self, *arguments: str) -> str | None:
        """Return what ours prints, or None when it refuses."""
        code = run(["interpolate", *arguments])
        out = self.capsys.readouterr().out
        return None if code else out.strip("\n")


@pytest.fixture
def clis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Clis:
    """Both programs."""
    monkeypatch.chdir(tmp_path)
    Path("in.yml").write_text(DOCUMENT)
    return Clis(tmp_path, capsys)


ARGUMENTS = ("in.yml", "-v", "given=x")


def test_a_store_of_one_is_read_by_the_other(clis: Clis) -> None:
    for writer, reader, store in (
        (clis.ours, clis.bosh, "ours.yml"),
        (clis.bosh, clis.ours, "bosh.yml"),
    ):
        printed = writer(*ARGUMENTS, "--vars-store", store)
        content = Path(store).read_bytes()

        assert printed is not None
        assert reader(*ARGUMENTS, "--vars-store", store) == printed
        assert writer(*ARGUMENTS, "--vars-store", store) == printed
        assert Path(store).read_bytes() == content


def test_one_goes_on_where_the_other_ended(clis: Clis) -> None:
    half = "\n".join(DOCUMENT.splitlines()[:3])
    Path("half.yml").write_text(half + "\n")
    clis.bosh("half.yml", "--vars-store", "s.yml")
    first = yaml.safe_load(Path("s.yml").read_text())
    printed = clis.ours(*ARGUMENTS, "--vars-store", "s.yml")
    stored = yaml.safe_load(Path("s.yml").read_text())

    assert list(first) == ["root"]
    assert stored["root"] == first["root"]
    assert stored["mid"]["ca"] == first["root"]["certificate"]
    assert clis.bosh(*ARGUMENTS, "--vars-store", "s.yml") == printed


def test_a_store_has_the_same_layout(clis: Clis) -> None:
    clis.ours(*ARGUMENTS, "--vars-store", "ours.yml")
    clis.bosh(*ARGUMENTS, "--vars-store", "bosh.yml")

    assert _layout(Path("ours.yml")) == _layout(Path("bosh.yml"))


@pytest.mark.filterwarnings("ignore:Attribute's length must be")  # as BOSH makes them, too
def test_certificates_have_the_same_fields(clis: Clis) -> None:
    clis.ours(*ARGUMENTS, "--vars-store", "ours.yml")
    clis.bosh(*ARGUMENTS, "--vars-store", "bosh.yml")
    ours, theirs = (yaml.safe_load(Path(name).read_text()) for name in ("ours.yml", "bosh.yml"))

    for name in ("root", "mid", "leaf", "plain", "long"):
        assert _fields(ours[name]) == _fields(theirs[name]), name


@needs_kpaas
def test_the_values_of_a_director_of_kpaas_are_made_for_both(clis: Clis) -> None:
    folder = ROOT / "ap-deployment/bosh"
    arguments = [str(folder / "bosh.yml"), "-l", str(folder / "openstack-vars.yml")]
    for name in ("openstack/cpi", "uaa", "credhub", "jumpbox-user", "cce"):
        arguments += ["-o", str(folder / f"{name}.yml")]
    printed = clis.ours(*arguments, "--vars-store", "s.yml")

    assert len(yaml.safe_load(Path("s.yml").read_text())) == 29
    assert printed is not None
    assert printed == clis.bosh(*arguments, "--vars-store", "s.yml")


@pytest.mark.parametrize(
    "definition",
    [
        "{name: v, type: password, options: {length: -1}}",
        "{name: v, type: password, options: {length: 0}}",
        "{name: v, type: password, options: {length: '5'}}",
        "{name: v, type: password, options: {length: 5.7}}",
        "{name: v, type: password, options: []}",
        "{name: v, type: password, options: {foo: 1}}",
        "{name: v, type: password, update_mode: overwrite}",
        "{name: v, type: rsa, options: [1]}",
        "{name: v, type: json}",
        "{name: v, type: ''}",
        "{name: v, type: 5}",
        "{type: password}",
        "{name: a.b, type: password}",
        "{name: v, type: password}\n- {name: v, type: rsa}",
        "{name: v, type: password, options: {length: ((v))}}",
        "{name: v, type: certificate}",
        "{name: v, type: certificate, options: {ca: nope}}",
        "{name: v, type: certificate, options: {ca: v, is_ca: true}}",
        "{name: p, type: password}\n- {name: v, type: certificate, options: {ca: p}}",
        "{name: v, type: certificate, options: {is_ca: 'true'}}",
        "{name: v, type: certificate, options: {is_ca: true, extended_key_usage: [x]}}",
        "{name: v, type: certificate, options: {is_ca: true, alternative_names: a}}",
        "{name: v, type: certificate, options: {is_ca: true, alternative_names: [1, null]}}",
        "{name: v, type: certificate, options: {is_ca: true, common_name: [a]}}",
        "{name: v, type: certificate, options: {is_ca: true, duration: -5}}",
        "{name: v, type: certificate, options: {is_ca: true, key_length: 1024}}",
        "{name: v, type: certificate, options: {is_ca: true, organizations: [a]}}",
    ],
)
def test_what_one_refuses_the_other_refuses(definition: str, clis: Clis) -> None:
    Path("in.yml").write_text(f"variables:\n- {definition}\n")
    ours = clis.ours("in.yml", "--vars-store", "ours.yml")

    assert ours == clis.bosh("in.yml", "--vars-store", "bosh.yml")
    if ours is not None and Path("ours.yml").exists():
        names = [list(yaml.safe_load(Path(f"{who}.yml").read_text())) for who in ("ours", "bosh")]
        assert names[0] == names[1]


def _layout(path: Path) -> dict[str, object]:
    """Return names, parts and how each text is written, without the texts."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("    ")]
    return {line.partition(":")[0]: line.endswith("|") for line in lines}


def _fields(value: dict[str, str]) -> dict[str, object]:
    """Return what a certificate says, without what is random and without the moment."""
    certificate = x509.load_pem_x509_certificate(value["certificate"].encode())
    authority = x509.load_pem_x509_certificate(value["ca"].encode())
    certificate.verify_directly_issued_by(authority)
    key = load_pem_private_key(value["private_key"].encode(), None)
    assert certificate.public_key() == key.public_key()
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "lasts": certificate.not_valid_after_utc - certificate.not_valid_before_utc,
        "algorithm": certificate.signature_algorithm_oid,
        "key": getattr(key, "key_size", 0),
        "first line": value["private_key"].splitlines()[0],
        "serial": certificate.serial_number.bit_length() <= 128,
        "extensions": [
            (item.oid, item.critical, _content(item.value)) for item in certificate.extensions
        ],
    }


def _content(value: x509.ExtensionType) -> object:
    if isinstance(value, x509.SubjectKeyIdentifier):
        return len(value.digest)
    if isinstance(value, x509.AuthorityKeyIdentifier):
        return (len(value.key_identifier or b""), value.authority_cert_issuer)
    return value
