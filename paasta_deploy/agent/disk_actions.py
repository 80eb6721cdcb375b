"""The actions about persistent disks."""

from paasta_deploy.agent.actions import Action, Actions, Arguments, argument, text_argument
from paasta_deploy.agent.disks import Disks
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import AgentMethod


class DiskActions:
    """Actions on the disks of one machine."""

    def __init__(self, disks: Disks) -> None:
        self._disks = disks

    def table(self) -> Actions:
        """Return the actions by method."""
        mount = {"is_long": True, "is_exclusive": True, "is_repeatable": True}
        return {
            AgentMethod.ADD_PERSISTENT_DISK: Action(run=self._add),
            AgentMethod.REMOVE_PERSISTENT_DISK: Action(run=self._remove),
            AgentMethod.LIST_DISK: Action(run=self._list),
            AgentMethod.MOUNT_DISK: Action(run=self._mount, **mount),
            AgentMethod.UNMOUNT_DISK: Action(run=self._unmount, **mount),
            AgentMethod.MIGRATE_DISK: Action(run=self._migrate, **mount),
        }

    async def _add(self, arguments: Arguments) -> JsonValue:
        self._disks.add(_cid(arguments), argument(arguments, 1, "hint"))
        return {}

    async def _remove(self, arguments: Arguments) -> JsonValue:
        self._disks.remove(_cid(arguments))
        return {}

    async def _list(self, _: Arguments) -> JsonValue:
        return list(self._disks.mounted_cids())

    async def _mount(self, arguments: Arguments) -> JsonValue:
        await self._disks.mount(_cid(arguments))
        return {}

    async def _unmount(self, arguments: Arguments) -> JsonValue:
        cid = _cid(arguments)
        was_mounted = await self._disks.unmount(cid)
        message = f"Unmounted partition of {cid}"
        return {"message": message if was_mounted else f"Partition of {cid} is not mounted"}

    async def _migrate(self, arguments: Arguments) -> JsonValue:
        await self._disks.migrate(
            _cid(arguments), DiskCid(text_argument(arguments, 1, "new disk"))
        )
        return {}


def _cid(arguments: Arguments) -> DiskCid:
    return DiskCid(text_argument(arguments, 0, "disk"))
