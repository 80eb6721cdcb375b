"""The actions about the machine itself: settings, compiling, logs, names, users, the end."""

import hashlib
import logging
import os
import uuid
from collections.abc import Callable
from pathlib import Path

from paasta_deploy.agent.actions import (
    Action,
    Actions,
    Arguments,
    BadArgumentsError,
    argument,
    text_argument,
)
from paasta_deploy.agent.arp import delete_arp_entries
from paasta_deploy.agent.blobs import Blobs
from paasta_deploy.agent.dns_records import known_version, write_records
from paasta_deploy.agent.log_bundles import pack_logs
from paasta_deploy.agent.machine import Machine
from paasta_deploy.agent.threads import in_thread
from paasta_deploy.agent.trusted_certs import trust
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import AgentInfo, AgentMethod, encode_info
from paasta_deploy.wire.agent_settings import decode_update_settings
from paasta_deploy.wire.agent_work import (
    LogsRequest,
    decode_bundle_logs,
    decode_compile,
    decode_compile_with_links,
    decode_logs,
    decode_logs_with_links,
    encode_compile_result,
)
from paasta_deploy.wire.apply_spec import BlobSource
from paasta_deploy.wire.reading import Fields

log = logging.getLogger(__name__)

_BUNDLE_PREFIX = "logs-"


