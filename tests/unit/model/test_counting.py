"""Nouns and verbs agree with their numbers."""

from paasta_deploy.model.counting import counted, verb


def test_one_is_one_and_everything_else_is_many() -> None:
    assert [counted(number, "disk") for number in (0, 1, 2)] == ["0 disks", "1 disk", "2 disks"]
    assert counted(2, "address", "addresses") == "2 addresses"
    assert [verb(number, "is", "are") for number in (0, 1, 2)] == ["are", "is", "are"]
