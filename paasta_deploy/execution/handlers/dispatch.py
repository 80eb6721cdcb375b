"""Which handler does which action. A new action gets a row in each of the two functions.

Source: planning/actions.py, whose union is matched exhaustively.
"""

from typing import assert_never

from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.handlers import disks, instances, packages, vms
from paasta_deploy.model.recorded import RecordChange
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CompilePackage,
    CreateDisk,
    CreateVm,
    DeleteDisk,
    DeleteVm,
    DetachDisk,
    FinishInstance,
    Gate,
    MigrateDisk,
    OrphanDisk,
    PostDeploy,
    PrepareInstance,
    RemoveInstance,
    StartInstance,
    StopInstance,
    UpdateMetadata,
)

Changes = tuple[RecordChange, ...]

RECORDS_ONLY = (OrphanDisk, FinishInstance, RemoveInstance)
"""Actions that touch nothing but records: their result alone is journalled."""


def intent_of(action: Action, context: StepContext) -> Changes:  # noqa: PLR0911 - one row per action
    """Return what is recorded before the act."""
    match action:
        case CreateVm():
            return vms.create_intent(action, context)
        case DeleteVm():
            return vms.delete_intent(action, context)
        case CreateDisk():
            return disks.create_intent(action, context)
        case AttachDisk():
            return disks.attach_intent(action, context)
        case DetachDisk():
            return disks.detach_intent(action, context)
        case DeleteDisk():
            return disks.delete_intent(action, context)
        case StopInstance():
            return instances.stop_intent(action, context)
        case ApplyInstance():
            return instances.apply_intent(action, context)
        case StartInstance():
            return instances.start_intent(action, context)
        case _:
            return ()


async def act(action: Action, context: StepContext) -> Changes:  # noqa: C901, PLR0911, PLR0912 - one row per action
    """Do it, and return what is recorded after the act. Raises PaastaError."""
    match action:
        case CreateVm():
            return await vms.create(action, context)
        case DeleteVm():
            return await vms.delete(action, context)
        case UpdateMetadata():
            return await vms.update_metadata(action, context)
        case CreateDisk():
            return await disks.create(action, context)
        case AttachDisk():
            return await disks.attach(action, context)
        case DetachDisk():
            return await disks.detach(action, context)
        case MigrateDisk():
            return await disks.migrate(action, context)
        case OrphanDisk():
            return await disks.orphan(action, context)
        case DeleteDisk():
            return await disks.delete(action, context)
        case PrepareInstance():
            return await instances.prepare(action, context)
        case StopInstance():
            return await instances.stop(action, context)
        case ApplyInstance():
            return await instances.apply(action, context)
        case StartInstance():
            return await instances.start(action, context)
        case FinishInstance():
            return await instances.finish(action, context)
        case PostDeploy():
            return await instances.post_deploy(action, context)
        case RemoveInstance():
            return await instances.remove(action, context)
        case CompilePackage():
            return await packages.compile_package(action, context)
        case Gate():
            raise AssertionError("a gate is done by the scheduler")
    assert_never(action)
