"""AZs of several CPIs: calls go to the CPI of the AZ, and renamed CPIs keep what is theirs."""

from pathlib import Path

from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName, StemcellName, StemcellVersion
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import Put, StemcellRecord
from tests.unit.director.director_world import CLOUD_CONFIG, World, manifest

EAST = CpiName("east")
CPIS = "cpis: [{name: east, type: simulated, properties: {password: s3cr3t}}]\n"
TWO_CPIS = CLOUD_CONFIG.replace("{name: z2}", "{name: z2, cpi: east}")
RENAMED = CPIS.replace("name: east", "name: orient, migrated_from: [{name: east}]")


async def two_clouds(world: World) -> None:
    """Let z2 be of another cloud, which has the stemcell, too."""
    await world.configs.save("cpi", "default", CPIS)
    await world.configs.save("cloud", "default", TWO_CPIS)
    cloud = world.toy_cpis.clouds[EAST]
    request = CreateStemcell(
        name="made-up", version="1.1", image=Path("image"), cloud_properties={}
    )
    await world.record(
        Put(
            record=StemcellRecord(
                name=StemcellName("made-up"),
                version=StemcellVersion("1.1"),
                os="made-up",
                cid=cloud.create_stemcell(request),
                cpi=EAST,
            )
        )
    )


async def test_each_machine_is_made_in_the_cloud_of_its_az(world: World) -> None:
    await two_clouds(world)

    await world.deploy_well()

    by_az = {
        instance.az: world.vm(f"{instance.group}/{instance.index}").cpi
        for instance in world.recorded.instances
    }
    assert by_az == {"z1": DEFAULT_CPI, "z2": EAST}
    assert world.toy_cpis.asked("east", "create_vm") == 1
    east = world.toy_cpis.clouds[EAST].cloud.machines.all()
    assert len([machine for machine in east if machine.running]) == 1


async def test_a_renamed_cpi_keeps_its_machines_and_nothing_changes(world: World) -> None:
    await two_clouds(world)
    await world.deploy_well()
    await world.configs.save("cpi", "default", RENAMED)
    await world.configs.save("cloud", "default", TWO_CPIS.replace("cpi: east", "cpi: orient"))
    world.toy_cpis.calls.clear()

    await world.deploy_well()

    assert world.toy_cpis.calls == [], "no cloud was asked for anything"
    slug = next(f"{i.group}/{i.index}" for i in world.recorded.instances if i.az == "z2")
    task = await world.change("recreate", slug)
    assert task.state is TaskState.DONE, task.result
    assert world.toy_cpis.asked("east", "delete_vm") == 1
    assert world.toy_cpis.asked("east", "create_vm") == 1


async def test_an_az_whose_cpi_is_unknown_is_told_with_its_line(world: World) -> None:
    await world.configs.save("cpi", "default", CPIS)
    wrong = TWO_CPIS.replace("cpi: east", "cpi: esat")
    (warned,) = (await world.configs.review("cloud", "default", wrong)).warnings
    await world.configs.save("cloud", "default", wrong)

    task = await world.deploy()

    assert (warned.code, warned.is_error) == ("PD0807", False)
    assert task.state is TaskState.ERROR
    assert task.result is not None
    assert "cloud config default:1:35: CPI `esat` of AZ `z2` does not exist" in task.result


async def test_losing_a_cpi_that_has_machines_is_warned_of(world: World) -> None:
    await two_clouds(world)
    await world.deploy_well()
    other = CPIS.replace("east", "west")

    (problem,) = (await world.configs.review("cpi", "default", other)).warnings

    assert problem.code == "PD0810"
    assert problem.detail == "1 VM, 1 stemcell could not be reached any more"
    assert (await world.configs.review("cpi", "default", RENAMED)).warnings == ()


async def test_without_its_cpi_a_deploy_is_refused_before_anything_is_touched(
    world: World,
) -> None:
    await two_clouds(world)
    await world.deploy_well()
    await world.configs.delete("cpi", "default")
    world.toy_cpis.calls.clear()

    task = await world.deploy(manifest(webs=3))

    assert task.state is TaskState.ERROR
    assert task.result is not None
    assert "PD0807" in task.result
    assert world.toy_cpis.calls == []
