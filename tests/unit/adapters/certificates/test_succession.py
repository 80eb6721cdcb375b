"""One CA after another: the files say the phase, also after a kill between any two steps."""

from pathlib import Path

import pytest

from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.certificates.authority import CertificateAuthority
from paasta_deploy.adapters.certificates.succession import FolderAuthority
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.testing.clock import FakeClock

TRUSTING, SIGNING = RotationPhase.TRUSTING, RotationPhase.SIGNING
DROPPING = RotationPhase.DROPPING
CLOCK = FakeClock()


class Folder:
    """A folder as a director that was just started sees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.certificates = DirectorCertificates.open(path, clock=CLOCK, hosts=())
        self.authority = FolderAuthority(path, self.certificates, clock=CLOCK)

    def again(self) -> "Folder":
        """The director was killed and started again."""
        return Folder(self.path)

    def trusted(self) -> int:
        return self.certificates.ca_pem.count("BEGIN CERTIFICATE")

    def nats(self) -> str:
        return (self.path / "nats.pem").read_text()


def test_each_phase_trusts_and_signs_as_it_must_and_outlives_a_kill(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    old, server = folder.certificates.ca_pem, folder.nats()
    assert folder.authority.phase() is None

    folder.authority.enter(TRUSTING)
    assert (folder.again().authority.phase(), folder.trusted()) == (TRUSTING, 2)
    assert folder.nats() == server
    assert old in folder.certificates.ca_pem

    folder = folder.again()
    folder.authority.enter(SIGNING)
    assert (folder.again().authority.phase(), folder.trusted()) == (SIGNING, 2)
    assert folder.nats() != server, "servers show what the new one signed"

    folder = folder.again()
    folder.authority.enter(DROPPING)
    assert (folder.again().authority.phase(), folder.trusted()) == (DROPPING, 1)
    assert folder.certificates.ca_pem != old

    folder.authority.finish()
    assert folder.again().authority.phase() is None
    assert not list(tmp_path.glob("next-*"))


@pytest.mark.parametrize("phase", [TRUSTING, SIGNING, DROPPING])
def test_a_phase_can_be_entered_again(tmp_path: Path, phase: RotationPhase) -> None:
    folder = Folder(tmp_path)
    for one in (TRUSTING, SIGNING, DROPPING):
        folder.authority.enter(one)
        if one is phase:
            break
    before = folder.certificates.ca_pem
    folder.again().authority.enter(phase)

    assert folder.again().certificates.ca_pem == before
    assert folder.again().authority.phase() is phase


def test_a_successor_that_nobody_was_told_of_is_not_yet_a_phase(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    pem, key = tmp_path / "next-ca.pem", tmp_path / "next-ca.key"
    made = CertificateAuthority.open(pem, key, now=CLOCK.now())
    assert folder.authority.phase() is None
    folder.authority.enter(TRUSTING)

    assert made.pem in folder.certificates.ca_pem


def test_another_exchange_makes_another_authority(tmp_path: Path) -> None:
    seen = set()
    for _ in range(2):
        folder = Folder(tmp_path)
        for one in (TRUSTING, SIGNING, DROPPING):
            folder.authority.enter(one)
        folder.authority.finish()
        seen.add(folder.certificates.ca_pem)

    assert len(seen) == 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "ca.pem.d").mkdir()
    folder.authority._pem = tmp_path / "ca.pem.d" / "x" / "y"  # noqa: SLF001 - an accident
    (tmp_path / "ca.pem.d" / "x").write_text("no folder")

    with pytest.raises(StoreError):
        folder.authority.enter(TRUSTING)
