"""The YAML of releases."""

import pytest

from paasta_deploy.adapters.archives.release_yaml import ReleaseYamlError, parse_release_yaml


def test_scalars_become_json_values() -> None:
    text = b"a: 1\nb: yes\nc: 1.5\nd: ~\ne: 2020-01-02\nf: [x]\n1: g\n"
    assert parse_release_yaml(text) == {
        "a": 1,
        "b": True,
        "c": 1.5,
        "d": None,
        "e": "2020-01-02",
        "f": ["x"],
        "1": "g",
    }


def test_aliases_are_followed() -> None:
    assert parse_release_yaml(b"a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    with pytest.raises(ReleaseYamlError, match="more than 200000 values"):
        parse_release_yaml(bomb.encode())


def test_an_alias_to_itself_is_refused() -> None:
    with pytest.raises(ReleaseYamlError):
        parse_release_yaml(b"a: &x [*x]\n")


@pytest.mark.parametrize("depth", [150, 900, 20_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    with pytest.raises(ReleaseYamlError):
        parse_release_yaml(b"a: " + b"[" * depth + b"]" * depth)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"- a",
        b"a: [",
        b"a: !!python/object/apply:os.getcwd []",
        b"a: !!binary aGk=",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_json_shaped_mapping_is_refused(text: bytes) -> None:
    with pytest.raises(ReleaseYamlError):
        parse_release_yaml(text)


def test_the_place_of_a_syntax_error_is_told() -> None:
    with pytest.raises(ReleaseYamlError, match="line 3, column"):
        parse_release_yaml(b"a: 1\nb: [\n")
