"""Constructs the whole director from its settings, in the order in which parts need each other."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.adapters.store import Reign, SqlStore, open_store
from paasta_deploy.adapters.task_log import FileTaskLog
from paasta_deploy.cpi.provider import HostOperations, Provider
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.director.service import Director
from paasta_deploy.director.uploads import clean_workspace
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.permitted import permitted
from paasta_deploy.model.errors import DeposedError, PaastaError
from paasta_deploy.model.ids import CpiName, DirectorUuid
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.wiring.call_settings import call_rules
from paasta_deploy.wiring.cpis import ConfiguredCpis
from paasta_deploy.wiring.outside import Outside, connect_outside, find_host_address
from paasta_deploy.wiring.own_stemcell import register_own_stemcell
from paasta_deploy.wiring.places import Folders
from paasta_deploy.wiring.providers import construct_providers
from paasta_deploy.wiring.settings import Settings
from paasta_deploy.wiring.use_cases import Parts, UseCases, make_use_cases
from paasta_deploy.wiring.variables import shared_values

log = logging.getLogger(__name__)

UUID_SETTING = "director_uuid"


class RunningDirector:
    """Everything that lives while the director runs. ``close`` leaves machines alone."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: SqlStore,
        reign: Reign,
        registry: ConfiguredCpis,
        clouds: Clouds,
        outside: Outside,
        use_cases: UseCases,
    ) -> None:
        self._settings = settings
        self._store = store
        self._reign = reign
        self._registry = registry
        self._clouds = clouds
        self._outside = outside
        self._use_cases = use_cases

    @property
    def director(self) -> Director:
        """What the API serves."""
        return self._use_cases.director

    def api_context(self) -> ssl.SSLContext:
        """Return the TLS of the API over HTTPS."""
        return self._use_cases.shown.api_context()

    async def start(self) -> None:
        """Take up unfinished tasks and begin to watch machines."""
        await self._welcome(self._registry.cpis)
        self._registry.welcome = self._welcome
        tasks = self._use_cases.tasks
        clean_workspace(Folders(home=self._settings.home).workspace, tasks.unfinished())
        resumed = await tasks.resume()
        if resumed:
            log.info("tasks go on", extra={"tasks": list(resumed)})
        if self._settings.health.enabled:
            self._use_cases.monitor.start()
        self.director.certificates.start()

    async def _welcome(self, providers: Mapping[CpiName, Provider]) -> None:
        await register_own_stemcell(
            Folders(home=self._settings.home).stemcells,
            store=self._store,
            journal=self._store.journal,
            providers=providers,
            current=self._registry.cpis.current,
        )

    async def close(self) -> None:
        """Stop everything of the director but the machines."""
        await self.director.certificates.close()
        await self._use_cases.monitor.close()
        await self._use_cases.tasks.close()
        await self._outside.agents.close()
        await self._outside.listener.stop()
        if self._outside.nats is not None:
            await self._outside.nats.stop()
        for provider in self._registry.all_providers:
            if isinstance(provider, HostOperations):
                await asyncio.to_thread(provider.release_host)
            await asyncio.to_thread(provider.close)
        self._clouds.close()
        await asyncio.to_thread(self._reign.close)
        self._store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStore:
    """A store, and the right to write to it."""

    store: SqlStore
    reign: Reign


async def hold_store(
    settings: Settings, *, on_deposed: Callable[[DeposedError], None]
) -> HeldStore:
    """Open the store and become its director; in standby this waits for another one to end.

    ``on_deposed`` is called, in another thread, when another director takes the store over.
    Raises StoreError: it cannot be opened, or another director has it.
    """
    clock = SystemClock()
    Folders(home=settings.home).make()
    store = open_store(settings.store.url or settings.home / "store.db", clock=clock)
    reign = await store.reign(
        f"{socket.gethostname()}:{settings.home}",
        clock=clock,
        standby=settings.store.standby,
        on_deposed=on_deposed,
        tell=log.warning,
    )
    return HeldStore(store=store, reign=reign)


async def build_director(settings: Settings, held: HeldStore) -> RunningDirector:
    """Construct and connect everything. Raises PaastaError when something cannot be had."""
    folders = Folders(home=settings.home)
    rules = call_rules(settings)
    clock, ids = SystemClock(), SystemIdSource()
    store = held.store
    uuid = _director_uuid(store, ids)
    host = {"host_address": settings.host.address} if settings.host.address else {}
    defaults = {"local": host}
    registry = ConfiguredCpis(
        construct_providers(settings, director_uuid=uuid, defaults=defaults),
        home=settings.home,
        director_uuid=uuid,
        defaults=defaults,
    )
    shared = shared_values(settings, folders, store=store, clock=clock, ids=ids)
    saved = Configs(store=store, journal=store.journal, clock=clock, fill=shared.fill)
    await asyncio.to_thread(_begin_cpis, registry, saved)
    clouds = Clouds(
        registry.cpis, clock=clock, ids=ids, make_workers=permitted(held.reign), rules=rules
    )
    address = await asyncio.to_thread(find_host_address, settings, registry.cpis)
    outside = await connect_outside(settings, folders, store, address, DirectorUuid(uuid))
    use_cases = make_use_cases(
        Parts(
            settings=settings,
            folders=folders,
            store=store,
            registry=registry,
            clouds=clouds,
            outside=outside,
            address=address,
            uuid=uuid,
            clock=clock,
            ids=ids,
            feed=TaskFeed(FileTaskLog(folders.tasks)),
            permit=held.reign,
        )
    )
    return RunningDirector(
        settings=settings,
        store=store,
        reign=held.reign,
        registry=registry,
        clouds=clouds,
        outside=outside,
        use_cases=use_cases,
    )


def _director_uuid(store: SqlStore, ids: IdSource) -> str:
    """Return who the director of this store is, from the first start on."""
    uuid = store.setting(UUID_SETTING)
    if uuid is None:
        uuid = ids.new_uuid()
        store.put_setting(UUID_SETTING, uuid)
    return uuid


def _begin_cpis(registry: ConfiguredCpis, configs: Configs) -> None:
    """Have the CPIs of the CPI configs; a lost key of values stops no director."""
    try:
        saved = configs.cpi_config()
    except PaastaError as problem:
        log.error(  # noqa: TRY400 - what is wrong is in the message, for an operator
            "CPI configs cannot be used", extra={"error": str(problem)}
        )
    else:
        registry.begin(saved)
