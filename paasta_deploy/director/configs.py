"""Cloud, runtime, CPI and other configs: saved in versions, merged by name for a deploy.

A config is checked when it is saved, so that a mistake is told to who makes it and not to who
deploys next. Saving what is already there changes nothing (BOSH section 2). What a new version
would do to deployments is told beforehand (:meth:`Configs.review`) and stops nobody.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.diagnostics import Diagnostic, Severity
from paasta_deploy.director.cloud_inputs import filled_cloud_config
from paasta_deploy.director.config_checks import (
    CLOUD,
    CPI,
    RESURRECTION,
    RUNTIME,
    Texts,
    check_configs,
    shown_name,
    texts_of,
    unknown_cpis,
    with_no_values,
)
from paasta_deploy.director.config_hints import lacking_jobs, rules_for_nobody
from paasta_deploy.director.config_impact import (
    Surroundings,
    broken_deployments,
    cpi_config_of,
    lost_cpis,
)
from paasta_deploy.director.redacting import document_diff
from paasta_deploy.director.rejection import refuse
from paasta_deploy.manifest import Node, read_document
from paasta_deploy.manifest.config_loading import (
    Fill,
    load_resurrection_configs,
    load_runtime_configs,
)
from paasta_deploy.manifest.document.node import equal
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.cpi_config import CpiConfig
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import ConfigId, CpiName
from paasta_deploy.model.recorded import ConfigRecord, Put
from paasta_deploy.model.resurrection_config import ResurrectionConfig
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.cpis import CpiRegistry
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReview:
    """What saving a config would change. ``latest`` is the version that it is held against."""

    diff: Sequence[JsonValue]
    latest: ConfigRecord | None
    warnings: tuple[Diagnostic, ...] = ()


class Configs:
    """The configs of one director. Writes are serialised here; reads may come from threads."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        clock: Clock,
        cpis: CpiRegistry | None = None,
        providers: Mapping[CpiName, Provider] | None = None,
        fill: Fill = with_no_values,
    ) -> None:
        """``providers`` are those that there are now; None: AZs may name any CPI.

        ``cpis`` takes over what CPI configs say; None: they are only kept. ``fill`` puts the
        values of shared variables into a document.
        """
        self._fill = fill
        self._store = store
        self._journal = journal
        self._clock = clock
        self._cpis = cpis
        self._providers = providers
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
        self,
        kind: str,
        name: str,
        content: str,
        *,
        expected_latest_id: str | None = None,
        shown: str = "",
    ) -> ConfigRecord:
        """Save a version. Content that says the same as the present one gives the present one.

        ``expected_latest_id`` is the version that the caller has seen (``0``: none); another one
        means that somebody was quicker. ``shown`` is what diagnostics call the text: the file
        that it is from. Raises RejectedError, ConfigMovedError, CloudError.
        """
        async with self._writing:
            # Held against its neighbours here, so that two that do not fit cannot come in at once.
            texts, candidate = self._beside(kind, name, content, shown)
            found = await asyncio.to_thread(
                check_configs, kind, texts, candidate, self._cpis, self._fill
            )
            refuse(found)
            latest = self.latest_of(kind, name)
            latest_id = str(latest.config_id) if latest else None
            if expected_latest_id is not None and expected_latest_id != (latest_id or "0"):
                raise ConfigMovedError(expected_latest_id, latest_id)
            if latest is not None and _says_the_same(latest.content, content):
                return latest
            config = ConfigRecord(
                config_id=self._store.next_config_id(),
                kind=kind,
                name=name,
                content=content,
                created_at=self._clock.now(),
            )
            if kind == CPI and self._cpis is not None:
                await self._cpis.use(cpi_config_of(texts, self._fill))
            await self._write(config)
            return config

    async def review(
        self, kind: str, name: str, content: str, *, shown: str = "", redact: bool = True
    ) -> ConfigReview:
        """Return what saving would change, and whom it would hurt. Raises RejectedError.

        Changes nothing.
        """
        texts, candidate = self._beside(kind, name, content, shown)
        found = await asyncio.to_thread(
            check_configs, kind, texts, candidate, self._cpis, self._fill
        )
        refuse(found)
        latest = self.latest_of(kind, name)
        before = latest.content if latest else ""
        return ConfigReview(
            diff=self.diff(before, content, redact=redact),
            latest=latest,
            warnings=(*found, *await asyncio.to_thread(self._impact, kind, texts)),
        )

    async def review_deletion(self, kind: str, name: str) -> tuple[Diagnostic, ...]:
        """Return whom it would hurt if a config were not there any more. Changes nothing."""
        left = [config for config in self.latest(kind) if config.name != name]
        return await asyncio.to_thread(self._impact, kind, texts_of(left))

    async def delete(self, kind: str, name: str) -> bool:
        """Delete a config. Its versions stay readable. Returns False when there was none."""
        async with self._writing:
            latest = self.latest_of(kind, name)
            if latest is None:
                return False
            if kind == CPI and self._cpis is not None:
                left = [config for config in self.latest(CPI) if config.name != name]
                await self._cpis.use(cpi_config_of(texts_of(left), self._fill))
            await self._write(replace(latest, deleted=True))
            return True

    def cloud_config(
        self, config_ids: Sequence[int] = ()
    ) -> tuple[CloudConfig, tuple[ConfigId, ...]]:
        """Return the merged cloud config, of these versions or of the newest ones, and their ids.

        Raises NotFoundError when there is none, RejectedError when the parts do not fit together.
        """
        nodes, used = self.cloud_documents(config_ids)
        inputs = filled_cloud_config(nodes, self._fill)
        refuse(inputs.diagnostics)
        return inputs.config, used

    def cloud_documents(
        self, config_ids: Sequence[int] = ()
    ) -> tuple[tuple[Node, ...], tuple[ConfigId, ...]]:
        """Return the cloud configs, these versions or the newest ones, and their ids.

        They are documents still, because variables are filled in for each deployment. Raises
        NotFoundError when there is none, RejectedError when one is no YAML.
        """
        configs = [self._require(config_id) for config_id in config_ids] or self.latest(CLOUD)
        if not configs:
            raise NotFoundError(
                "There is no cloud config yet, so nothing says what networks and VM types mean.",
                code=_NO_CLOUD_CONFIG,
                hint="paasta-deploy update-cloud-config cloud-config.yml",
            )
        documents = [read_document(name, text) for name, text in texts_of(configs)]
        refuse([item for document in documents for item in document.diagnostics])
        roots = tuple(document.node for document in documents if document.node is not None)
        return roots, tuple(config.config_id for config in configs)

    def runtime_configs(
        self, config_ids: Sequence[int] | None = None
    ) -> tuple[tuple[Node, ...], tuple[ConfigId, ...]]:
        """Return the runtime configs, these versions or (None) the newest ones, and their ids.

        They are documents still, because variables are filled in for each deployment. Raises
        NotFoundError for an id that never was, RejectedError when they do not fit together.
        """
        configs = (
            self.latest(RUNTIME)
            if config_ids is None
            else [self._require(config_id) for config_id in config_ids]
        )
        loaded = load_runtime_configs(texts_of(configs))
        refuse(loaded.diagnostics)
        return loaded.nodes, tuple(config.config_id for config in configs)

    def cpi_config(self) -> CpiConfig:
        """Return the CPIs of all CPI configs; those with mistakes as far as they can be read.

        Values of variables are in it. Raises VariableError: the key of the values is lost.
        """
        return cpi_config_of(texts_of(self.latest(CPI)), self._fill)

    async def refresh_cpis(self) -> None:
        """Have the CPIs use the newest values of the variables in their configs, if there are any.

        Raises PaastaError: a value or its key is gone, or a CPI refuses its new properties.
        """
        texts = texts_of(self.latest(CPI))
        if self._cpis is None or not any("((" in text for _, text in texts):
            return
        async with self._writing:
            await self._cpis.use(await asyncio.to_thread(self.cpi_config))

    def resurrection_config(self) -> ResurrectionConfig:
        """Return the rules of all resurrection configs; a rule with a mistake is left out."""
        return load_resurrection_configs(texts_of(self.latest(RESURRECTION))).draft

    def diff(self, before: str, after: str, *, redact: bool = True) -> list[JsonValue]:
        """Return BOSH's line diff: ``[line, "added" | "removed" | null]``, around changes."""
        return document_diff(before, after, redact=redact)

    def _beside(self, kind: str, name: str, content: str, shown: str) -> tuple[Texts, str]:
        """Return all texts of a kind with this one in its place, and the name it has there."""
        candidate = shown or shown_name(kind, name)
        others = {config.name: config for config in self.latest(kind)}
        texts = dict(zip(others, texts_of(list(others.values())), strict=True))
        texts[name] = (candidate, content)
        return [texts[key] for key in sorted(texts)], candidate

    def _impact(self, kind: str, texts: Texts) -> tuple[Diagnostic, ...]:
        """Return what a new version would do to what is there."""
        cloud, runtime = texts_of(self.latest(CLOUD)), texts_of(self.latest(RUNTIME))
        match kind:
            case "cloud":
                return self._broken(cloud, runtime, texts, runtime)
            case "runtime":
                lacking = lacking_jobs(load_runtime_configs(texts).draft, self._store.releases())
                return (*lacking, *self._broken(cloud, runtime, cloud, texts))
            case "resurrection":
                names = {record.name for record in self._store.deployments()}
                return tuple(rules_for_nobody(load_resurrection_configs(texts).draft, names))
            case "cpi":
                if self._providers is None:
                    return ()
                own = set(self._providers) - set(self.cpi_config().cpis)
                return tuple(lost_cpis(self._store, own, cpi_config_of(texts)))
            case _:
                return ()

    def _broken(
        self, cloud: Texts, runtime: Texts, new_cloud: Texts, new_runtime: Texts
    ) -> tuple[Diagnostic, ...]:
        then = Surroundings.of(new_cloud, new_runtime)
        providers = self._providers or {}
        found: list[Diagnostic] = []
        if then.cloud is not None and self._providers is not None and new_cloud is not cloud:
            found += _as_warnings(unknown_cpis(then.cloud, providers, None))
        now = Surroundings.of(cloud, runtime)
        found += broken_deployments(self._store.deployments(), now, then, providers)
        return tuple(found)

    def _require(self, config_id: int) -> ConfigRecord:
        config = self._store.config(ConfigId(config_id))
        if config is None:
            raise NotFoundError(
                f"Config {config_id} was never saved here.",
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


def _says_the_same(before: str, after: str) -> bool:
    """Whether two documents have the same values, however they are written."""
    left, right = (read_document("", text, is_secret=True).node for text in (before, after))
    return left is not None and right is not None and equal(left, right)


def _as_warnings(problems: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield mistakes that only the next deploy would make of it."""
    return (replace(problem, severity=Severity.WARNING) for problem in problems)
