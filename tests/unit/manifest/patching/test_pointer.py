"""Paths. Property: a path that is shown parses to the same tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.patching.pointer import (
    TOKENS_MAX,
    AfterLastToken,
    IndexToken,
    KeyToken,
    MatchToken,
    Modifier,
    PathError,
    Token,
    parse_pointer,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ()),
        ("/", (KeyToken(key=""),)),
        ("/a/b", (KeyToken(key="a"), KeyToken(key="b"))),
        ("/a?/b", (KeyToken(key="a", optional=True), KeyToken(key="b", optional=True))),
        ("/m??", (KeyToken(key="m?", optional=True),)),
        ("/-", (AfterLastToken(),)),
        ("/-/x", (KeyToken(key="-"), KeyToken(key="x"))),
        ("/-?", (KeyToken(key="-", optional=True),)),
        ("/0", (IndexToken(index=0),)),
        ("/-1", (IndexToken(index=-1),)),
        ("/+1", (IndexToken(index=1),)),
        ("/007", (IndexToken(index=7),)),
        ("/0?", (KeyToken(key="0", optional=True),)),
        ("/1_0", (KeyToken(key="1_0"),)),
        ("/٣", (KeyToken(key="٣"),)),
        ("/" + "9" * 30, (KeyToken(key="9" * 30),)),
        ("/name=web", (MatchToken(key="name", value="web"),)),
        ("/name=web?", (MatchToken(key="name", value="web", optional=True),)),
        ("/a=b=c", (MatchToken(key="a", value="b=c"),)),
        ("/=", (MatchToken(key="", value=""),)),
        ("/a~1b~0c~7d", (KeyToken(key="a/b~c:d"),)),
        ("/~01", (KeyToken(key="~1"),)),
        (
            "/0:prev:after",
            (IndexToken(index=0, modifiers=(Modifier.PREV, Modifier.AFTER)),),
        ),
        (
            "/name=a:before",
            (MatchToken(key="name", value="a", modifiers=(Modifier.BEFORE,)),),
        ),
    ],
)
def test_a_path_is_its_tokens(text: str, tokens: tuple[Token, ...]) -> None:
    assert parse_pointer(text).tokens == tokens


@pytest.mark.parametrize(
    ("text", "offset", "length"),
    [
        ("a/b", 0, 3),
        ("/l/0:foo", 5, 3),
        ("/l/0:next:foo", 10, 3),
        ("/l/-:before", 3, 8),
        ("/a:next", 1, 6),
        ("/x" * (TOKENS_MAX + 1), 0, 2 * TOKENS_MAX + 2),
    ],
)
def test_a_text_that_is_no_path_says_which_part_is_wrong(
    text: str, offset: int, length: int
) -> None:
    with pytest.raises(PathError) as caught:
        parse_pointer(text)

    assert (caught.value.offset, caught.value.length) == (offset, length)


def test_each_token_knows_where_it_stands() -> None:
    text = "/a/name=b:prev/-"

    assert [text[start:end] for start, end in parse_pointer(text).offsets] == [
        "a", "name=b:prev", "-"
    ]  # fmt: skip


_NAMES = st.text("ab~/:=1-", max_size=5).filter(lambda name: name.strip("-1") != "")


@given(st.lists(_NAMES, max_size=4), st.integers(0, 4))
def test_a_shown_path_is_the_same_path(parts: list[str], optional_from: int) -> None:
    escaped = [part.replace("~", "~0").replace("/", "~1").replace(":", "~7") for part in parts]
    if optional_from < len(escaped):
        escaped[optional_from] += "?"
    pointer = parse_pointer("".join("/" + part for part in escaped))

    assert parse_pointer(pointer.shown()).tokens == pointer.tokens


def test_only_the_first_optional_part_is_shown_with_its_mark() -> None:
    assert parse_pointer("/a/k?/-1?/name=b?/c?").shown() == "/a/k?/-1/name=b/c"
