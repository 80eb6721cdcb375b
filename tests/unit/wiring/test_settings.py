"""Settings: documented defaults, overlaid by a file, mistakes told with file and key."""

from pathlib import Path

import pytest

from paasta_deploy.model.ids import CpiName
from paasta_deploy.wiring.settings import SettingsError, default_text, load_settings


def write(home: Path, text: str) -> Path:
    (home / "director.yml").write_text(text)
    return home


def test_without_a_file_the_documented_defaults_apply(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.api.https.enabled is False
    assert [cpi.type for cpi in settings.cpis] == ["local"]
    assert settings.socket == tmp_path / "director.sock"


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "health: {agent_timeout: 33}\n"))
    assert settings.health.agent_timeout == 33.0
    assert settings.health.meltdown_count == load_settings(tmp_path).health.meltdown_count


def test_an_empty_file_is_fine(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "# nothing yet\n")).name == "paasta"


def test_the_shipped_defaults_are_a_valid_file_themselves(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, default_text())) == load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("helth: {}\n", "unknown setting 'helth'. Did you mean 'health'?"),
        ("nats: {prt: 4222}\n", "unknown setting 'nats.prt'. Did you mean 'port'?"),
        ("engine: {max_threads: many}\n", "engine.max_threads is 'many'; expected a whole number"),
        ("health: {enabled: 1}\n", "health.enabled is 1; expected true or false"),
        ("nats: {mode: mine}\n", "nats.mode is 'mine'; write own or external"),
        ("cpis: []\n", "cpis is empty"),
        ("engine: {tasks_kept: 0}\n", "engine.tasks_kept is 0; expected at least 1"),
        ("engine: {max_vm_create_tries: 0}\n", "engine.max_vm_create_tries is 0"),
        ("cpis: local\n", "cpis must be a list"),
        ("- a\n", "expected keys and values at the top"),
        ("a: [\n", "cannot be read"),
        ("api: {users: [{name: me}]}\n", "api.users[0] lacks password"),
    ],
)
def test_a_mistake_names_the_file_and_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert told in str(caught.value)
    assert str(tmp_path / "director.yml") in str(caught.value)


def test_passwords_are_secrets(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "api: {users: [{name: me, password: hunter2}]}\n"))
    assert "hunter2" not in repr(settings)
    assert settings.api.users[0].password.reveal() == "hunter2"


def test_several_cpis_keep_their_order(tmp_path: Path) -> None:
    text = """\
cpis:
- {name: a, type: local, properties: {}}
- {name: b, type: simulated, properties: {seed: 1}}
"""
    settings = load_settings(write(tmp_path, text))
    assert [CpiName(cpi.name) for cpi in settings.cpis] == [CpiName("a"), CpiName("b")]
    assert settings.cpis[1].properties == {"seed": 1}
