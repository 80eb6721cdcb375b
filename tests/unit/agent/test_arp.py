"""Which interfaces know an address, told from the kernel's table."""

from paasta_deploy.agent.arp import devices_of

TABLE = """IP address       HW type     Flags       HW address            Mask     Device
10.0.0.1         0x1         0x2         02:00:00:00:00:01     *        eth0
10.0.0.2         0x1         0x2         02:00:00:00:00:02     *        eth0
10.0.0.1         0x1         0x2         02:00:00:00:00:03     *        eth1
"""


def test_every_interface_that_knows_the_address_is_named() -> None:
    assert devices_of("10.0.0.1", TABLE) == ["eth0", "eth1"]
    assert devices_of("10.0.0.9", TABLE) == []
    assert devices_of("10.0.0.1", "") == []
