"""An upgrade tried on a copy: what the next start of a director would do to its store.

Nothing of the store itself changes. The copy lies beside it, so that the trial also shows whether
there is room for the one that a real upgrade keeps.
"""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.copies import copy_of, keep_copy
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.migrate import read_all, upgrade
from paasta_deploy.adapters.store.revision import known_revisions, refuse_newer, stored_revision
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.lifecycle import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How an upgrade went that was tried. ``copy``: where the real one keeps the old store.

    ``tasks`` are the numbers of those that are not finished, which go on after the upgrade.
    """

    store: Path
    revision: str
    revision_new: str
    records: Mapping[str, int]
    tasks: tuple[int, ...]
    copy: Path
    size_bytes: int
    free_bytes: int

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to upgrade."""
        return self.revision == self.revision_new


def rehearse(location: Path | str) -> Rehearsal:
    """Try the upgrade of a store that is a file. Blocks: seconds for a large one.

    Raises StoreError for whatever the real upgrade would stop at, and when there is no such file.
    """
    if isinstance(location, str) and "://" in location and not location.startswith("sqlite"):
        raise StoreError(
            "Only a store that is a file can be tried.",
            hint="Let PostgreSQL copy the database (createdb --template) and name the copy as "
            "store.url in the director.yml of another state folder.",
        )
    database = connect(location, make=False)
    path = database.file
    assert path is not None, "it is a file"
    with database.read() as connection:
        revision = stored_revision(connection)
    database.close()
    refuse_newer(database, revision)
    if revision is None:
        raise StoreError(
            f"{path} holds no store.", hint="The first start of a director makes one."
        )
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.trial-", dir=path.parent) as folder:
        trial = keep_copy(path, Path(folder) / path.name)
        upgrade(str(trial))
        return _read(trial, path, revision)


def _read(trial: Path, path: Path, revision: str) -> Rehearsal:
    tasks = schema.tasks
    final = [state.value for state in TaskState if state.is_final]
    unfinished = select(tasks.c.task_id).where(tasks.c.state.not_in(final)).order_by("task_id")
    upgraded = connect(trial)
    try:
        with upgraded.read() as connection:
            return Rehearsal(
                store=path,
                revision=revision,
                revision_new=known_revisions()[-1],
                records=read_all(connection),
                tasks=tuple(connection.scalars(unfinished)),
                copy=copy_of(path, revision),
                size_bytes=trial.stat().st_size,
                free_bytes=shutil.disk_usage(path.parent).free,
            )
    finally:
        upgraded.close()
