"""The whole way of a manifest in one call."""

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import (
    DeploymentSources,
    LoadedDeployment,
    Strictness,
    VariableSources,
    load_cloud_configs,
    load_deployment,
    load_document,
    to_value,
)
from tests.unit.manifest.parsing.documents import CLOUD, DEPLOYMENT, changed

CLOUDS = (("cloud.yml", CLOUD),)


def load(
    manifest: str | bytes,
    *ops: str,
    variables: VariableSources | None = None,
    clouds: tuple[tuple[str, str], ...] = CLOUDS,
    strictness: Strictness | None = None,
) -> LoadedDeployment:
    """Load texts under short names."""
    sources = DeploymentSources(
        manifest=("m.yml", manifest),
        ops=tuple((f"o{n}.yml", text) for n, text in enumerate(ops)),
        variables=variables or VariableSources(),
        cloud_configs=clouds,
    )
    return load_deployment(sources, strictness or Strictness())


def told(loaded: LoadedDeployment) -> list[tuple[str, str]]:
    """Return code and place of each diagnostic."""
    return [(item.code, str(item.span)) for item in loaded.diagnostics]


def test_a_deployment_that_is_right_is_loaded() -> None:
    loaded = load(DEPLOYMENT)

    assert loaded.diagnostics == ()
    assert loaded.manifest is not None
    assert loaded.manifest.name == "shop"
    assert loaded.cloud_config is not None
    assert set(loaded.texts) == {"m.yml", "cloud.yml"}


def test_ops_and_variables_are_applied_on_the_way() -> None:
    loaded = load(
        DEPLOYMENT,
        "- {type: replace, path: /name, value: ((n))}",
        variables=VariableSources(pairs=("n=prod",)),
    )

    assert loaded.manifest is not None
    assert loaded.manifest.name == "prod"
    assert loaded.document.node is not None


def test_mistakes_in_all_files_are_told_at_once_in_order() -> None:
    loaded = load(
        changed(DEPLOYMENT, ("vm_type: small", "vm_tpye: small")),
        "- {type: replace, path: /instance_groups/name=web/stemcell, value: x}",
        clouds=(("cloud.yml", changed(CLOUD, ("disk_size: 10240", "disk_size: big"))),),
    )

    assert told(loaded) == [
        ("PD0103", "m.yml:15:3"),
        ("PD0144", "o0.yml:1:68"),
        ("PD0101", "cloud.yml:10:27"),
    ]
    assert loaded.manifest is None
    assert loaded.cloud_config is None


def test_a_failed_operation_stops_before_parsing() -> None:
    loaded = load("nme: x", "- {type: remove, path: /nope}")

    assert told(loaded) == [("PD0206", "o0.yml:1:25")]
    assert loaded.document.node is None


def test_an_unreadable_manifest_does_not_hide_mistakes_of_other_files() -> None:
    loaded = load("a: [", "- {type: nope, path: /a}", variables=VariableSources(pairs=("x",)))

    assert [code for code, _ in told(loaded)] == ["PD0006", "PD0202", "PD0305"]


def test_an_unreadable_cloud_config_is_one_mistake() -> None:
    loaded = load(DEPLOYMENT, clouds=(("cloud.yml", "networks: ["),))

    assert [code for code, _ in told(loaded)] == ["PD0006"]
    assert loaded.cloud_config is None


def test_without_a_cloud_config_the_manifest_is_checked_by_itself() -> None:
    loaded = load(changed(DEPLOYMENT, ("name: private", "name: nowhere")), clouds=())

    assert loaded.diagnostics == ()
    assert loaded.cloud_config is None
    assert loaded.manifest is not None


def test_bad_variables_hide_no_other_mistake_and_make_none_of_their_own() -> None:
    text = changed(DEPLOYMENT, ("vm_type:", "vm_tpye:"), ("instances: 2", "instances: ((n))"))
    loaded = load(text, variables=VariableSources(pairs=("x",)))

    assert sorted(item.code for item in loaded.diagnostics) == ["PD0103", "PD0305"]
    assert loaded.manifest is None


def test_what_counts_as_an_error_can_be_chosen() -> None:
    text = DEPLOYMENT + "meta: ((x))\n"
    given = VariableSources(pairs=("y=1",))

    lenient = load(text, variables=given, strictness=Strictness(unknown_keys=Severity.WARNING))
    strict = load(
        text,
        variables=given,
        strictness=Strictness(missing_variables=True, unused_variables=True),
    )

    assert lenient.manifest is not None
    assert [code for code, _ in told(strict)] == ["PD0301", "PD0302"]


def test_placeholders_may_stay_only_where_somebody_fills_them_in() -> None:
    text = changed(
        DEPLOYMENT,
        ("release: r}", "release: r, properties: {a: ((x)), b: ((y)), c: ((d))}}"),
        ("instances: 2", "instances: ((z))"),
    )
    text += "variables: [{name: d, type: password}]\n"

    loaded = load(text, strictness=Strictness(resolvable=frozenset({"y"})))

    assert [item.summary for item in loaded.diagnostics] == [
        "the variable `z` has no value",
        "the variable `x` has no value",
    ]


def test_a_mistake_in_a_value_says_where_it_was_given() -> None:
    loaded = load(
        changed(DEPLOYMENT, ("name: private", "name: ((net))")),
        variables=VariableSources(vars_files=(("vars.yml", "net: privat\n"),)),
    )

    (problem,) = loaded.diagnostics
    assert str(problem.related[0].span) == "vars.yml:1:6"
    assert "vars.yml" not in loaded.texts  # values of variables are not shown


def test_a_file_without_text_is_not_shown() -> None:
    assert load(b"\x1f\x8b\x08").texts.keys() == {"cloud.yml"}


def test_the_parts_can_be_loaded_by_themselves() -> None:
    document = load_document(DeploymentSources(manifest=("m.yml", "a: 1")))
    cloud = load_cloud_configs(CLOUDS)

    assert document.node is not None
    assert to_value(document.node) == {"a": 1}
    assert cloud.is_readable
    assert cloud.result.cloud_config is not None


def test_a_mistake_in_a_value_that_an_ops_file_put_is_told_in_the_ops_file() -> None:
    ops = "- type: replace\n  path: /instance_groups/name=web/vm_type\n  value: ((size))\n"
    loaded = load(
        DEPLOYMENT, ops, variables=VariableSources(vars_files=(("v.yml", "size: giant"),))
    )
    (problem,) = loaded.diagnostics

    assert (problem.code, str(problem.span)) == ("PD0141", "o0.yml:3:10")
    assert [str(label.span) for label in problem.related][-1] == "v.yml:1:7"
