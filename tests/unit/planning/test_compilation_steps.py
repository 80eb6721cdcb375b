"""How compiling becomes steps."""

from paasta_deploy.planning.actions import CompilePackage, CreateVm, DeleteVm
from paasta_deploy.planning.plan import Plan, Stage
from tests.unit.planning.shop import CLOUD, MANIFEST, shop


def compiling(plan: Plan) -> list[tuple[str, list[str]]]:
    acts: dict[str, list[str]] = {}
    for step in plan.steps:
        acts.setdefault(step.change_id, []).append(type(step.action).__name__)
    return [
        (change.label.partition("/")[0], acts[change.change_id])
        for change in plan.changes
        if change.stage is Stage.COMPILE
    ]


def test_each_package_has_a_vm_of_its_own() -> None:
    all_three = ["CreateVm", "CompilePackage", "DeleteVm"]

    assert compiling(shop().plan_deploy()) == [
        ("runtime", all_three),
        ("server", all_three),
        ("store", all_three),
    ]


def test_reused_vms_are_made_before_the_first_and_deleted_after_the_last_package() -> None:
    world = shop(MANIFEST, CLOUD.replace("workers: 2", "workers: 1, reuse_compilation_vms: true"))

    plan = world.plan_deploy()

    assert [acts for _, acts in compiling(plan)] == [
        ["CreateVm", "CompilePackage"],
        ["CompilePackage"],
        ["CompilePackage", "DeleteVm"],
    ]
    agents = {
        step.action.agent_id
        for step in plan.steps
        if isinstance(step.action, CompilePackage | DeleteVm)
    }
    assert len(agents) == 1


def test_a_package_waits_for_what_it_needs_and_for_the_vm_before_it() -> None:
    plan = shop().plan_deploy()
    steps = {step.step_id: step for step in plan.steps}

    (compile_server,) = (
        step
        for step in plan.steps
        if isinstance(step.action, CompilePackage) and step.action.package == "server"
    )
    (create_vm,) = (
        step
        for step in plan.steps
        if isinstance(step.action, CreateVm) and step.change_id == compile_server.change_id
    )

    assert [type(steps[end].action) for end in compile_server.after] == [CompilePackage]
    assert [type(steps[end].action) for end in create_vm.after] == [DeleteVm]


def test_vms_of_a_plan_that_was_cut_off_are_deleted_and_made_anew() -> None:
    world = shop()
    world.new_task()
    world.fold.run(world.plan_deploy(), world.task_id, half_steps=2)
    (leftover,) = world.fold.vms.values()

    plan = world.plan_deploy()

    assert compiling(plan)[0] == ("compilation", ["DeleteVm"])
    made = {step.action.agent_id for step in plan.steps if isinstance(step.action, CreateVm)}
    assert leftover.agent_id not in made
