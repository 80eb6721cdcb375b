"""Several runtime configs as one.

Properties: joining is associative and keeps the order; every release comes once, the first one.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.deployment import Addon, ReleaseRef, VariableDefinition
from paasta_deploy.model.ids import ReleaseName
from paasta_deploy.model.runtime_config import NO_RUNTIME_CONFIGS, RuntimeConfig, RuntimeConfigs

NAMES = st.lists(st.sampled_from("abcd"), max_size=3, unique=True)


@st.composite
def runtime_configs(draw: st.DrawFn) -> RuntimeConfigs:
    """Make up to three configs."""
    return RuntimeConfigs(
        configs=tuple(
            RuntimeConfig(
                releases=tuple(ReleaseRef(name=ReleaseName(name), version="1") for name in names),
                addons=tuple(Addon(name=name, jobs=()) for name in names),
                variables=tuple(
                    VariableDefinition(name=f"/{name}", variable_type="password") for name in names
                ),
            )
            for names in draw(st.lists(NAMES, max_size=3))
        )
    )


def joined(*parts: RuntimeConfigs) -> RuntimeConfigs:
    """Return the configs of all parts, in order."""
    return RuntimeConfigs(configs=tuple(config for part in parts for config in part.configs))


@given(left=runtime_configs(), middle=runtime_configs(), right=runtime_configs())
def test_joining_is_associative_and_keeps_the_order(
    left: RuntimeConfigs, middle: RuntimeConfigs, right: RuntimeConfigs
) -> None:
    whole = joined(left, middle, right)

    assert joined(joined(left, middle), right) == joined(left, joined(middle, right)) == whole
    assert whole.addons == left.addons + middle.addons + right.addons
    assert whole.variables == left.variables + middle.variables + right.variables
    names = [release.name for release in whole.releases]
    assert names == list(dict.fromkeys(addon.name for addon in whole.addons))
    assert joined(NO_RUNTIME_CONFIGS, whole) == whole


def test_tags_know_the_config_that_they_are_from() -> None:
    tagged = RuntimeConfig(tags={"owner": "ops"})
    configs = RuntimeConfigs(configs=(RuntimeConfig(), tagged))

    assert configs.tags == {"owner": "ops"}
    assert [(name, source is tagged.source) for name, source in configs.tag_sources()] == [
        ("owner", True)
    ]
