"""The files under /etc that a machine has of its own."""

from paasta_providers.local.etc_files import HOST_ITEMS, etc_files


def content(name: str) -> str:
    return etc_files("agent-1", ["10.244.0.2", "10.245.0.2"], ["10.0.0.53"])[name][1]


def test_every_user_has_a_group_and_a_locked_entry() -> None:
    users = [line.split(":") for line in content("passwd").splitlines()]
    groups = {line.split(":")[2] for line in content("group").splitlines()}
    locked = {line.split(":")[0]: line.split(":")[1] for line in content("shadow").splitlines()}

    assert {"root", "vcap", "nobody"} <= {user[0] for user in users}
    assert all(user[3] in groups for user in users)
    assert {user[0] for user in users} == set(locked)
    assert set(locked.values()) == {"*"}


def test_passwords_are_not_for_everybody_to_read() -> None:
    assert etc_files("a", [], [])["shadow"][0] & 0o007 == 0


def test_a_machine_knows_its_own_name_by_its_first_address() -> None:
    assert "10.244.0.2 agent-1\n" in content("hosts")
    assert "10.245.0.2" not in content("hosts")
    assert content("hostname") == "agent-1\n"


def test_name_servers_are_those_of_the_network() -> None:
    assert content("resolv.conf") == "nameserver 10.0.0.53\n"


def test_nothing_with_accounts_or_keys_comes_from_the_host() -> None:
    forbidden = {"shadow", "gshadow", "passwd", "sudoers", "ssh", "ssl", "ssl/private", "hosts"}

    assert forbidden.isdisjoint(HOST_ITEMS)
