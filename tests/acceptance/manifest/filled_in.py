"""K-PaaS as an operator has it before the first script: copied, its blanks filled in.

The comment beside a blank says what belongs there (``(e.g. "10.0.81.41")``); where it does not,
something of the right shape is made up. Addresses are moved into the networks of the cloud that
the copy is for, since the examples are written for one of them.
"""

import json
import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.acceptance.manifest.kpaas import ROOT

_BLANK = re.compile(
    r'(?m)^(?P<key> *[\w-]+: *)(?P<opening>\[?)"[^"\n]*(?:<[A-Z_0-9]+>|XXX)[^"\n]*"\]?'
    r"(?P<rest>[^#\n]*(?:#.*)?)$"
)
_EXAMPLE = re.compile(
    r'(?:e\.g\. *|ex\) *)(\[[^\]\n]*\]|"[^"\n]*"|[^\s()\[\]"]+(?: 255\.255\.255\.0)?)'
)
_SUBNETS = {
    "aws": {"0": "6.0", "1": "0.1", "41": "1.41", "81": "2.81", "121": "3.121", "161": "4.161"},
    "vsphere": {"0": "30.22", "1": "30.23", "81": "30.25", "121": "30.26", "161": "30.27"},
}
"""By cloud: ``10.0.<number>`` of the examples becomes ``10.<this>``. AWS' cloud config has one VPC
per AZ, vSphere's has one network of static addresses for services."""
_OLD_NETWORK = "10.13.10."
"""paasta-monitoring's example values are of a network that no cloud config has; its AZ is z1."""
_RIGHT_AS_THEY_ARE = ("ap-deployment", "multi-cpi-deployment")
"""Folders whose examples are right for every cloud, or have a file for each."""
_AT_FIRST_EMPTY = "초기 배포시 []"
"""What a comment says of a list that is empty in the first deploy."""
_PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"


def _made_up(name: str, numbers: Iterator[int]) -> str:
    if "PUBLIC" in name:
        return f"52.78.1.{next(numbers)}"
    if "_IP" in name:
        return f"10.0.121.{next(numbers)}"
    return "9999" if "PORT" in name else "filled-in"


def filled(text: str, cloud: str) -> str:
    """Return a vars file without blanks."""
    numbers = count(20)

    def value(found: re.Match[str]) -> str:
        if _AT_FIRST_EMPTY in found["rest"]:
            return f"{found['key']}[]{found['rest']}"
        example = _EXAMPLE.search(found["rest"])
        text = example[1] if example else f'"{_made_up(found[0], numbers)}"'
        if text[0] not in '["':
            text = f'"{text}"'
        if found["opening"] and text[0] != "[":
            text = f"[{text}]"
        return found["key"] + text + found["rest"]

    text = _BLANK.sub(value, text).replace("00.00.00.00", "52.78.0.9")
    text = text.replace(_OLD_NETWORK, "10.0.1.")
    subnets = _SUBNETS.get(cloud, {})
    text = re.sub(
        r"\b10\.0\.(\d+)\.(?=\d)",
        lambda found: f"10.{subnets[found[1]]}." if found[1] in subnets else found[0],
        text,
    )
    if cloud == "vsphere":
        text = re.sub(r'(?m)^(\w+_networks?(?:_name)?: *)"default"', r'\1"service_private"', text)
    return text


def copy_for(cloud: str, home: Path) -> Path:
    """Copy K-PaaS for one cloud below ``home`` and return its folder."""
    root = home / "workspace"
    shutil.copytree(ROOT, root)
    _one_cloud_for_the_vpn(root)
    for path in (*root.rglob("*vars*.yml"), *root.rglob("pem.yml")):
        is_general = path.relative_to(root).parts[0] in _RIGHT_AS_THEY_ARE
        text = filled(path.read_text("utf-8"), "" if is_general else cloud)
        path.write_text(text, "utf-8")
    for path in root.rglob("deploy*.sh"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("<COMMON_VARS_FILE_PATH>", "../../common/common_vars.yml"))
    # Their guides tell to copy what is for monitoring over what it is an addition to.
    for addition, base in (("bosh-addon", "bosh"), ("paasta-addon", "ap")):
        folder = root / "monitoring-deployment" / addition
        shutil.copytree(root / "ap-deployment" / base, folder, dirs_exist_ok=True)
        shutil.copytree(ROOT / "monitoring-deployment" / addition, folder, dirs_exist_ok=True)
    (home / ".ssh").mkdir()
    for name in ("ap-project.json", "paasta-project.json"):
        (home / ".ssh" / name).write_text('{"type": "service_account"}', "utf-8")
    return root


def _one_cloud_for_the_vpn(root: Path) -> None:
    """Take the section of one cloud into each vars file of the VPN, and make its key pairs."""
    vpn = root / "multi-cpi-deployment/openvpn"
    (vpn / "creds").mkdir()
    pair = {"ca": _PEM, "certificate": _PEM, "private_key": _PEM}
    for zone, cloud in (("az1", "vsphere"), ("az2", "openstack")):
        (vpn / f"creds/vpn-server-{zone}.yml").write_text(
            json.dumps({"server_key_pair": pair, "client_key_pair": pair}), "utf-8"
        )
        path = vpn / f"vars-{zone}.yml"
        head, *sections = path.read_text("utf-8").split("#### IaaS :: ")
        (chosen,) = [item for item in sections if item.startswith(cloud)]
        head = head.replace('wan_ip: "XXX.XXX.XXX.XXX"', 'wan_ip: "172.100.100.20"')
        path.write_text(head + "# " + chosen.replace("\n#", "\n"), "utf-8")
