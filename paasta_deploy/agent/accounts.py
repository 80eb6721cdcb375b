"""Who runs what: users and groups of the machine.

Only root can change who a process is. An agent that is not root, or a machine without the user,
runs everything as it is itself; rootless local machines live that way.
"""

import grp
import os
import pwd
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user to become: ids only, so that nothing is looked up between fork and exec."""

    uid: int
    gid: int
    groups: tuple[int, ...]


def is_root() -> bool:
    """Return whether the agent may change who a process is."""
    return os.geteuid() == 0


def find_account(user: str, group: str = "") -> Account | None:
    """Return the account of a user (by name or number); None means: stay who you are.

    That is so for nobody in particular (an empty name), for root itself, for an agent that is
    not root, and for a user that the machine lacks.
    """
    if not is_root() or not user:
        return None
    try:
        entry = pwd.getpwuid(int(user)) if user.isdecimal() else pwd.getpwnam(user)
        gid = _group_id(group) if group else entry.pw_gid
    except KeyError:
        return None
    if entry.pw_uid == 0 and gid == 0:
        return None
    groups = tuple(os.getgrouplist(entry.pw_name, gid))
    return Account(uid=entry.pw_uid, gid=gid, groups=groups)


def _group_id(group: str) -> int:
    return int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid
