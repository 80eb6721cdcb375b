"""Heartbeats: one at once when connected, one in each interval, one whenever the state changes."""

import asyncio
from collections.abc import Callable

from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.heartbeat import Heartbeat, encode_heartbeat


class Pulse:
    """Sends heartbeats. ``compose`` makes one, ``interval_s`` says how often, at each beat."""

    def __init__(
        self,
        *,
        compose: Callable[[], Heartbeat],
        job_state: Callable[[], JobState],
        interval_s: Callable[[], float],
        publish: Callable[[bytes], None],
    ) -> None:
        self._compose = compose
        self._job_state = job_state
        self._interval_s = interval_s
        self._publish = publish
        self._told: JobState | None = None
        self._timer: asyncio.TimerHandle | None = None

    def beat(self) -> None:
        """Send one now; the interval begins anew."""
        heartbeat = self._compose()
        self._told = heartbeat.job_state
        self._publish(encode_heartbeat(heartbeat))
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(self._interval_s(), self.beat)

    def changed(self) -> None:
        """Send one now if the job state is another than the one told last."""
        if self._timer is not None and self._job_state() is not self._told:
            self.beat()

    def stop(self) -> None:
        """Send no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
