"""Upgrading the store of a state folder, or trying it, without starting a director."""

from pathlib import Path

from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.store import open_store, rehearsal
from paasta_deploy.wiring.process import only_director
from paasta_deploy.wiring.settings import load_settings


def rehearse(home: Path) -> rehearsal.Rehearsal:
    """Try the upgrade on a copy of the store. Raises StoreError."""
    return rehearsal.rehearse(_location(home))


def upgrade(home: Path) -> None:
    """Upgrade the store as the next start of the director would; nothing when it is current.

    Raises StoreError, and AnotherDirectorError when a director lives in the state folder.
    """
    with only_director(home):
        open_store(_location(home), clock=SystemClock()).close()


def _location(home: Path) -> Path | str:
    settings = load_settings(home)
    return settings.store.url or home / "store.db"
