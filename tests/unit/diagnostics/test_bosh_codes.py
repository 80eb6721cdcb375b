"""BOSH's own numbers and names."""

from paasta_deploy.diagnostics.bosh_codes import bosh_codes, bosh_name


def test_the_whole_list_is_there_in_order() -> None:
    numbers = list(bosh_codes())

    assert len(numbers) == 260
    assert numbers == sorted(numbers)
    assert sum(len(code.names) for code in bosh_codes().values()) == 262


def test_a_number_that_bosh_gave_twice_has_both_names() -> None:
    assert bosh_name(70006) == "VmCloudIdMissing or VmInstanceOutOfSync"


def test_a_number_that_bosh_does_not_have_has_no_name() -> None:
    assert bosh_name(1) == ""


def test_a_meaning_is_a_whole_sentence() -> None:
    told = [code.means for code in bosh_codes().values() if code.means]

    assert all(text[0] in "`ABCDEFGHIJKLMNOPQRSTUVWXYZ" and text.endswith(".") for text in told)
