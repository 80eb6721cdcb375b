"""The stemcell for local machines: built from the agent that is installed here, kept registered.

A newcomer has no stemcell to upload, and an upgraded director must not start new machines with an
old agent. So at every start the agent's zipapp is built (fast, cached by content) and registered
at every CPI of type ``local`` when its content is new; versions count up, so ``latest`` is it.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from paasta_deploy.adapters.archives.local_stemcell import LOCAL_STEMCELL
from paasta_deploy.agent.zipapp import build_zipapp
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.model.ids import CpiName, StemcellCid, StemcellVersion
from paasta_deploy.model.recorded import Put, StemcellRecord
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

SETTING = "own_stemcell:{digest}"
"""Where the version of a zipapp's content is kept."""

STEMCELL_FORMAT = "paasta-agent-zipapp"


async def register_own_stemcell(
    folder: Path,
    *,
    store: Store,
    journal: Journal,
    providers: Mapping[CpiName, Provider],
    current: Callable[[CpiName], CpiName] = lambda name: name,
) -> None:
    """Register the stemcell where it can be used and is missing. Raises CloudError.

    ``current`` gives the present name of a CPI: it may have been registered under a former one.
    """
    takers = {
        name: provider
        for name, provider in providers.items()
        if STEMCELL_FORMAT in provider.capabilities().stemcell_formats
    }
    if not takers:
        return
    image = await asyncio.to_thread(build_zipapp, folder)
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    version = _version(store, digest)
    for name, provider in takers.items():
        known = any(
            record.name == LOCAL_STEMCELL
            and record.version == version
            and current(record.cpi) == name
            for record in store.stemcells()
        )
        if known:
            continue
        cid = await asyncio.to_thread(
            provider.create_stemcell,
            CreateStemcell(
                name=LOCAL_STEMCELL,
                version=version,
                image=image,
                cloud_properties={"infrastructure": "local"},
            ),
        )
        record = _record(version, cid, name)
        await journal.write(
            JournalEntry(
                task_id=None, phase=Phase.NOTE, step="stemcell", changes=(Put(record=record),)
            )
        )


def _record(version: StemcellVersion, cid: StemcellCid, cpi: CpiName) -> StemcellRecord:
    return StemcellRecord(
        name=LOCAL_STEMCELL,
        version=version,
        os=str(LOCAL_STEMCELL),
        cid=cid,
        cpi=cpi,
        api_version=3,
    )


def _version(store: Store, digest: str) -> StemcellVersion:
    setting = SETTING.format(digest=digest)
    known = store.setting(setting)
    if known is None:
        taken = [
            int(record.version.rpartition(".")[2])
            for record in store.stemcells()
            if record.name == LOCAL_STEMCELL and record.version.rpartition(".")[2].isdigit()
        ]
        known = f"1.{max(taken, default=0) + 1}"
        store.put_setting(setting, known)
    return StemcellVersion(known)
