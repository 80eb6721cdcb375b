"""`--vars-store` of the commands that take it: what is made, written, printed and refused."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from paasta_deploy.cli.main import run
from tests.unit.director.director_world import manifest

Capture = pytest.CaptureFixture[str]

DOCUMENT = """variables:
- {name: leaf, type: certificate, options: {ca: root, common_name: leaf, key_length: 2048}}
- {name: root, type: certificate, options: {is_ca: true, common_name: root, key_length: 2048}}
- {name: pw, type: password, options: {length: ((size))}}
- {name: named}
text: "x((pw))x"
whole: ((leaf))
part: ((leaf.private_key))
open: ((named))
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a document, in which commands run."""
    monkeypatch.chdir(tmp_path)
    Path("in.yml").write_text(DOCUMENT)
    return tmp_path


def test_what_is_lacking_is_made_written_and_put_in(capsys: Capture) -> None:
    assert run(["interpolate", "in.yml", "--vars-store", "s.yml", "-v", "size=7"]) == 0
    out, err = capsys.readouterr()
    printed, stored = yaml.safe_load(out), yaml.safe_load(Path("s.yml").read_text())

    assert err == ""
    assert printed["variables"] == [{"name": "named"}]
    assert printed["text"] == f"x{stored['pw']}x"
    assert len(stored["pw"]) == 7
    assert printed["whole"] == stored["leaf"]
    assert printed["part"] == stored["leaf"]["private_key"]
    assert printed["open"] == "((named))"
    assert list(stored) == ["leaf", "pw", "root"]
    assert stat.S_IMODE(Path("s.yml").stat().st_mode) == 0o600


def test_a_second_run_prints_the_same_and_writes_nothing(capsys: Capture) -> None:
    arguments = ["interpolate", "in.yml", "--vars-store", "s.yml", "-v", "size=7"]
    assert run(arguments) == 0
    first, before = capsys.readouterr().out, Path("s.yml").stat()
    assert run(arguments) == 0

    assert capsys.readouterr().out == first
    assert Path("s.yml").stat() == before


def test_what_waits_for_a_value_stays_as_it_is(capsys: Capture) -> None:
    assert run(["interpolate", "in.yml", "--vars-store", "s.yml"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)

    assert [item["name"] for item in printed["variables"]] == ["pw", "named"]
    assert printed["text"] == "x((pw))x"


def test_a_path_selects_a_value_that_was_just_made(capsys: Capture) -> None:
    arguments = ["interpolate", "in.yml", "--vars-store", "s.yml", "--path", "/part"]
    assert run(arguments) == 0

    assert capsys.readouterr().out.startswith("-----BEGIN RSA PRIVATE KEY-----\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("common_name: leaf", "comon_name: leaf", "has no option `comon_name`"),
        ("ca: root", "ca: rot", "did you mean `root`?"),
        ("((leaf.private_key))", "((leaf.private))", "has no part `private`"),
        ("is_ca: true", "is_ca: yes, ca: leaf", "is needed to make itself"),
    ],
)
def test_a_mistake_stops_before_anything_is_made(
    old: str, new: str, said: str, capsys: Capture
) -> None:
    Path("in.yml").write_text(DOCUMENT.replace(old, new))

    assert run(["interpolate", "in.yml", "--vars-store", "s.yml", "-v", "size=7"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert not Path("s.yml").exists()


def test_a_missing_variable_is_told_before_anything_is_made(capsys: Capture) -> None:
    arguments = ["interpolate", "in.yml", "--vars-store", "s.yml", "-v", "size=7", "--var-errs"]

    assert run(arguments) == 1
    err = capsys.readouterr().err
    assert "`named`" in err
    assert "1 error;" in err
    assert not Path("s.yml").exists()


def test_an_unusable_store_is_told_without_its_content(capsys: Capture) -> None:
    Path("s.yml").write_text("root: {certificate: hush, private_key: hush}\n")

    assert run(["interpolate", "in.yml", "--vars-store", "s.yml"]) == 1
    err = capsys.readouterr().err
    assert "the value of its CA `root` cannot sign" in err
    assert "hush" not in err


def test_a_warning_is_told_once(capsys: Capture) -> None:
    Path("in.yml").write_text("variables: [{name: who, type: user}]\nx: ((who.username))\n")

    assert run(["interpolate", "in.yml", "--vars-store", "s.yml"]) == 0
    assert capsys.readouterr().err.count("the BOSH CLI cannot make") == 1
    assert run(["interpolate", "in.yml", "--vars-store", "s.yml"]) == 0
    assert capsys.readouterr().err == ""


def test_a_store_that_cannot_be_written_is_told(folder: Path, capsys: Capture) -> None:
    (folder / "file").touch()

    assert run(["interpolate", "in.yml", "--vars-store", "file/s.yml"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "The vars store file/s.yml cannot be" in err


def test_validate_makes_nothing(capsys: Capture) -> None:
    Path("shop.yml").write_text(
        manifest() + "variables: [{name: made, type: password}]\ntags: {x: ((made))}\n"
    )

    assert run(["validate", "shop.yml", "--vars-store", "s.yml"]) == 0
    assert "shop.yml is valid." in capsys.readouterr().out
    assert not Path("s.yml").exists()


def test_validate_sees_what_could_not_be_made(capsys: Capture) -> None:
    Path("shop.yml").write_text(
        manifest() + "variables: [{name: made, type: pasword}]\ntags: {x: ((other))}\n"
    )

    assert run(["validate", "shop.yml", "--vars-store", "s.yml"]) == 1
    err = capsys.readouterr().err
    assert "did you mean `password`?" in err
    assert "`other` has no value" in err


def test_somebody_at_a_terminal_sees_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    assert run(["interpolate", "in.yml", "--vars-store", "s.yml"]) == 0
    err = capsys.readouterr().err
    assert "Making values of variables: 1 of 2" in err
    assert err.endswith("\r\x1b[K2 new values of variables are in s.yml.\n")


def test_cryptography_is_loaded_only_when_something_is_made() -> None:
    Path("s.yml").write_text("{leaf: {private_key: 1}, root: 2, pw: 3}")
    program = (
        "import sys\n"
        "from paasta_deploy.cli.main import run\n"
        "arguments = ['--vars-store', 's.yml', '-v', 'size=1', '--path', '/text']\n"
        "code = run(['interpolate', 'in.yml', *arguments])\n"
        "sys.exit(code or 'cryptography' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (0, b"x3x\n")
