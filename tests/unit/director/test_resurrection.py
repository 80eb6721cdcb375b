"""Who is resurrected: the three switches, and how soon a new rule holds."""

from dataclasses import replace

from paasta_deploy.director.resurrection import RULES_VALID_S, ResurrectionPolicy
from paasta_deploy.director.service import RESURRECTION_PAUSED
from tests.unit.director.director_world import World

RULE = "rules: [{enabled: false, include: {deployments: [shop], instance_groups: [db]}}]\n"


async def test_any_of_the_three_switches_pauses(world: World) -> None:
    await world.deploy_well()
    policy = ResurrectionPolicy(store=world.store, clock=world.clock)
    db, web = world.instance("db/0"), world.instance("web/0")
    assert not policy.is_paused(db)
    assert policy.is_paused(replace(db, resurrection_paused=True))

    await world.configs.save("resurrection", "default", RULE)
    await world.clock.wait(RULES_VALID_S * 2)
    assert policy.is_paused(db)
    assert not policy.is_paused(web)

    await world.configs.save("resurrection", "more", "rules: [{enabled: true}]\n")
    await world.clock.wait(RULES_VALID_S * 2)
    assert policy.is_paused(db), "every rule that applies must say yes"

    await world.configs.delete("resurrection", "default")
    await world.clock.wait(RULES_VALID_S * 2)
    assert not policy.is_paused(db)

    world.store.put_setting(RESURRECTION_PAUSED, "true")
    assert policy.is_paused(web)


async def test_the_monitor_and_the_listing_obey(world: World) -> None:
    await world.configs.save("resurrection", "default", RULE)
    await world.deploy_well()
    ward = world.make_ward()

    healable = {patient.label.split("/")[0]: patient.healable for patient in ward.all_patients()}

    assert healable == {"db": False, "web": True}
