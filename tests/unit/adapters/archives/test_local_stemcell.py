"""The stemcell of local machines: reproducible, named by its content, read back whole."""

from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.local_stemcell import build_local_stemcell
from paasta_deploy.adapters.archives.stemcell_archive import read_stemcell_archive
from paasta_deploy.model.errors import StemcellError
from paasta_deploy.model.ids import StemcellVersion
from paasta_deploy.model.versions import Version


def test_what_is_built_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "agent.pyz").write_bytes(b"the agent")
    built = build_local_stemcell(tmp_path / "agent.pyz", tmp_path / "stemcell.tgz")
    (tmp_path / "work").mkdir()
    unpacked = read_stemcell_archive(tmp_path / "stemcell.tgz", tmp_path / "work")
    assert unpacked.manifest == built
    assert unpacked.image.read_bytes() == b"the agent"
    assert (built.name, built.os) == ("paasta-local", "paasta-local")


def test_the_same_agent_makes_the_same_bytes_and_another_one_another_version(
    tmp_path: Path,
) -> None:
    versions = []
    archives = []
    for number, agent in enumerate((b"one", b"one", b"two")):
        (tmp_path / "agent.pyz").write_bytes(agent)
        target = tmp_path / f"{number}.tgz"
        versions.append(build_local_stemcell(tmp_path / "agent.pyz", target).version)
        archives.append(target.read_bytes())
    assert archives[0] == archives[1] != archives[2]
    assert versions[0] == versions[1] != versions[2]
    assert Version(versions[0]) != Version(versions[2])


def test_a_given_version_is_taken(tmp_path: Path) -> None:
    (tmp_path / "agent.pyz").write_bytes(b"the agent")
    built = build_local_stemcell(
        tmp_path / "agent.pyz", tmp_path / "s.tgz", version=StemcellVersion("0.7")
    )
    assert built.version == "0.7"


def test_a_missing_agent_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StemcellError, match="Writing the local stemcell"):
        build_local_stemcell(tmp_path / "gone", tmp_path / "s.tgz")
    assert list(tmp_path.iterdir()) == []
