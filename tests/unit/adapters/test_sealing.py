"""Sealing under a key file: the suite, and all that can be wrong with the file.

Properties: opening is the inverse of sealing, for every value and label.
"""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from typing_extensions import override

from paasta_deploy.adapters.sealing import FileKeySealer
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.sealing import Sealer
from paasta_deploy.testing.sealer_conformance import SealerConformance
from paasta_deploy.testing.strategies import json_values, texts

LABEL = "/paasta/shop/password 1"


class TestFileKeySealer(SealerConformance):
    """The suite over the real one."""

    @pytest.fixture
    @override
    def sealer(self, tmp_path: Path) -> Sealer:
        return FileKeySealer(tmp_path / "key")

    @pytest.fixture
    @override
    def stranger(self, tmp_path: Path) -> Sealer:
        return FileKeySealer(tmp_path / "another")

    @pytest.fixture
    @override
    def reopened(self, sealer: Sealer, tmp_path: Path) -> Callable[[], Sealer]:
        return lambda: FileKeySealer(tmp_path / "key")


@given(value=json_values(), label=texts())
def test_what_is_sealed_comes_back_as_it_was(
    value: JsonValue, label: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sealer = FileKeySealer(tmp_path_factory.getbasetemp() / "one-key")

    assert sealer.open(sealer.seal(value, label), label) == value


def test_the_key_file_is_made_at_first_use_and_is_private(tmp_path: Path) -> None:
    file = tmp_path / "state" / "key"
    sealer = FileKeySealer(file)
    assert not file.exists()
    sealer.seal("x", LABEL)

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_lost_key_is_named_and_a_new_one_opens_nothing_old(tmp_path: Path) -> None:
    file = tmp_path / "key"
    sealed = FileKeySealer(file).seal("x", LABEL)
    kept = file.read_bytes()
    file.unlink()
    later = FileKeySealer(file)
    with pytest.raises(VariableError, match=f"sealed with key {sealed.split('.')[1]}"):
        later.open(sealed, LABEL)
    file.write_bytes(kept)
    file.chmod(0o600)

    assert later.open(sealed, LABEL) == "x", "putting the file back is enough"


def test_a_new_key_on_top_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    before = FileKeySealer(old).seal("x", LABEL)
    after = FileKeySealer(new).seal("y", LABEL)
    both = tmp_path / "both"
    both.write_text(f"# the newest first\n{new.read_text()}\n{old.read_text()}")
    both.chmod(0o600)
    sealer = FileKeySealer(both)

    assert (sealer.open(before, LABEL), sealer.open(after, LABEL)) == ("x", "y")
    assert sealer.seal("z", LABEL).split(".")[1] == after.split(".")[1]


def test_a_key_file_of_the_operator_is_never_made(tmp_path: Path) -> None:
    file = tmp_path / "key"
    with pytest.raises(VariableError, match="is not there") as refusal:
        FileKeySealer(file, may_make=False).seal("x", LABEL)

    assert "variables.key_file" in refusal.value.hint
    assert not file.exists()


def test_a_key_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    FileKeySealer(file).seal("x", LABEL)
    file.chmod(0o644)
    with pytest.raises(VariableError, match="Everybody"):
        FileKeySealer(file).seal("x", LABEL)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense\n",
        "paasta-variables-key-1:notbase64!\n",
        f"paasta-variables-key-1:{base64.b64encode(b'short').decode()}\n",
    ],
)
def test_a_file_that_holds_no_key_is_told_and_not_overwritten(
    content: str, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(VariableError, match="no key file"):
        FileKeySealer(file).seal("x", LABEL)

    assert file.read_text() == content


def test_a_file_that_cannot_be_read_or_made_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(VariableError, match="cannot be read"):
        FileKeySealer(folder).seal("x", LABEL)
    (tmp_path / "file").touch()
    with pytest.raises(VariableError, match="cannot be"):
        FileKeySealer(tmp_path / "file" / "key").seal("x", LABEL)


def test_a_sealed_text_of_a_newer_version_is_told(tmp_path: Path) -> None:
    with pytest.raises(VariableError, match="form that this version cannot read"):
        FileKeySealer(tmp_path / "key").open("2.abc.def", LABEL)
