"""Texts of configs to one value."""

from paasta_deploy.manifest.config_loading import (
    load_cpi_configs,
    load_deploy_configs,
    load_resurrection_configs,
    load_runtime_configs,
)


def test_each_kind_is_read_and_merged() -> None:
    assert load_runtime_configs([("a", "tags: {a: b}\n"), ("b", b"{}\n")]).draft.tags == {"a": "b"}
    assert list(load_cpi_configs([("a", "cpis: [{name: a, type: b}]\n")]).draft.cpis) == ["a"]
    assert len(load_resurrection_configs([("a", "rules: [{enabled: true}]\n")]).draft.rules) == 1
    assert len(load_deploy_configs([("a", "flags: [fix]\n")]).draft) == 1


def test_texts_are_kept_for_showing_lines_except_those_of_cpis() -> None:
    assert load_runtime_configs([("a", "{}\n")]).texts == {"a": "{}\n"}
    assert load_cpi_configs([("a", "cpis: []\n")]).texts == {}


def test_what_is_no_yaml_is_the_only_thing_told() -> None:
    loaded = load_runtime_configs([("a", "tags: {a: b\n"), ("b", "adons: []\n")])

    assert [item.span.file for item in loaded.diagnostics if item.span] == ["a"]
    assert loaded.value is None


def test_nothing_is_read_as_nothing() -> None:
    loaded = load_runtime_configs([])

    assert (loaded.draft.configs, loaded.diagnostics, loaded.nodes) == ((), (), ())