class MachineActions:
    """Actions on one machine.

    ``on_settings`` is called when new settings are in force, ``on_shutdown`` when the director
    wants the machine to end.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        on_settings: Callable[[], None],
        on_shutdown: Callable[[], None],
    ) -> None:
        self._machine = machine
        self._on_settings = on_settings
        self._on_shutdown = on_shutdown

    def table(self) -> Actions:
        """Return the actions by method."""
        return {
            AgentMethod.PING: Action(run=self._ping),
            AgentMethod.INFO: Action(run=self._info),
            AgentMethod.UPDATE_SETTINGS: Action(run=self._update_settings),
            AgentMethod.COMPILE_PACKAGE: Action(
                run=self._compile, is_long=True, is_exclusive=True
            ),
            AgentMethod.COMPILE_PACKAGE_WITH_SIGNED_URL: Action(
                run=self._compile_with_links, is_long=True, is_exclusive=True
            ),
            AgentMethod.FETCH_LOGS: Action(run=self._fetch_logs, is_long=True),
            AgentMethod.FETCH_LOGS_WITH_SIGNED_URL: Action(
                run=self._fetch_logs_with_links, is_long=True
            ),
            AgentMethod.BUNDLE_LOGS: Action(run=self._bundle_logs),
            AgentMethod.REMOVE_FILE: Action(run=self._remove_file),
            AgentMethod.SSH: Action(run=self._ssh),
            AgentMethod.SYNC_DNS: Action(run=self._sync_dns),
            AgentMethod.SYNC_DNS_WITH_SIGNED_URL: Action(run=self._sync_dns_with_links),
            AgentMethod.DELETE_ARP_ENTRIES: Action(run=self._delete_arp_entries),
            AgentMethod.SHUTDOWN: Action(run=self._shutdown),
        }

    async def _ping(self, _: Arguments) -> JsonValue:
        return "pong"

    async def _info(self, _: Arguments) -> JsonValue:
        return encode_info(AgentInfo(api_version=1, push_tasks=True))

    async def _update_settings(self, arguments: Arguments) -> JsonValue:
        update = decode_update_settings(argument(arguments, 0, "settings"))
        machine = self._machine
        if update.trusted_certs != machine.settings.update.trusted_certs:
            await trust(update.trusted_certs, machine.layout, machine.tools)
        if update.disk_names is not None:
            machine.disks.name(update.disk_names)
        machine.settings.take(update)
        self._on_settings()
        return "ok"

    async def _compile(self, arguments: Arguments) -> JsonValue:
        result = await self._machine.compiler.compile(decode_compile(arguments))
        return encode_compile_result(result)

    async def _compile_with_links(self, arguments: Arguments) -> JsonValue:
        request = decode_compile_with_links(argument(arguments, 0, "request"))
        return encode_compile_result(await self._machine.compiler.compile(request))

    async def _fetch_logs(self, arguments: Arguments) -> JsonValue:
        digest, blob_id = await self._stored_logs(decode_logs(arguments))
        return {"blobstore_id": blob_id, "sha1": digest}

    async def _fetch_logs_with_links(self, arguments: Arguments) -> JsonValue:
        request = decode_logs_with_links(argument(arguments, 0, "request"))
        digest, _ = await self._stored_logs(request)
        return {"sha1": digest}

    async def _stored_logs(self, request: LogsRequest) -> tuple[str, str]:
        blobs = Blobs(self._machine.settings.blobstores)

        def work() -> tuple[str, str]:
            archive = pack_logs(request, self._machine.layout)
            try:
                return blobs.store(archive, request.upload_url, request.upload_headers)
            finally:
                archive.unlink()

        try:
            return await in_thread(work)
        finally:
            blobs.close()

    async def _bundle_logs(self, arguments: Arguments) -> JsonValue:
        request = decode_bundle_logs(argument(arguments, 0, "request"))

        def work() -> JsonValue:
            archive = pack_logs(request, self._machine.layout)
            with archive.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha512").hexdigest()
            return {"logs_tar_path": str(archive), "sha512": f"sha512:{digest}"}

        return await in_thread(work)

    async def _remove_file(self, arguments: Arguments) -> JsonValue:
        """Remove what `bundle_logs` left; any other path is refused, unlike in BOSH."""
        path = Path(text_argument(arguments, 0, "path"))
        if path.parent != self._machine.layout.tmp or not path.name.startswith(_BUNDLE_PREFIX):
            raise BadArgumentsError(f"{path} is no bundle of logs; only those are removed")
        path.unlink(missing_ok=True)
        return str(path)

    async def _ssh(self, arguments: Arguments) -> JsonValue:
        command = text_argument(arguments, 0, "command")
        parameters = Fields(argument(arguments, 1, "parameters"), "ssh")
        users = self._machine.ssh_users
        match command:
            case "setup":
                user = parameters.text("user", parameters.text("User", ""))
                address = self._machine.settings.default_ip()
                login = await users.setup(user, parameters.text("public_key"), address=address)
                return {
                    "command": "setup",
                    "status": "success",
                    "ip": address,
                    "host_public_key": login.host_public_key,
                    "user": login.user,  # this and the port are ours; BOSH's CLI passes them over
                    "port": login.port,
                }
            case "cleanup":
                await users.cleanup(parameters.text("user_regex"))
                return {"command": "cleanup", "status": "success"}
            case _:
                raise BadArgumentsError("Unknown command for SSH method")

    async def _sync_dns(self, arguments: Arguments) -> JsonValue:
        names = ("blobstore_id", "sha1", "version")
        fields = Fields(dict(zip(names, arguments, strict=False)), "sync_dns")
        source = BlobSource(digest=fields.text("sha1"), blobstore_id=fields.text("blobstore_id"))
        return await self._synced(source, fields.integer("version"))

    async def _sync_dns_with_links(self, arguments: Arguments) -> JsonValue:
        fields = Fields(argument(arguments, 0, "request"), "sync_dns_with_signed_url")
        source = BlobSource(
            digest=fields.text("multi_digest"),
            signed_url=fields.text("signed_url"),
            headers=fields.texts_by_name("blobstore_headers"),
        )
        return await self._synced(source, fields.integer("version"))

    async def _synced(self, source: BlobSource, version: int) -> JsonValue:
        machine = self._machine
        blobs = Blobs(machine.settings.blobstores)

        def work() -> None:
            if known_version(machine.layout) >= version:
                return
            fetched = machine.layout.tmp / f"dns-{uuid.uuid4()}.json"
            try:
                blobs.fetch(source, fetched)
                content = fetched.read_bytes()
                write_records(content, version, machine.layout, os.uname().nodename)
            finally:
                fetched.unlink(missing_ok=True)

        try:
            await in_thread(work)
        finally:
            blobs.close()
        return "synced"

    async def _delete_arp_entries(self, arguments: Arguments) -> JsonValue:
        fields = Fields(argument(arguments, 0, "addresses"), "delete_arp_entries")
        if self._machine.layout.owns_machine and self._machine.tools.has("ip"):
            await delete_arp_entries(fields.texts("ips"), self._machine.tools)
        return {}

    async def _shutdown(self, _: Arguments) -> JsonValue:
        self._on_shutdown()
        return "shutdown"
