"""The command group: names, aliases, help, and how failures end.

Modules of commands are imported when a command is called, not before.
"""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import click
from typing_extensions import override

from paasta_deploy.cli.failure import DETACHED, DONE, FAILED, lines_of
from paasta_deploy.cli.session import failure_lines, global_options
from paasta_deploy.cli.terminal import Terminal
from paasta_deploy.model.errors import PaastaError

_MODULE = "paasta_deploy.cli"

COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "deploy": ("deploying", "deploy", "Make a deployment what its manifest says"),
    "plan": ("plans", "plan", "Show what a deploy would do, and why"),
    "graph": ("graph", "graph", "Show what depends on what, and the critical path"),
    "validate": ("validating", "validate", "Check a manifest offline, all mistakes at once"),
    "interpolate": ("manifests", "interpolate", "Apply ops files and variables, print the result"),
    "diff-manifests": ("comparing", "diff_manifests", "Print what changes one file into another"),
    "simulate": ("simulating", "simulate", "Rehearse a deploy on a simulated cloud, with faults"),
    "explain": ("explaining", "explain", "Explain an error code, or list them"),
    "instances": ("instances", "instances", "List instances and how they are"),
    "vms": ("instances", "vms", "List VMs and how they are"),
    "deployments": ("deployments", "deployments", "List deployments"),
    "manifest": ("deployments", "manifest", "Print a deployment's manifest"),
    "variables": ("variables", "variables", "List variables; --expiry: when certificates end"),
    "rotate": ("variables", "rotate", "Replace values of variables, CAs without distrust"),
    "delete-deployment": ("deployments", "delete_deployment", "Delete VMs, orphan disks"),
    "start": ("states", "start", "Start instances"),
    "stop": ("states", "stop", "Stop instances; --hard deletes their VMs"),
    "restart": ("states", "restart", "Restart the jobs of instances"),
    "recreate": ("states", "recreate", "Make new VMs for instances"),
    "logs": ("visits", "logs", "Fetch logs of instances"),
    "ssh": ("visits", "ssh", "Open a shell or run a command on instances"),
    "tasks": ("tasks", "tasks", "List running or recent tasks"),
    "task": ("tasks", "task", "Show a task, follow it if it runs"),
    "cancel-task": ("tasks", "cancel_task", "Stop a task at its next safe point"),
    "pause": ("tasks", "pause", "Let a running deploy finish what it began, and wait"),
    "resume": ("tasks", "resume", "Let a paused deploy go on"),
    "abort": ("tasks", "abort", "Stop a running or paused deploy for good"),
    "cloud-config": ("configs", "cloud_config", "Print the cloud config"),
    "update-cloud-config": ("configs", "update_cloud_config", "Save a cloud config"),
    "runtime-config": ("configs", "runtime_config", "Print a runtime config"),
    "update-runtime-config": ("configs", "update_runtime_config", "Save a runtime config"),
    "cpi-config": ("configs", "cpi_config", "Print the CPI config"),
    "update-cpi-config": ("configs", "update_cpi_config", "Save the CPI config"),
    "configs": ("configs", "configs", "List configs"),
    "config": ("configs", "config", "Print a config"),
    "update-config": ("configs", "update_config", "Save a config of any type"),
    "delete-config": ("configs", "delete_config", "Delete a config"),
    "diff-config": ("configs", "diff_config", "Compare two configs"),
    "releases": ("artifacts", "releases", "List releases"),
    "upload-release": ("artifacts", "upload_release", "Upload a release"),
    "delete-release": ("artifacts", "delete_release", "Delete a release version"),
    "create-release": ("artifacts", "create_release", "Build a release tarball from a folder"),
    "stemcells": ("artifacts", "stemcells", "List stemcells"),
    "upload-stemcell": ("artifacts", "upload_stemcell", "Upload a stemcell"),
    "delete-stemcell": ("artifacts", "delete_stemcell", "Delete a stemcell"),
    "orphaned-vms": ("orphaned_vms", "orphaned_vms", "List VMs that were replaced"),
    "delete-vm": ("orphaned_vms", "delete_vm", "Delete a VM that serves no instance"),
    "disks": ("disks", "disks", "List orphaned disks"),
    "delete-disk": ("disks", "delete_disk", "Delete an orphaned disk and its data"),
    "update-resurrection": ("health", "update_resurrection", "Switch resurrection on or off"),
    "director": ("director", "director", "Start, stop or look at the director on this machine"),
    "providers": ("director", "providers", "List IaaS providers and what they can do"),
}
"""Name -> module, attribute, help line, which stands here so that --help imports nothing."""

ALIASES: Mapping[str, str] = {
    "d": "deploy",
    "int": "interpolate",
    "is": "instances",
    "ds": "deployments",
    "deld": "delete-deployment",
    "man": "manifest",
    "vars": "variables",
    "t": "task",
    "ts": "tasks",
    "ct": "cancel-task",
    "cc": "cloud-config",
    "ucc": "update-cloud-config",
    "rc": "runtime-config",
    "urc": "update-runtime-config",
    "cs": "configs",
    "c": "config",
    "uc": "update-config",
    "dc": "delete-config",
    "rs": "releases",
    "ur": "upload-release",
    "cr": "create-release",
    "ss": "stemcells",
    "us": "upload-stemcell",
}
"""BOSH's short names (bosh.md 9.2)."""


class LazyGroup(click.Group):
    """Loads a command's module when the command is called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        command = getattr(importlib.import_module(f"{_MODULE}.{module}"), attribute)
        assert isinstance(command, click.Command), f"{module}.{attribute} is a command"
        return command

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and args[0] not in ALIASES:
            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean `{close[0]}`?" if close else ""
            raise click.UsageError(f"Unknown command `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, help_line) for name, (_, _, help_line) in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@global_options
@click.version_option(package_name="paasta-deploy")
@click.pass_context
def cli(context: click.Context, /, **chosen: Any) -> None:  # noqa: ANN401 - values of all options
    """Deploy BOSH manifests on any IaaS, and keep what was deployed alive."""
    context.obj = {name: value for name, value in chosen.items() if value}


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = cli.main(args=given, prog_name="paasta-deploy", standalone_mode=False)
        sys.stdout.flush()
    except PaastaError as error:
        _tell(failure_lines(error))
        return getattr(error, "exit_code", FAILED)
    except click.ClickException as error:
        return _tell_usage(error, given)
    except click.Abort:  # Ctrl-C, after which click has ended the line
        sys.stderr.write("Stopped.\n")
        return DETACHED
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python must not complain about that at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        _tell(lines_of(_of_the_system(error), "", FAILED))
        return FAILED
    return code if isinstance(code, int) else DONE


def _tell(lines: Sequence[str]) -> None:
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def _tell_usage(error: click.ClickException, given: Sequence[str]) -> int:
    """Tell a mistake on the command line, and where to read how it is meant."""
    context = getattr(error, "ctx", None)
    # Click knows no command while it reads the options of one.
    named = next((f" {word}" for word in given if word in COMMANDS or word in ALIASES), "")
    path = context.command_path if context is not None else f"paasta-deploy{named}"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stderr.write(error.format_message() + "\n")
        return FAILED
    message = error.format_message()
    if not message.endswith((".", "?")):
        message += "."
    lines = lines_of(message, f"{path} --help", FAILED)
    if "--json" in given:
        terminal = Terminal(as_json=True)
        terminal.failed(lines)
        terminal.close()
    _tell(lines)
    return FAILED


def _of_the_system(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}."
