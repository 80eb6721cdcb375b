"""The keys of our users on the bus: made once, private, and NATS' own form."""

import json
import stat
from pathlib import Path

import nkeys  # type: ignore[import-untyped] # it ships no annotations
import pytest

from paasta_deploy.adapters.bus import BusError, BusKeys


def test_the_keys_are_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "nats" / "keys.json"
    first, second = BusKeys.open(path), BusKeys.open(path)

    assert first == second
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_users_and_issuer_have_the_forms_that_nats_wants(tmp_path: Path) -> None:
    keys = BusKeys.open(tmp_path / "keys.json")

    assert keys.issuer.public.startswith("A")
    users = [one.public for one in (keys.director, keys.callout, keys.system)]
    assert [one[0] for one in users] == ["U", "U", "U"]
    assert len(set(users)) == 3


def test_a_signature_is_one_that_nats_accepts(tmp_path: Path) -> None:
    key = BusKeys.open(tmp_path / "keys.json").issuer
    signature = key.sign(b"content")

    assert nkeys.from_seed(bytearray(key.seed.encode())).verify(b"content", signature)


def test_seeds_are_not_shown(tmp_path: Path) -> None:
    keys = BusKeys.open(tmp_path / "keys.json")

    assert keys.issuer.seed not in repr(keys)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"issuer": "SAAA"}', "no json"])
def test_damaged_keys_are_told_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)

    with pytest.raises(BusError, match=r"keys\.json cannot be used") as refusal:
        BusKeys.open(tmp_path / "keys.json")
    assert "Move the file away" in refusal.value.hint


def test_a_wrong_seed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    BusKeys.open(path)
    seeds = json.loads(path.read_text())
    path.write_text(json.dumps({**seeds, "issuer": seeds["issuer"][:-3]}))

    with pytest.raises(BusError):
        BusKeys.open(path)
