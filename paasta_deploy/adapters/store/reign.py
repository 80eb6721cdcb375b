"""The reign of one director over a store: a lease that it renews, and a token that fences it.

Theory. A lock that a process holds by living is let go of by the kernel, but only on one machine;
a lock in a database stays when its holder dies. So it is a lease. The holder raises the beat of
its claim every :data:`BEAT_S`; whoever waits takes the store over when no beat came for
:data:`LEASE_S` by its own clock. A holder that could not renew for :data:`TRUST_S`, which is
less, does not trust its lease any more and asks before it acts (:meth:`Reign.confirm`). What it
writes needs no trust: the token is compared in the transaction itself. Deployments' locks and the
queue of tasks live in the memory of the director that reigns, so they end with it and are never
stuck.
"""

import logging
import threading
from collections.abc import Callable

from paasta_deploy.adapters.store.claims import REIGN, Claim, read_claim, take
from paasta_deploy.adapters.store.database import Database
from paasta_deploy.adapters.store.journal import SqlJournal
from paasta_deploy.model.errors import DeposedError, StoreError
from paasta_deploy.ports.clock import Clock

log = logging.getLogger(__name__)

LEASE_S = 15.0
"""Without a beat for this long a director counts as dead. A long stall of a disk or a machine
lasts seconds, and nobody wants to wait for minutes."""

TRUST_S = 10.0
"""After this long without a renewal the holder asks first. Less than the lease, so that it doubts
before others act, by more than clocks of two machines drift apart in that time."""

BEAT_S = 4.0
"""Two renewals may fail or be late before the holder doubts. Each is one sync of the disk."""

LOOK_S = 1.0
"""How often who waits looks for a beat."""


class Reign:
    """One director's right to write, and its doubts. Renews itself in a thread until closed."""

    def __init__(
        self,
        journal: SqlJournal,
        claim: Claim,
        *,
        clock: Clock,
        on_deposed: Callable[[DeposedError], None],
        beat_s: float = BEAT_S,
        trust_s: float = TRUST_S,
    ) -> None:
        """``on_deposed`` is called once, in another thread, when another director reigns."""
        self._journal = journal
        self._claim = claim
        self._clock = clock
        self._on_deposed = on_deposed
        self._beat_s = beat_s
        self._trust_s = trust_s
        self._renewed_at_s = clock.monotonic_s()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        journal.fence(claim.token)
        self._thread = threading.Thread(target=self._renew_always, name="reign", daemon=True)
        self._thread.start()

    @property
    def token(self) -> int:
        """The fencing token."""
        return self._claim.token

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken over yet, as far as this director's clock can tell."""
        return self._clock.monotonic_s() - self._renewed_at_s < self._trust_s

    def confirm(self) -> None:
        """Return if this director still reigns; look when that is not sure. May block for a write.

        Call it before every act on the world. Raises DeposedError; StoreError when the store does
        not answer, since then nobody knows.
        """
        if not self.is_sure:
            with self._lock:
                if not self.is_sure:
                    self._renew()

    def close(self) -> None:
        """Let go, so that the next director need not wait for the lease to end. Blocks."""
        self._closed.set()
        self._thread.join()
        with self._lock:
            free = Claim(holder="", token=self._claim.token, beat=self._claim.beat)
            try:
                self._journal.put_setting(REIGN, free.text())
            except StoreError as error:
                log.info("the store is not let go of", extra={"error": str(error)})

    def _renew_always(self) -> None:
        while not self._closed.wait(self._beat_s):
            try:
                with self._lock:
                    self._renew()
            except DeposedError as error:
                log.error("another director reigns", extra={"error": str(error)})  # noqa: TRY400 - told
                self._on_deposed(error)
                return
            except StoreError as error:
                log.warning("the lease of the store is not renewed", extra={"error": str(error)})

    def _renew(self) -> None:
        began_at_s = self._clock.monotonic_s()
        old = self._claim
        claim = Claim(holder=old.holder, token=old.token, beat=old.beat + 1)
        self._journal.put_setting(REIGN, claim.text())
        self._claim, self._renewed_at_s = claim, began_at_s


async def wait_for_claim(
    database: Database,
    holder: str,
    *,
    clock: Clock,
    standby: bool,
    tell: Callable[[str], None],
    lease_s: float = LEASE_S,
    look_s: float = LOOK_S,
) -> Claim:
    """Return the claim of ``holder`` once the store is free, or its former holder is dead.

    ``holder`` names a director such that no two live under one name (its state folder, which a
    lock of the kernel guards): what this one held before is free. ``standby``: wait as long as
    another one lives; else raise StoreError as soon as it shows that it does. ``tell`` gets one
    remark for the log when there is something to wait for.
    """
    first = True
    seen = _look(database)
    since_s = clock.monotonic_s()
    while True:
        is_free = seen is None or seen.holder in ("", holder)
        if is_free or clock.monotonic_s() - since_s >= lease_s:
            claim = take(database, holder, seen=seen)
            if claim is not None:
                return claim
        elif first and seen is not None:
            first = False
            tell(f"The store is held by the director {seen.holder}; waiting for it to end.")
        if not is_free:
            await clock.wait(look_s)
        now = _look(database)
        if now != seen:
            seen, since_s = now, clock.monotonic_s()
            if not standby and seen is not None and seen.holder not in ("", holder):
                raise StoreError(
                    f"The store {database.place} is held by another director that lives: "
                    f"{seen.holder}.",
                    hint="Stop that one (paasta-deploy director stop, with its state folder), or"
                    " let this one wait for its end: store.standby: true in director.yml.",
                )


def _look(database: Database) -> Claim | None:
    with database.read() as connection:
        return read_claim(connection)
