"""Releases and stemcells: list, upload, delete, build."""

from pathlib import Path

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table

_GZIP_MARK = b"\x1f\x8b"
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257


@click.command()
@with_session
def releases(session: Session) -> None:
    """List releases; a star marks versions in use."""
    rows = [
        [
            item["name"],
            version["version"] + ("*" if version["currently_deployed"] else ""),
            version["commit_hash"] + ("+" if version["uncommitted_changes"] else ""),
        ]
        for item in session.client.get("/releases")
        for version in item["release_versions"]
    ]
    header = ["Name", "Version", "Commit Hash"]
    session.terminal.table(Table(content="releases", header=header, rows=rows))


@click.command()
@with_session
def stemcells(session: Session) -> None:
    """List stemcells; a star marks those in use."""
    rows = [
        [
            item["name"],
            item["version"] + ("*" if item["deployments"] else ""),
            item["operating_system"],
            item["cpi"] or "-",
            item["cid"],
        ]
        for item in session.client.get("/stemcells")
    ]
    header = ["Name", "Version", "OS", "CPI", "CID"]
    session.terminal.table(Table(content="stemcells", header=header, rows=rows))


@click.command("upload-release")
@click.argument("source", metavar="FILE|URL")
@click.option("--fix", is_flag=True, help="Replace a version that exists.")
@click.option("--sha1", default="", help="Digest that a download must have.")
@with_session
def upload_release(session: Session, *, source: str, fix: bool, sha1: str) -> None:
    """Upload a release tarball, or let the director fetch it."""
    upload(session, "/releases", source, fix=fix, sha1=sha1)
    session.terminal.line("Succeeded")


@click.command("upload-stemcell")
@click.argument("source", metavar="FILE|URL")
@click.option("--fix", is_flag=True, help="Replace a version that exists.")
@click.option("--sha1", default="", help="Digest that a download must have.")
@with_session
def upload_stemcell(session: Session, *, source: str, fix: bool, sha1: str) -> None:
    """Upload a stemcell tarball, or let the director fetch it."""
    upload(session, "/stemcells", source, fix=fix, sha1=sha1)
    session.terminal.line("Succeeded")


@click.command("delete-release")
@click.argument("slug", metavar="NAME/VERSION")
@click.option("--force", is_flag=True, help="Also when it is in use.")
@with_session
def delete_release(session: Session, *, slug: str, force: bool) -> None:
    """Delete a release version."""
    name, version = _split(slug)
    session.terminal.confirm(f"Delete release {slug}?")
    task_id = session.client.task_of(
        "DELETE", f"/releases/{segment(name)}", version=version, force=force
    )
    follow_task(session, task_id)
    session.terminal.line("Succeeded")


@click.command("delete-stemcell")
@click.argument("slug", metavar="NAME/VERSION")
@click.option("--force", is_flag=True, help="Also when it is in use.")
@with_session
def delete_stemcell(session: Session, *, slug: str, force: bool) -> None:
    """Delete a stemcell from every CPI."""
    name, version = _split(slug)
    session.terminal.confirm(f"Delete stemcell {slug}?")
    task_id = session.client.task_of(
        "DELETE", f"/stemcells/{segment(name)}/{segment(version)}", force=force
    )
    follow_task(session, task_id)
    session.terminal.line("Succeeded")


@click.command("create-release")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The release's folder. Default: here.",
)
@click.option("--version", default=None, help="Default: made from the content.")
@click.option(
    "--tarball",
    type=click.Path(path_type=Path, readable=False),
    required=True,
    help="Where to write the tarball.",
)
@click.option("--force", is_flag=True, help="Accepted for BOSH's scripts.")
@with_session
def create_release(
    session: Session, *, folder: Path, version: str | None, tarball: Path, force: bool
) -> None:
    """Build a release tarball from a folder. Same content, same bytes."""
    del force
    # Building needs the archive code, which nothing else in the CLI does.
    from paasta_deploy.wiring.offline import build_release_tarball  # noqa: PLC0415 - see above

    name, built = build_release_tarball(folder, tarball, version=version)
    session.terminal.line(f"Release {name}/{built} is in {tarball}")


def upload(session: Session, path: str, source: str, *, fix: bool, sha1: str = "") -> None:
    """Upload a file, or have the director fetch a URL. Follows the task."""
    if "://" in source and not source.startswith("file://"):
        task_id = session.client.task_of(
            "POST", path, body={"location": source, "sha1": sha1}, fix=fix
        )
    else:
        file = Path(source.removeprefix("file://")).expanduser()
        if not file.is_file():
            hint = "give the path of a tarball, or a URL that the director can fetch"
            raise CliError(f"There is no file {file}.", hint=hint)
        _refuse_other_files(file, path)
        task_id = session.client.task_of("POST", path, upload=file, fix=fix)
    follow_task(session, task_id)


def _refuse_other_files(file: Path, path: str) -> None:
    """Refuse what is no archive before it is sent. Raises CliError, OSError."""
    with file.open("rb") as stream:
        head = stream.read(_TAR_MARK_AT + len(_TAR_MARK))
    if head.startswith(_GZIP_MARK) or head[_TAR_MARK_AT:] == _TAR_MARK:
        return
    what = path.strip("/").removesuffix("s")
    made = "`paasta-deploy create-release --tarball` makes one" if what == "release" else ""
    raise CliError(f"{file} is no {what}: it is no tar archive.", hint=made)


def _split(slug: str) -> tuple[str, str]:
    name, _, version = slug.partition("/")
    if not name or not version:
        raise CliError(
            f"'{slug}' is not NAME/VERSION.",
            hint="`paasta-deploy releases` and `stemcells` list names with their versions",
        )
    return name, version
