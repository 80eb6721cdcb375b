"""What of a document may be shown.

Properties: no hidden value is ever in a diff or a text; equal documents have no difference, others
have one; hiding twice is hiding once.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.director.redacting import REDACTED, document_diff, redacted, refuse_redacted
from paasta_deploy.manifest import emit, from_value, read_document
from paasta_deploy.model.values import JsonValue

SECRETS = st.text(alphabet="xyz", min_size=6, max_size=8)
PROPERTIES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), SECRETS | st.lists(SECRETS, max_size=2), max_size=3
)


def document(properties: JsonValue) -> str:
    """Return a CPI config."""
    value: JsonValue = {"cpis": [{"name": "n", "type": "t", "properties": properties}]}
    return emit(from_value(value, "x"))


def lines(diff: list[JsonValue]) -> str:
    """Return the lines of a diff as one text."""
    return "\n".join(str(line) for line in diff)


def secrets(value: JsonValue) -> list[str]:
    """Return all values of properties."""
    assert isinstance(value, dict)
    return [text for one in value.values() for text in (one if isinstance(one, list) else [one])]


@given(before=PROPERTIES, after=PROPERTIES)
def test_no_secret_is_shown_and_every_change_is(before: JsonValue, after: JsonValue) -> None:
    left, right = document(before), document(after)
    diff = document_diff(left, right)
    shown = f"{lines(diff)}{redacted(left)}{redacted(right)}"

    assert not any(secret in shown for secret in (*secrets(before), *secrets(after)))
    assert bool(diff) is (before != after)
    assert redacted(redacted(left)) == redacted(left)


def test_a_changed_secret_is_two_lines_that_look_alike() -> None:
    diff = document_diff(document({"p": "one"}), document({"p": "two"}))

    changed = [line for line in diff if isinstance(line, list) and line[1]]
    assert changed == [
        [f"    p: {REDACTED}", "removed"],
        [f"    p: {REDACTED}", "added"],
    ]


def test_names_placeholders_and_nothing_stay_readable() -> None:
    text = redacted(document({"user": "((user))", "mixed": "a((user))", "none": None}))

    assert 'name: "n"' in text
    assert "((user))" in text
    assert f"mixed: {REDACTED}" in text
    assert "none: null" in text


def test_comments_order_and_ways_of_writing_make_no_difference() -> None:
    assert document_diff("b: 1\na: 2\n", "# new\n{a: 2, b: 1}\n") == []
    assert document_diff("", "") == []
    assert document_diff("", "a: 1\n") == [["a: 1", "added"]]


def test_only_what_is_near_a_change_is_told() -> None:
    before = "".join(f"k{number:02}: 1\n" for number in range(30))

    diff = document_diff(before, before.replace("k15: 1", "k15: 2"))

    assert len(diff) == 8


def test_what_is_no_yaml_is_not_shown_at_all_if_it_may_hold_secrets() -> None:
    assert document_diff("", "password: [s3cr3t\n") == []
    assert document_diff("", "password: [s3cr3t\n", redact=False) == [
        ["password: [s3cr3t", "added"]
    ]


def test_a_hidden_value_cannot_be_saved() -> None:
    node = read_document("cpi.yml", document({"p": REDACTED})).node
    assert node is not None

    (problem,) = refuse_redacted(node)

    assert problem.code == "PD0812"
    assert "--no-redact" in problem.hint
