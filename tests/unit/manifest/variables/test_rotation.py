"""Rotation: families, bundles, and that neighbouring phases always trust each other.

Properties: whoever has the values of a phase trusts what is shown in that phase and in the ones
beside it; after the last phase nothing old is trusted; a bundle holds each certificate once.
"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.variables.rotation import (
    Family,
    authority_value,
    bundle,
    family_of,
    trusting,
)
from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.model.values import JsonObject

PHASES = (RotationPhase.TRUSTING, RotationPhase.SIGNING, RotationPhase.DROPPING)


def pem(text: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


def certificate(name: str, signer: str) -> JsonObject:
    return {"ca": pem(signer), "certificate": pem(name), "private_key": f"key of {name}"}


def authorities() -> dict[RotationPhase | None, JsonObject]:
    """Return a root authority before its rotation (None) and in each phase."""
    old, new = certificate("old", "old"), certificate("new", "new")
    found: dict[RotationPhase | None, JsonObject] = {None: old}
    before = old
    for phase in PHASES:
        before = authority_value(phase, old=before, new=new, signer=None)
        found[phase] = before
    return found


def test_each_phase_signs_and_trusts_as_it_should() -> None:
    found = authorities()

    def told(phase: RotationPhase) -> tuple[object, object]:
        return found[phase]["certificate"], found[phase]["private_key"]

    assert told(RotationPhase.TRUSTING) == (pem("old") + pem("new"), "key of old")
    assert told(RotationPhase.SIGNING) == (pem("new") + pem("old"), "key of new")
    assert told(RotationPhase.DROPPING) == (pem("new"), "key of new")
    assert all(value["ca"] == value["certificate"] for value in found.values())


def test_neighbouring_phases_trust_each_other_and_the_ends_do_not() -> None:
    found = authorities()
    shown = {None: "old", PHASES[0]: "old", PHASES[1]: "new", PHASES[2]: "new"}
    order: tuple[RotationPhase | None, ...] = (None, *PHASES)

    for (left, one), (right, other) in itertools.product(enumerate(order), repeat=2):
        trusted = pem(shown[other]) in str(found[one]["certificate"])
        assert trusted or abs(left - right) > 1, f"{one} distrusts {other}"
    assert pem("old") not in str(found[PHASES[2]]["certificate"])


def test_an_authority_below_another_trusts_what_its_signer_is_in_the_phase() -> None:
    root = authorities()
    old, new = certificate("inner", "old"), certificate("inner2", "new")
    value = authority_value(
        RotationPhase.TRUSTING, old=old, new=new, signer=root[RotationPhase.TRUSTING]
    )

    assert value["ca"] == pem("old") + pem("new")
    assert value["certificate"] == pem("inner") + pem("inner2")


def test_a_family_has_authorities_after_their_signers_and_all_leaves() -> None:
    signers = {"b": "a", "c": "b", "leaf": "c", "flat": "a", "alien": "z"}

    assert family_of("a", signers, ["a", "b", "c", "z"]) == Family(
        authorities=("a", "b", "c"), leaves=("flat", "leaf")
    )
    assert family_of("b", signers, ["a", "b", "c"]).names == ("b", "c", "leaf")


@pytest.mark.parametrize("signers", [{"a": "a"}, {"a": "b", "b": "a"}])
def test_a_ring_ends_the_look(signers: dict[str, str]) -> None:
    assert set(family_of("a", signers, ["a", "b"]).authorities) <= {"a", "b"}


def test_a_value_without_parts_is_left_as_it_is() -> None:
    signer = certificate("new", "new")

    assert trusting("text", signer) == "text"
    assert trusting(certificate("leaf", "old"), signer) == certificate("leaf", "new")


def test_what_is_no_pem_passes_through() -> None:
    old, new = certificate("old", "old"), {**certificate("new", "new"), "certificate": "odd"}

    assert authority_value(PHASES[2], old=old, new=new, signer=None)["certificate"] == "odd"


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=3), max_size=3))
def test_a_bundle_holds_each_certificate_once_in_order(texts: list[list[str]]) -> None:
    found = bundle(*("".join(pem(name) for name in names) for names in texts))
    names = list(dict.fromkeys(itertools.chain.from_iterable(texts)))

    assert found == "".join(pem(name) for name in names)
    assert bundle(found) == found
