"""The vars store file: values by name, in the YAML that the BOSH CLI reads and writes.

It is replaced whole or not at all, so Ctrl-C, a full disk and a crash leave the old one. Only its
owner may read it (0600); BOSH writes it for everybody. Two of our processes take turns by a lock
file beside it, which is gone afterwards; BOSH knows no lock, so a store that changed meanwhile is
not overwritten. The store may be a symbolic link: the file that it leads to is replaced.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.errors import VariableError
from paasta_deploy.ports.clock import Clock

LOCK_WAIT_S_MAX = 600.0
"""How long another process may hold the store: at worst it makes hundreds of keys."""

_LOOK_AGAIN_S = 0.1
"""Between two looks at a lock; nobody notices a tenth of a second beside seconds of key making."""

_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class VarsStoreFile:
    """One vars store. ``path`` is as the operator wrote it, which is what messages show."""

    path: Path
    clock: Clock

    def read(self) -> bytes:
        """Return the content; empty when there is no file. Raises VariableError."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise self._failed("read", error) from error

    def write(self, content: bytes, *, instead_of: bytes) -> None:
        """Replace the content, durably. Raises VariableError, and then the old one is there.

        ``instead_of`` is the content that was read; when something else stands there by now, an
        editor or BOSH was at it, and nothing is written.
        """
        if self.read() != instead_of:
            raise VariableError(
                f"The vars store {self.path} was changed while its values were made.",
                hint="Nothing was written. Run the command again.",
            )
        target = self._target()
        try:
            before = target.stat() if target.exists() else None
            if before is not None and not stat.S_ISREG(before.st_mode):
                raise VariableError(
                    f"The vars store {self.path} is no regular file, so it cannot be replaced.",
                    hint="Name a file that may be written.",
                )
            write_private(target, content)
            if before is not None and os.geteuid() == 0:
                # With sudo the file must stay with the one whom it belongs to.
                os.chown(target, before.st_uid, before.st_gid)
        except OSError as error:
            raise self._failed("written", error) from error

    @contextmanager
    def locked(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Keep other processes of this product out. Raises VariableError after ten minutes.

        ``on_wait`` is called once when another one is at it.
        """
        target = self._target()
        lock = target.with_name(f".{target.name}.lock")
        deadline = self.clock.monotonic_s() + LOCK_WAIT_S_MAX
        is_told = False
        while True:
            try:
                descriptor = _try_lock(lock)
            except OSError as error:
                raise self._failed("locked", error) from error
            if descriptor is not None:
                break
            if self.clock.monotonic_s() > deadline:
                raise VariableError(
                    f"The vars store {self.path} has been locked by another process for "
                    f"{LOCK_WAIT_S_MAX:.0f} s.",
                    hint=f"`fuser {lock}` says which one; end it if it hangs.",
                )
            if not is_told:
                is_told = True
                on_wait()
            Event().wait(_LOOK_AGAIN_S)
        try:
            yield
        finally:
            # Removed while it is held: who waits finds that its file is gone, and tries again.
            lock.unlink(missing_ok=True)
            os.close(descriptor)

    def _target(self) -> Path:
        try:
            return self.path.resolve()
        except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
            raise VariableError(
                f"The vars store {self.path} cannot be reached: {error}."
            ) from error

    def _failed(self, act: str, error: OSError) -> VariableError:
        return VariableError(
            f"The vars store {self.path} cannot be {act}: {error.strerror or error}.",
            hint=""
            if act == "read"
            else "Nothing was changed. Its folder must be writable, and the disk must have space.",
        )


def _try_lock(lock: Path) -> int | None:
    """Return a descriptor that holds the lock, or None: somebody else does."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        here, there = os.fstat(descriptor), lock.stat()
        if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
