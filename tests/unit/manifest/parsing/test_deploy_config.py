"""Deploy configs: flags, and for which deployments."""

import pytest

from paasta_deploy.manifest.parsing.deploy_config import parse_deploy_configs
from paasta_deploy.model.deploy_config import DeployFlag, flags_for
from paasta_deploy.model.ids import DeploymentName
from tests.unit.manifest.texts import found, node

CF = DeploymentName("cf")


def test_flags_of_several_configs_add_up() -> None:
    config = parse_deploy_configs(
        [
            node("flags: [fix, --recreate, fix]\nexclude: [db]\n"),
            node("flags: [fix-releases]\ninclude: [cf]\n"),
            node("flags: [recreate-persistent-disks, skip-upload-releases]\ninclude: [db]\n"),
        ]
    )

    assert config.diagnostics == ()
    assert flags_for(CF, config.draft) == {
        DeployFlag.FIX,
        DeployFlag.RECREATE,
        DeployFlag.FIX_RELEASES,
    }


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{}\n", [("PD0102", "{")]),
        ("flags: [fxi]\n", [("PD0106", "fxi")]),
        ("flags: [[]]\n", [("PD0101", "[")]),
        ("flags: [fix]\ninclude: [a]\nexclude: [b]\n", [("PD0811", "exclude")]),
        ("flags: [fix]\nincludes: [a]\n", [("PD0103", "includes")]),
    ],
)
def test_mistakes_are_told_where_they_are(text: str, problems: list[tuple[str, str]]) -> None:
    assert found(text, parse_deploy_configs([node(text)]).diagnostics) == problems
