"""``variables:`` of a deployment."""

import pytest

from paasta_deploy.manifest import parse_deployment
from paasta_deploy.model.deployment import (
    VariableDefinition,
    VariableLink,
    VariableUpdateMode,
    VariableUpdateStrategy,
)
from tests.unit.manifest.parsing.documents import DEPLOYMENT, deployment_of
from tests.unit.manifest.texts import found, node


def problems(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with a list of variables."""
    whole = DEPLOYMENT + f"variables: {text}\n"
    return found(whole, parse_deployment(node(whole)).diagnostics)


def test_every_key_is_read() -> None:
    text = """
variables:
- name: /abs/cert-1
  type: certificate
  update_mode: converge
  update: {strategy: on-stemcell-change}
  options: {ca: root, alternative_names: [a]}
  consumes:
    alternative_name: {from: web, properties: {wildcard: true}}
    common_name: {from: db, link_type: address}
- {name: plain, type: password, options: ~, update_mode: ~, consumes: ~}
"""
    assert deployment_of(DEPLOYMENT + text).variables == (
        VariableDefinition(
            name="/abs/cert-1",
            variable_type="certificate",
            update_mode=VariableUpdateMode.CONVERGE,
            update_strategy=VariableUpdateStrategy.ON_STEMCELL_CHANGE,
            options={"ca": "root", "alternative_names": ["a"]},
            consumes=(
                VariableLink(target="alternative_name", from_alias="web", wildcard=True),
                VariableLink(target="common_name", from_alias="db"),
            ),
        ),
        VariableDefinition(name="plain", variable_type="password"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", [("PD0133", "{")]),
        ("[x]", [("PD0133", "x")]),
        ("[{type: t}]", [("PD0133", "{")]),
        ("[{name: a}]", [("PD0133", "{")]),
        ("[{name: ' ', type: t}]", [("PD0133", "' '")]),
        ("[{name: a, type: ''}]", [("PD0133", "''")]),
        ("[{name: a, type: [t]}]", [("PD0133", "[")]),
        ("[{name: a b, type: t}]", [("PD0133", "a b")]),
        ("[{name: a/, type: t}]", [("PD0133", "a/")]),
        ("[{name: a//b, type: t}]", [("PD0133", "a//b")]),
        ("[{name: a.b, type: t}]", [("PD0133", "a.b")]),
        ("[{name: a, type: t}, {name: a, type: t}]", [("PD0134", "a")]),
        ("[{name: a, type: t, options: [x]}]", [("PD0133", "[")]),
        ("[{name: a, type: t, update_mode: x}]", [("PD0133", "x")]),
        ("[{name: a, type: t, update: {strategy: x}}]", [("PD0133", "x")]),
        ("[{name: a, type: t, consumes: {}}]", [("PD0133", "consumes")]),
        ("[{name: a, type: certificate, consumes: [x]}]", [("PD0133", "[")]),
        ("[{name: a, type: certificate, consumes: {x: {}}}]", [("PD0133", "x")]),
        ("[{name: a, type: certificate, consumes: {common_name: x}}]", [("PD0133", "x")]),
        ("[{name: a, type: t, option: {}}]", [("PD0103", "option")]),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert problems(text) == expected
