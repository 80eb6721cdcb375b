"""How processes are started: user, limits, group, and death with whoever started them."""

import os
import pwd
import resource
import select
import subprocess
import sys
from pathlib import Path

import pytest

from paasta_deploy.agent import launching
from paasta_deploy.agent.accounts import Account, find_account
from paasta_deploy.agent.definitions import Limits
from paasta_deploy.agent.environment import MACHINE_MARK
from paasta_deploy.agent.launching import Command, launch

ENV = {"PATH": "/usr/bin:/bin"}
needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root to become somebody else: run `sudo scripts/test`"
)


@pytest.fixture(params=["by setpriv", "by fork"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by fork":
        monkeypatch.setattr(launching, "capable_setpriv", lambda: None)


def output(
    tmp_path: Path, *argv: str, account: Account | None = None, files: int | None = None
) -> str:
    path = tmp_path / "output"
    with path.open("wb") as stream:
        command = Command(
            argv=argv,
            env=ENV,
            cwd=tmp_path,
            stdout=stream.fileno(),
            stderr=stream.fileno(),
            account=account,
            limits=Limits(open_files=files),
        )
        assert launch(command).wait(10) == 0
    return path.read_text()


@pytest.mark.usefixtures("_way")
def test_a_process_leads_a_session_of_its_own_with_an_environment_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MACHINE_MARK, "vm-1")
    monkeypatch.setenv("SECRET", "s")
    text = output(tmp_path, "sh", "-c", 'echo $$ $(ps -o sid= -p $$) "$(env)"')
    pid, session, *_ = text.split()
    assert pid == session
    assert "PAASTA_MACHINE=vm-1" in text
    assert "SECRET" not in text


@needs_root
@pytest.mark.usefixtures("_way")
def test_a_process_can_be_somebody_else(tmp_path: Path) -> None:
    account = find_account("nobody")
    assert account is not None
    tmp_path.chmod(0o777)
    who = output(tmp_path, "sh", "-c", "id -u; id -g; id -G; id -ru", account=account)
    entry = pwd.getpwnam("nobody")
    groups = " ".join(map(str, account.groups))
    assert who.split("\n") == [str(entry.pw_uid), str(entry.pw_gid), groups, str(entry.pw_uid), ""]


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("wanted", [64, 1 << 30])
def test_the_limit_of_open_files_is_the_childs_and_not_ours(tmp_path: Path, wanted: int) -> None:
    before, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    found = int(output(tmp_path, "sh", "-c", "ulimit -n", files=wanted))
    assert found == wanted or hard <= found < wanted
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == before


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("/no/such/program", FileNotFoundError),
        ("no-such-program", FileNotFoundError),
        ("/etc", PermissionError),
        ("/etc/passwd", PermissionError),
    ],
)
@pytest.mark.usefixtures("_way")
def test_a_program_that_cannot_run_is_told_at_once(
    tmp_path: Path, program: str, fault: type[OSError]
) -> None:
    with pytest.raises(fault):
        launch(Command(argv=(program,), env=ENV, cwd=tmp_path))


@needs_root
def test_a_user_that_cannot_be_become_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "capable_setpriv", lambda: None)
    impossible = Account(uid=2**32 - 1, gid=0, groups=())
    with pytest.raises(OSError, match="cannot become"):
        launch(Command(argv=("true",), env=ENV, cwd=tmp_path, account=impossible))


PARENT = """
import os, sys
from pathlib import Path
from paasta_deploy.agent import launching
if sys.argv[1] == "by fork":
    launching.capable_setpriv = lambda: None
command = launching.Command(
    argv=("sleep", "1000"), env={"PATH": "/usr/bin:/bin"}, cwd=Path("/"),
)
print(launching.launch(command).pid, flush=True)
sys.stdin.read()
os._exit(0)
"""


@pytest.mark.parametrize("way", ["by setpriv", "by fork"])
def test_a_process_dies_with_whoever_started_it(way: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, way],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    comm = Path(f"/proc/{pid}/comm")
    # setpriv asks for the signal and then becomes the program: before that, nothing is promised.
    while comm.read_text() != "sleep\n":
        assert not poll.poll(1)
    parent.kill()
    parent.communicate()
    assert poll.poll(10_000), "the process lives on"
    os.close(descriptor)


def test_busyboxs_setpriv_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "busybox").write_text("")
    (tmp_path / "busybox").chmod(0o755)
    (tmp_path / "setpriv").symlink_to("busybox")
    monkeypatch.setenv("PATH", str(tmp_path))
    launching.capable_setpriv.cache_clear()
    try:
        assert launching.capable_setpriv() is None
    finally:
        launching.capable_setpriv.cache_clear()
