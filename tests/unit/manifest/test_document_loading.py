"""From texts to one document, without anything that knows deployments."""

import pytest

from paasta_deploy.manifest import DeploymentSources, Strictness, VariableSources, emit
from paasta_deploy.manifest.document_loading import LoadedDocument, load_with


def load(manifest: str, *ops: str, variables: VariableSources | None = None) -> LoadedDocument:
    sources = DeploymentSources(
        manifest=("m.yml", manifest),
        ops=tuple((f"o{number}.yml", text) for number, text in enumerate(ops)),
        variables=variables or VariableSources(),
    )
    return load_with(sources, Strictness(), None)


def test_ops_come_before_variables() -> None:
    loaded = load("a: 1\n", "[{type: replace, path: /a, value: ((v))}]",
                  variables=VariableSources(pairs=("v=2",)))  # fmt: skip

    assert loaded.node is not None
    assert emit(loaded.node) == "a: 2\n"
    assert set(loaded.texts) == {"m.yml", "o0.yml"}


def test_mistakes_of_every_file_are_told_when_the_first_cannot_be_read() -> None:
    loaded = load("a: [", "{}", variables=VariableSources(vars_files=(("v.yml", "[]"),)))

    assert loaded.node is None
    assert [item.code for item in loaded.diagnostics] == ["PD0006", "PD0201", "PD0306"]


def test_a_failed_operation_leaves_no_document() -> None:
    loaded = load("a: 1\n", "[{type: remove, path: /b}]")

    assert (loaded.node, loaded.draft) == (None, None)


def test_bad_variables_leave_a_draft() -> None:
    loaded = load("a: ((v))\n", variables=VariableSources(pairs=("v=2", "nothing")))

    assert loaded.node is None
    assert loaded.draft is not None
    assert emit(loaded.draft) == "a: 2\n"


def test_filling_a_store_needs_something_to_fill_it_with() -> None:
    with pytest.raises(AssertionError, match="with what"):
        load("a: 1\n", variables=VariableSources(fills_store=True))
