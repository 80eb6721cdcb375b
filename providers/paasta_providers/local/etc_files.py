"""The files under ``/etc`` that a machine has of its own. Pure: texts from values.

Nothing in them comes from the host's own accounts. What a machine sees of the host's ``/etc`` is
the short list :data:`HOST_ITEMS`, and of these only what every user of the host may read.
"""

from collections.abc import Iterable, Mapping, Sequence

VCAP_ID = 1000
"""User and group number of ``vcap``, the user that BOSH stemcells run jobs as."""

TTY_GROUP = 5
"""Owner of terminals on Debian and Fedora alike; devpts is told."""

_USERS = (
    ("root", 0, 0, "/root", "/bin/bash"),
    ("daemon", 1, 1, "/usr/sbin", "/usr/sbin/nologin"),
    ("bin", 2, 2, "/bin", "/usr/sbin/nologin"),
    ("sys", 3, 3, "/dev", "/usr/sbin/nologin"),
    ("mail", 8, 8, "/var/mail", "/usr/sbin/nologin"),
    ("www-data", 33, 33, "/var/www", "/usr/sbin/nologin"),
    ("vcap", VCAP_ID, VCAP_ID, "/home/vcap", "/bin/bash"),
    ("nobody", 65534, 65534, "/nonexistent", "/usr/sbin/nologin"),
)
_GROUPS = (
    ("root", 0),
    ("daemon", 1),
    ("bin", 2),
    ("sys", 3),
    ("adm", 4),
    ("tty", TTY_GROUP),
    ("disk", 6),
    ("mail", 8),
    ("sudo", 27),
    ("www-data", 33),
    ("shadow", 42),
    ("utmp", 43),
    ("staff", 50),
    ("users", 100),
    ("vcap", VCAP_ID),
    ("bosh_sshers", VCAP_ID + 1),
    ("bosh_sudoers", VCAP_ID + 2),
    ("nogroup", 65534),
)

_NSSWITCH = """\
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
"""

HOST_ITEMS = (
    "adduser.conf",
    "alternatives",
    "bash.bashrc",
    "crypto-policies",
    "debian_version",
    "fonts",
    "gai.conf",
    "host.conf",
    "inputrc",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "login.defs",
    "lsb-release",
    "magic",
    "mime.types",
    "networks",
    "os-release",
    "pam.d",
    "perl",
    "pki/ca-trust/extracted",
    "pki/tls/certs",
    "protocols",
    "redhat-release",
    "rpc",
    "security",
    "services",
    "shells",
    "skel",
    "ssl/certs",
    "ssl/openssl.cnf",
    "terminfo",
    "timezone",
    "xattr.conf",
)
"""What programs under ``/usr`` look up to work at all: libraries, certificates, names, time."""


def etc_files(
    hostname: str, addresses: Sequence[str], dns: Sequence[str]
) -> Mapping[str, tuple[int, str]]:
    """Return mode and text of each file, by its name under ``/etc``."""
    return {
        "passwd": (
            0o644,
            _lines(f"{n}:x:{u}:{g}:{n}:{home}:{sh}" for n, u, g, home, sh in _USERS),
        ),
        "group": (0o644, _lines(f"{name}:x:{number}:" for name, number in _GROUPS)),
        # No password at all, in the form that locks it; programs only want to see the entry.
        "shadow": (0o640, _lines(f"{user[0]}:*:19000:0:99999:7:::" for user in _USERS)),
        "environment": (0o644, ""),
        "nsswitch.conf": (0o644, _NSSWITCH),
        "hostname": (0o644, f"{hostname}\n"),
        "hosts": (0o644, _hosts(hostname, addresses)),
        "resolv.conf": (0o644, _lines(f"nameserver {server}" for server in dns)),
    }


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _hosts(hostname: str, addresses: Sequence[str]) -> str:
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    lines += [f"{address} {hostname}" for address in addresses[:1]]
    return _lines(lines)
