"""What a document says about variables, what is filled in, and what is never shown."""

import pytest

from paasta_deploy.diagnostics import codes, error
from paasta_deploy.director.variable_survey import (
    VariableSurvey,
    document_variables,
)
from paasta_deploy.manifest import Node, read_document, to_value
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.variable_choice import ChoiceInputs, Namespace

INPUTS = ChoiceInputs(
    namespace=Namespace(director="d", deployment=DeploymentName("cf")),
    definitions=(),
    used=(),
    versions=(),
)


def document(text: str) -> Node:
    read = read_document("manifest.yml", text)
    assert read.node is not None
    return read.node


def survey(**values: JsonValue) -> VariableSurvey:
    return VariableSurvey(
        inputs=INPUTS, names={name: f"/d/cf/{name}" for name in values}, values=values
    )


def test_definitions_uses_and_the_feature_are_found() -> None:
    found = document_variables(
        document(
            "features: {converge_variables: true}\n"
            "variables: [{name: a, type: password}, {type: password}, 5]\n"
            "x: [((a)) and ((!/b.part)), {((c)): 1}]\n"
        )
    )

    assert [one.name for one in found.definitions] == ["a"]
    assert found.used == ("a", "/b", "c")
    assert found.converge


@pytest.mark.parametrize("text", ["[1]", "variables: nonsense", "features: [1]", "name: cf"])
def test_what_is_malformed_is_passed_over(text: str) -> None:
    found = document_variables(document(text))

    assert (found.definitions, found.used, found.converge) == ((), (), False)


def test_values_are_filled_in_but_not_into_environments_and_definitions() -> None:
    node, problems = survey(pw="secret", tls={"ca": "PEM"}).fill(
        document(
            "variables: [{name: pw, type: password, options: {x: ((tls.ca))}}]\n"
            "instance_groups:\n"
            "- {name: web, env: {a: ((pw))}, properties: {p: ((pw)), c: ((tls.ca))}}\n"
            "- {name: odd, env: ((pw))}\n"
            "- nonsense\n"
        )
    )
    value = to_value(node)

    assert problems == ()
    assert isinstance(value, dict)
    assert value["variables"][0]["options"] == {"x": "((tls.ca))"}
    web, odd, _ = value["instance_groups"]
    assert web["env"] == {"a": "((pw))"}
    assert web["properties"] == {"p": "secret", "c": "PEM"}
    assert odd["env"] == "secret", "only what is inside an environment is kept"


def test_a_part_that_a_value_lacks_is_told_and_nothing_is_filled_in() -> None:
    before = document("a: ((tls.wrong))")
    node, problems = survey(tls={"ca": "very secret"}).fill(before)

    assert node is before
    assert problems[0].is_error
    assert "very secret" not in repr(problems)


def test_values_are_hidden_in_texts_and_short_ones_left_alone() -> None:
    one = survey(pw="hunter22", tls={"keys": ["PEMPEM"], "n": 5}, short="ab")
    found = error(codes.INVALID_VALUE, "`hunter22` is no AZ", detail="PEMPEM", hint="about")

    (hidden,) = one.hidden([found])
    assert (hidden.summary, hidden.detail) == ("`((pw))` is no AZ", "((tls))")
    assert hidden.hint == "about"
    assert "hunter22" not in repr(one)


def test_a_key_is_hidden_also_where_its_lines_are_quoted_one_by_one() -> None:
    key = "-----BEGIN KEY-----\nMIIBOgIBAAJBAKj34GkxFhD9\nshort\n-----END KEY-----\n"
    told = f"undefined method for {key.replace(chr(10), chr(92) + 'n')!r}"

    assert "MIIBOgIBAAJBAKj34GkxFhD9" not in survey(tls={"private_key": key}).hide(told)
