"""Cloud, runtime, CPI and other configs: saved in versions, merged by name for a deploy.

A cloud config is checked when it is saved, so that a mistake is told to who makes it and not to
who deploys next. Saving what is already there changes nothing (BOSH section 2).
"""

import asyncio
import difflib
from collections.abc import Sequence
from dataclasses import replace

from paasta_deploy.director.rejection import refuse
from paasta_deploy.manifest import parse_cloud_config, read_document
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import ConfigId
from paasta_deploy.model.recorded import ConfigRecord, Put
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

CLOUD = "cloud"
DEFAULT_NAME = "default"
_NO_CLOUD_CONFIG = 440012


class ConfigMovedError(PaastaError):
    """Somebody saved the config after the caller had looked at it."""

    code = 440013

    def __init__(self, expected_id: str, latest_id: str | None) -> None:
        super().__init__(
            f"Latest config ID '{latest_id or 0}' does not match expected config ID "
            f"'{expected_id}'",
            hint="somebody else saved it in the meantime: look at it, then save yours again",
        )
        self.latest_id = latest_id


class Configs:
    """The configs of one director. Writes are serialised here; reads may come from threads."""

    def __init__(self, *, store: Store, journal: Journal, clock: Clock) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._writing = asyncio.Lock()

    def latest(self, kind: str) -> Sequence[ConfigRecord]:
        """Return the newest version of every config of ``kind``, by name."""
        found = self._store.configs(kind=kind, latest_only=True)
        return sorted(found, key=lambda config: config.name)

    def latest_of(self, kind: str, name: str) -> ConfigRecord | None:
        """Return the newest version of one config; None when there is none or it was deleted."""
        found = self._store.configs(kind=kind, name=name, latest_only=True)
        return found[0] if found else None

    async def save(
        self, kind: str, name: str, content: str, *, expected_latest_id: str | None = None
    ) -> ConfigRecord:
        """Save a version. Unchanged content gives the present one.

        ``expected_latest_id`` is the version that the caller has seen (``0``: none); another one
        means that somebody was quicker. Raises RejectedError, ConfigMovedError.
        """
        await asyncio.to_thread(self._check, kind, name, content)
        async with self._writing:
            latest = self.latest_of(kind, name)
            latest_id = str(latest.config_id) if latest else None
            if expected_latest_id is not None and expected_latest_id != (latest_id or "0"):
                raise ConfigMovedError(expected_latest_id, latest_id)
            if latest is not None and latest.content == content:
                return latest
            config = ConfigRecord(
                config_id=self._store.next_config_id(),
                kind=kind,
                name=name,
                content=content,
                created_at=self._clock.now(),
            )
            await self._write(config)
            return config

    async def delete(self, kind: str, name: str) -> bool:
        """Delete a config. Its versions stay readable. Returns False when there was none."""
        async with self._writing:
            latest = self.latest_of(kind, name)
            if latest is None:
                return False
            await self._write(replace(latest, deleted=True))
            return True

    def cloud_config(
        self, config_ids: Sequence[int] = ()
    ) -> tuple[CloudConfig, tuple[ConfigId, ...]]:
        """Return the merged cloud config, of these versions or of the newest ones, and their ids.

        Raises NotFoundError when there is none, RejectedError when the parts do not fit together.
        """
        configs = [self._require(config_id) for config_id in config_ids] or self.latest(CLOUD)
        if not configs:
            raise NotFoundError(
                "There is no cloud config yet, so nothing says what networks and VM types mean.",
                code=_NO_CLOUD_CONFIG,
                hint="paasta-deploy update-cloud-config cloud-config.yml",
            )
        parsed = self._parse([(f"{config.name}.yml", config.content) for config in configs])
        return parsed, tuple(config.config_id for config in configs)

    def diff(self, before: str, after: str) -> list[JsonValue]:
        """Return BOSH's line diff: ``[line, "added" | "removed" | null]``."""
        marks = {"+": "added", "-": "removed", " ": None}
        return [
            [line[2:], marks[line[0]]]
            for line in difflib.ndiff(before.splitlines(), after.splitlines())
            if line[0] in marks
        ]

    def _check(self, kind: str, name: str, content: str) -> None:
        """Refuse what is no document; a cloud config is held against its neighbours, too."""
        if kind != CLOUD:
            refuse(read_document(f"{name}.yml", content).diagnostics)
            return
        others = [
            (f"{config.name}.yml", config.content)
            for config in self.latest(CLOUD)
            if config.name != name
        ]
        self._parse([*others, (f"{name}.yml", content)])

    def _parse(self, texts: Sequence[tuple[str, str]]) -> CloudConfig:
        documents = [read_document(name, text) for name, text in texts]
        found = [item for document in documents for item in document.diagnostics]
        refuse(found)
        roots = [document.node for document in documents if document.node is not None]
        parsed = parse_cloud_config(roots)
        refuse((*found, *parsed.diagnostics))
        assert parsed.cloud_config is not None, "a cloud config without errors has a value"
        return parsed.cloud_config

    def _require(self, config_id: int) -> ConfigRecord:
        config = self._store.config(ConfigId(config_id))
        if config is None:
            raise NotFoundError(
                f"Cloud config {config_id} was never saved here.",
                code=_NO_CLOUD_CONFIG,
                hint="`paasta-deploy configs` lists them; without a number the newest are taken",
            )
        return config

    async def _write(self, config: ConfigRecord) -> None:
        await self._journal.write(
            JournalEntry(
                task_id=None,
                phase=Phase.NOTE,
                step="config",
                changes=(Put(record=config),),
                data={"kind": config.kind, "name": config.name, "id": config.config_id},
            )
        )
