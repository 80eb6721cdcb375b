"""The IaaS accounts that a director uses, and how they stand.

Calls are made by :class:`CloudCalls`, one for each CPI; CPIs of the same account share its limits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.execution.accounts import Account, Caller, party_of
from paasta_deploy.execution.admission import Standing
from paasta_deploy.execution.call_rules import USUAL_RULES, CallRuleBook
from paasta_deploy.execution.cloud_calls import CloudCalls, HangingCall, Undo
from paasta_deploy.execution.cpis import Cpis
from paasta_deploy.execution.workers import (
    CallJob,
    Carrier,
    CloudCall,
    MakeWorkers,
    Workers,
    WorkerThreads,
    worker_threads,
)
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.ports.clock import Clock, IdSource

__all__ = [
    "CallJob",
    "Caller",
    "Carrier",
    "CloudCall",
    "CloudCalls",
    "Clouds",
    "HangingCall",
    "Hold",
    "MakeWorkers",
    "Undo",
    "WorkerThreads",
    "Workers",
    "party_of",
    "worker_threads",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why calls of a party are not under way.

    ``waiting`` of them wait for a turn at the account that ``cpis`` share; ``pausing`` wait for
    their next try, the first of them for ``next_try_s``, because of ``error``.
    """

    cpis: tuple[CpiName, ...]
    standing: Standing
    waiting: int
    pausing: int
    next_try_s: float
    error: str = ""


class Clouds:
    """The providers of a director by the name of their CPI."""

    def __init__(
        self,
        providers: Mapping[CpiName, Provider],
        *,
        clock: Clock,
        ids: IdSource,
        make_workers: MakeWorkers = worker_threads,
        rules: CallRuleBook = USUAL_RULES,
    ) -> None:
        self._cpis = Cpis.of(providers)
        self._clock = clock
        self._rules = rules
        self._accounts: dict[tuple[str, str], Account] = {}
        self._make_calls = partial(CloudCalls, clock=clock, ids=ids, make_workers=make_workers)
        self._calls = {name: self._make(name, provider) for name, provider in providers.items()}
        self._former: list[CloudCalls] = []

    def _make(self, cpi: CpiName, provider: Provider) -> CloudCalls:
        """CPIs of one account share its limits; the bounds are those of the first of them."""
        rules = self._rules.of(cpi)
        able = provider.capabilities()
        account = None
        if able.account:
            key = able.provider, able.account
            account = self._accounts.get(key)
            if account is None:
                account = Account(rules.bounds(able), clock=self._clock)
                self._accounts[key] = account
        return self._make_calls(provider, cpi=cpi, rules=rules, account=account)

    def current(self, cpi: CpiName) -> CpiName:
        """Return the present name of a CPI that may have been renamed."""
        return self._cpis.current(cpi)

    def calls(self, cpi: CpiName) -> CloudCalls:
        """Return the calls to one CPI, by a former name, too. Raises CloudError for no CPI.

        A CPI whose settings have changed is another provider; calls to the former one that are
        under way come to their end. What is known of its account stays known, if it names one.
        """
        name = self._cpis.current(cpi)
        provider = self._cpis.get(name)
        if provider is None:
            known = ", ".join(f"'{name or 'default'}'" for name in self._cpis)
            raise CloudError(
                f"There is no CPI '{cpi or DEFAULT_CPI or 'default'}'. Configured: {known}.",
                hint="Add it to the cpi config, or change the AZ's `cpi` in the cloud config.",
            )
        found = self._calls.get(name)
        if found is None or found.provider is not provider:
            if found is not None:
                self._former.append(found)
            found = self._calls[name] = self._make(name, provider)
        return found

    @property
    def left_behind(self) -> int:
        """How many calls outlived their deadline and still hold a thread, over all CPIs."""
        return sum(calls.left_behind for calls in self._all)

    @property
    def hanging(self) -> Sequence[HangingCall]:
        """Which calls outlived their deadline and still hold a thread, over all CPIs."""
        return [call for calls in self._all for call in calls.hanging]

    def disown(self, method: str, subject: str, undo: Undo) -> None:
        """Have undone what calls that were given up make, should they still come back."""
        for calls in self._all:
            calls.disown(method, subject, undo)

    def standings(self) -> Mapping[tuple[CpiName, ...], Standing]:
        """Return how each account stands, by the CPIs that share it."""
        return {
            tuple(calls.cpi for calls in sharing): sharing[0].account.standing()
            for sharing in self._by_account()
        }

    def holds(self, party: str) -> Sequence[Hold]:
        """Return what holds the calls of a party, account by account; nothing if nothing does."""
        found: list[Hold] = []
        for sharing in self._by_account():
            account = sharing[0].account
            waiting = account.waiting_of(party)
            pauses = [pause for calls in sharing for pause in calls.pauses_of(party)]
            if waiting or pauses:
                next_try_s, error = min(pauses, default=(0.0, ""))
                found.append(
                    Hold(
                        cpis=tuple(calls.cpi for calls in sharing),
                        standing=account.standing(),
                        waiting=waiting,
                        pausing=len(pauses),
                        next_try_s=next_try_s,
                        error=error,
                    )
                )
        return found

    def close(self) -> None:
        """Let all threads end. Calls that still run are not waited for."""
        for calls in self._all:
            calls.close()

    @property
    def _all(self) -> Sequence[CloudCalls]:
        return (*self._calls.values(), *self._former)

    def _by_account(self) -> Sequence[Sequence[CloudCalls]]:
        found: dict[Account, list[CloudCalls]] = {}
        for calls in self._calls.values():
            found.setdefault(calls.account, []).append(calls)
        return list(found.values())
