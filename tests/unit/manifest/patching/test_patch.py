"""Finding and testing values, with go-patch's words for what does not fit."""

import pytest

from paasta_deploy.manifest import to_value
from paasta_deploy.manifest.patching.patch import (
    Misfit,
    PatchError,
    check_absent,
    check_value,
    find,
    go_type,
)
from paasta_deploy.manifest.patching.pointer import parse_pointer
from tests.unit.manifest.texts import node

DOCUMENT = node("{a: 1, l: [x, z], i: [{name: n1, v: 1}, {name: n1}, str], m: {k: ~}}")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/l/-1", "z"), ("/l/0:next", "z"), ("/i/v=1?/x", None), ("/m/k", None), ("/q?", None),
        ("/q?/r/s", None), ("/q?/name=x/name", "x"), ("/q?/name=x", {"name": "x"}), ("/a", 1),
        ("/i/v=2?", {"v": "2"}), ("/i/0:next/name", "n1"),
    ],
)  # fmt: skip
def test_a_path_leads_to_its_value(path: str, value: object) -> None:
    assert to_value(find(DOCUMENT, parse_pointer(path))) == value


@pytest.mark.parametrize(
    ("path", "misfit", "depth", "message"),
    [
        ("/b", Misfit.KEY_MISSING, 0, "'b' for path '/b' (found map keys: 'a', 'i', 'l', 'm')"),
        ("/l/2", Misfit.INDEX_MISSING, 1, "array index '2' but found array of length '2'"),
        ("/l/-3", Misfit.INDEX_MISSING, 1, "array index '-3' but found array of length '2'"),
        ("/i/name=n1", Misfit.MATCH_COUNT, 1, "for path '/i/name=n1' but found 2"),
        ("/a/b/c", Misfit.WRONG_TYPE, 1, "a map at path '/a/b' but found 'int'"),
        ("/m/k/x", Misfit.WRONG_TYPE, 2, "a map at path '/m/k/x' but found '<nil>'"),
        ("/a/0", Misfit.WRONG_TYPE, 1, "an array at path '/a/0' but found 'int'"),
        ("/l/-", Misfit.IMPOSSIBLE, 1, "not supported in find operations"),
        ("/l/0:after", Misfit.IMPOSSIBLE, 1, "but found modifier 'patch.AfterModifier'"),
        ("/q?/0", Misfit.IMPOSSIBLE, 1, "key or matching index token at path '/q?/0'"),
        ("/i/v=2?/x/0", Misfit.IMPOSSIBLE, 3, "key or matching index token at path"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_token(
    path: str, misfit: Misfit, depth: int, message: str
) -> None:
    with pytest.raises(PatchError) as caught:
        find(DOCUMENT, parse_pointer(path))

    assert (caught.value.misfit, caught.value.depth) == (misfit, depth)
    assert message in str(caught.value)


def test_an_empty_mapping_has_no_other_keys() -> None:
    with pytest.raises(PatchError, match=r"found no other map keys"):
        find(node("{}"), parse_pointer("/a"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1", "int"), ("18446744073709551615", "uint64"), ("1.5", "float64"), ("x", "string"),
        ("y", "bool"), ("~", "<nil>"), ("[]", "[]interface {}"),
        ("{}", "map[interface {}]interface {}"),
    ],
)  # fmt: skip
def test_types_have_the_names_that_go_gives_them(text: str, name: str) -> None:
    assert go_type(node(text)) == name


def test_a_test_compares_whole_values() -> None:
    check_value(DOCUMENT, parse_pointer("/l"), node("[x, z]"))
    with pytest.raises(PatchError, match="does not match"):
        check_value(DOCUMENT, parse_pointer("/l"), node("[x]"))


@pytest.mark.parametrize("path", ["/b", "/l/7", "/m/x"])
def test_an_absent_last_token_is_absence(path: str) -> None:
    check_absent(DOCUMENT, parse_pointer(path))


@pytest.mark.parametrize("path", ["/a", "/b/c", "/i/name=zz", "/q?", ""])
def test_everything_else_is_no_absence(path: str) -> None:
    with pytest.raises(PatchError):
        check_absent(DOCUMENT, parse_pointer(path))
