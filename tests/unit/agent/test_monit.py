"""Properties: no text crashes the reader, whatever stands in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.definitions import Call, JobDefinitionError
from paasta_deploy.agent.monit import MonitCheck, read_monit

CTL = """
check process web
  with pidfile /var/vcap/sys/run/web/web.pid
  start program "/var/vcap/jobs/web/bin/ctl start" with timeout 60 seconds
  stop program = '/var/vcap/jobs/web/bin/ctl stop'
    as uid vcap and gid vcap with timeout 2 minutes
  group vcap
"""


def test_a_common_file_is_understood() -> None:
    assert read_monit(CTL, "web") == (
        MonitCheck(
            name="web",
            pid_file=Path("/var/vcap/sys/run/web/web.pid"),
            start=Call(argv=("/var/vcap/jobs/web/bin/ctl", "start"), timeout_s=60),
            stop=Call(
                argv=("/var/vcap/jobs/web/bin/ctl", "stop"),
                user="vcap",
                group="vcap",
                timeout_s=120,
            ),
        ),
    )


def test_several_checks_and_dependencies_are_understood() -> None:
    text = """
      check process a with pidfile /a.pid start program "/a" group vcap
      check process b with pidfile /b.pid
        start program "/b"
        depends on a, c
      # check process d
      check process c with pidfile /c.pid start program "/c" depends a
    """
    checks = read_monit(text, "x")
    assert [(check.name, check.depends_on) for check in checks] == [
        ("a", ()),
        ("b", ("a", "c")),
        ("c", ("a",)),
    ]


def test_conditions_are_passed_over() -> None:
    text = """
      check process a with pidfile /a.pid
        if failed host 127.0.0.1 port 80 protocol http
          and request '/health' with timeout 10 seconds for 5 cycles then restart
          else if succeeded for 2 cycles then exec "/bin/start me"
        if totalmem > 500 Mb for 15 cycles then exec "/bin/stop this"
        if 5 restarts within 5 cycles then timeout else stop
        start program "/a"
        mode manual
        every 2 cycles
        group vcap
    """
    assert read_monit(text, "x") == (
        MonitCheck(name="a", pid_file=Path("/a.pid"), start=Call(argv=("/a",)), stop=None),
    )


def test_checks_of_other_things_and_groups_are_passed_over() -> None:
    text = """
      check file passwd with path /etc/passwd if changed checksum then alert
      check system localhost if loadavg (1min) > 4 then alert
      check process foreign with pidfile /f.pid start program "/f" group other
      check process mine with pidfile /m.pid start program "/m"
    """
    assert [check.name for check in read_monit(text, "x")] == ["mine"]


def test_a_shell_command_keeps_its_quotes() -> None:
    text = """check process a with pidfile /a start program "/bin/sh -c 'x && y'" """
    start = read_monit(text, "x")[0].start
    assert start is not None
    assert start.argv == ("/bin/sh", "-c", "x && y")


@pytest.mark.parametrize("text", ["", "  \n", "# nothing runs here\n"])
def test_an_empty_file_keeps_nothing(text: str) -> None:
    assert read_monit(text, "x") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("check process a", "line 1: check process a names no pidfile"),
        ("\ncheck", "line 2: something is missing behind 'check'"),
        ('start program "/x"', "stands before any check"),
        ('check process a with pidfile "/x', "never closed"),
        ('check process a with pidfile /x start program "x \'y"', "is no command"),
        ('check process a with pidfile /x start program ""', "is empty"),
        ('check process a with pidfile /x start program "y" timeout soon', "must be a number"),
        ("check process a with pidfile /x if failed", "has no 'then'"),
        ('check process a matching "x"', "'matching' is not supported"),
    ],
)
def test_a_mistake_names_the_job_and_the_line(text: str, message: str) -> None:
    with pytest.raises(JobDefinitionError, match=rf"job web: monit.*{message}"):
        read_monit(text, "web")


WORDS = (
    "check process file a pidfile /p start stop program if then else exec alert depends on group"
    " vcap timeout 5 seconds uid , = \" ' # \n"
)


@given(st.lists(st.sampled_from(WORDS.split(" "))).map(" ".join))
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        read_monit(text, "x")
    except JobDefinitionError as error:
        assert "line " in str(error)  # noqa: PT017 - many texts are fine
