"""Filling a vars store: all or nothing, what is there stays, other writers are respected."""

from pathlib import Path

import pytest
import yaml
from cryptography import x509

from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.variables.filling import FilledStore, Filling, Progress, make_values
from paasta_deploy.adapters.variables.generator import FreshValues
from paasta_deploy.adapters.variables.store_file import VarsStoreFile
from paasta_deploy.manifest import Variables
from paasta_deploy.manifest.document.node import to_value
from paasta_deploy.manifest.variables import plan_store
from paasta_deploy.model.errors import VariableError
from tests.unit.adapters.variables.fixed_keys import FixedKeys
from tests.unit.manifest.texts import node

CLOCK = SystemClock()
DOCUMENT = node(
    """
variables:
- {name: leaf, type: certificate, options: {ca: ca, key_length: 2048, common_name: x-((p))}}
- {name: ca, type: certificate, options: {is_ca: true, key_length: 2048, common_name: root}}
- {name: p, type: password}
- {name: named}
- {name: waits, type: password, options: {length: ((nobody))}}
"""
)


def filling(path: Path, on_progress: Progress = lambda _done, _total: None) -> Filling:
    """Return a filling of a store."""
    return Filling(store=VarsStoreFile(path, CLOCK), clock=CLOCK, on_progress=on_progress)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that is not there yet."""
    return tmp_path / "store.yml"


def test_what_is_lacking_is_made_and_kept(path: Path) -> None:
    progress: list[tuple[int, int]] = []
    filled = filling(path, on_progress=lambda *now: progress.append(now)).fill(DOCUMENT, {})
    stored = yaml.safe_load(path.read_text())

    assert filled.diagnostics == ()
    assert list(stored) == ["ca", "leaf", "p"]
    assert {name: to_value(value) for name, value in filled.variables.stored.items()} == stored
    assert progress == [(0, 3), (1, 3), (2, 3), (3, 3)]
    leaf = x509.load_pem_x509_certificate(stored["leaf"]["certificate"].encode())
    leaf.verify_directly_issued_by(
        x509.load_pem_x509_certificate(stored["ca"]["certificate"].encode())
    )
    assert f"x-{stored['p']}" in leaf.subject.rfc4514_string()


def test_a_second_time_nothing_is_made_and_nothing_written(path: Path) -> None:
    filling(path).fill(DOCUMENT, {})
    before = path.stat()
    filled = filling(path).fill(DOCUMENT, {})

    assert path.stat() == before
    assert list(filled.variables.stored) == ["ca", "leaf", "p"]


def test_what_was_given_is_not_made_and_not_kept(path: Path) -> None:
    given = {"p": node("given"), "ca": node("{certificate: c, private_key: k}")}
    filled = filling(path).fill(node("variables: [{name: p, type: password}]"), given)

    assert not path.exists()
    assert filled.variables.given == given


def test_what_is_in_the_store_stays_as_it_is(path: Path) -> None:
    path.write_text('p: by hand\nother: {deep: [1, "1", null, 1.50, yes]}\n5: number\n')
    filling(path).fill(DOCUMENT, {})
    stored = yaml.safe_load(path.read_text())

    assert stored["p"] == "by hand"
    assert stored["other"] == {"deep": [1, "1", None, 1.5, True]}
    assert stored["5"] == "number"


def test_ctrl_c_leaves_nothing_half_done(path: Path) -> None:
    path.write_text("old: 1\n")

    def press(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filling(path, on_progress=press).fill(DOCUMENT, {})

    assert path.read_text() == "old: 1\n"
    assert [item.name for item in path.parent.iterdir()] == ["store.yml"]


def test_a_writer_that_knows_no_lock_is_not_overwritten(path: Path) -> None:
    def write(done: int, total: int) -> None:
        if done == total:
            path.write_text("theirs: 1\n")

    with pytest.raises(VariableError, match="was changed while"):
        filling(path, on_progress=write).fill(DOCUMENT, {})
    assert path.read_text() == "theirs: 1\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("- a\n", "PD0306"),
        ("a: [\n", "PD0006"),
        ("\x00", "PD0001"),
        ("p: {a: b: hush}\n", "PD0006"),
    ],
)
def test_a_broken_store_is_told_and_left_alone(content: str, code: str, path: Path) -> None:
    path.write_text(content)
    filled = filling(path).fill(DOCUMENT, {})

    assert [item.code for item in filled.diagnostics] == [code]
    assert filled.diagnostics[0].span is not None
    assert filled.diagnostics[0].span.file == str(path)
    assert "hush" not in repr(filled.diagnostics)
    assert path.read_text() == content


def test_a_ca_in_the_store_that_cannot_sign_is_told(path: Path) -> None:
    path.write_text("ca: {certificate: hush, private_key: hush}\n")

    with pytest.raises(VariableError, match="the value of its CA `ca` cannot sign") as raised:
        filling(path).fill(DOCUMENT, {})
    assert "hush" not in str(raised.value)


def test_an_option_that_turns_out_to_be_wrong_stops_before_anything_is_kept(path: Path) -> None:
    document = node(
        "variables: [{name: p, type: password},"
        " {name: q, type: password, options: {length: ((p))}}]"
    )
    filled = filling(path).fill(document, {})

    assert [item.code for item in filled.diagnostics] == ["PD0903"]
    assert not path.exists()


def made(text: str, known: Variables) -> FilledStore:
    """Make what a document lacks with fixed keys, and keep it nowhere."""
    plan = plan_store(node(text), known)
    generator = FreshValues(clock=CLOCK, keys=FixedKeys())
    return make_values(plan, known, generator, "store.yml")


def test_new_values_say_that_they_stand_in_the_store() -> None:
    filled = made("variables: [{name: k, type: rsa}]", Variables())

    assert filled.variables.stored["k"].span.file == "store.yml"


def test_a_mistake_gives_back_what_was_there_before() -> None:
    text = "variables: [{name: p, type: rsa}, {name: q, type: ssh, options: {key_length: ((p))}}]"
    filled = made(text, Variables(stored={"old": node("1")}))

    assert list(filled.variables.stored) == ["old"]
