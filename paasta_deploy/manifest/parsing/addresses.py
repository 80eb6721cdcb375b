"""IP addresses as they stand in manifests and cloud configs: single, ``a - b``, and CIDR.

Source: BOSH ``ip_util`` (spec: bosh.md 2.1). Ranges stay ranges; nothing is ever listed.
"""

import ipaddress
import re
from dataclasses import dataclass

from paasta_deploy.diagnostics import Code, codes
from paasta_deploy.manifest.document.node import ListNode, Node, Scalar
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.values import report_wrong_type, text_of
from paasta_deploy.model.addresses import AddressRange, AddressSet, IpNetwork
from paasta_deploy.model.spec import IpAddress


@dataclass(frozen=True, slots=True)
class WrittenRange:
    """A range and the node that it was written as."""

    range: AddressRange
    node: Node


def parse_range(text: str) -> AddressRange | str:
    """Return the range that a text means, or what is wrong with the text."""
    parts = [part.strip() for part in text.split("-")]
    try:
        if len(parts) == 1:
            if "/" in text:
                return AddressRange.of_network(ipaddress.ip_network(parts[0], strict=False))
            address = ipaddress.ip_address(parts[0])
            return AddressRange(address, address)
        if len(parts) == 2:
            return _between(ipaddress.ip_address(parts[0]), ipaddress.ip_address(parts[1]))
    except ValueError as cause:
        return _reason(str(cause))
    return "there is more than one `-` in it"


def _between(first: IpAddress, last: IpAddress) -> AddressRange | str:
    if first.version != last.version:
        return "one end is IPv4 and the other IPv6"
    if int(first) > int(last):
        return "the first address is above the last"
    return AddressRange(first, last)


def _reason(message: str) -> str:
    """Return Python's own words for what is wrong, without the address, which is shown anyway."""
    _, _, reason = message.partition(" does not appear to be ")
    if reason:
        return "this is not an IPv4 or IPv6 address or network"
    return message


def read_ranges(
    fields: Fields, key: str, code: Code = codes.BAD_ADDRESS
) -> tuple[WrittenRange, ...]:
    """Return the ranges at ``key``: one text or a list of texts, in order. Null means none."""
    node = fields.raw(key)
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return ()
    nodes = node.items if isinstance(node, ListNode) else (node,)
    found: list[WrittenRange] = []
    for item in nodes:
        if not isinstance(item, Scalar) or not isinstance(item.value, str):
            report_wrong_type(fields.report, f"an item of `{key}`", item, "an IP address", code)
            continue
        parsed = _checked(fields.report, item, item.value, code)
        if parsed is not None:
            found.append(WrittenRange(parsed, item))
    return tuple(found)


def _checked(report: Report, node: Node, text: str, code: Code) -> AddressRange | None:
    parsed = parse_range(text)
    if isinstance(parsed, AddressRange):
        return parsed
    if "((" in text:
        report_wrong_type(report, "this", node, "an IP address", code)
        return None
    blank = _BLANK.fullmatch(text) is not None
    report.error(
        code,
        f"`{text}` is not an IP address or range",
        node.span,
        "this is a blank to be filled in" if blank else parsed,
        "write `10.0.0.5`, `10.0.0.5 - 10.0.0.9` or `10.0.0.0/28`",
    )
    return None


_BLANK = re.compile(r"\s*<[^<>]*>\s*")
"""How example files mark what their reader has to fill in."""


def read_address(fields: Fields, key: str, code: Code) -> IpAddress | None:
    """Return the one address at ``key``; None when absent or after a complaint."""
    node = fields.raw(key)
    if node is None:
        return None
    return single_address(fields.report, key, node, code)


def single_address(report: Report, key: str, node: Node, code: Code) -> IpAddress | None:
    """Return a node as one address; None after a complaint."""
    text = text_of(report, f"`{key}`", node)
    if text is None:
        return None
    parsed = _checked(report, node, text, code)
    if parsed is None:
        return None
    if parsed.size != 1:
        report.error(code, f"`{key}` must be a single address", node.span, f"this is {parsed}")
        return None
    return parsed.first


def read_network(fields: Fields, key: str, text: str) -> IpNetwork | None:
    """Return a subnet's range; host bits are cut off with a warning. None after a complaint."""
    span = fields.source_of(key)
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        if "((" in text:
            node = fields.raw(key)
            assert node is not None
            report_wrong_type(fields.report, f"`{key}`", node, "a network range")
            return None
        fields.report.error(
            codes.BAD_ADDRESS,
            f"`{text}` is not a network range",
            span,
            "an address and the number of its leading bits are needed",
            "for example `10.0.0.0/24`",
        )
        return None
    if network.num_addresses < 2:
        fields.report.error(
            codes.BAD_RANGE,
            f"the range `{text}` is too small",
            span,
            "it has a single address; at least two are needed",
            "for example `10.0.0.0/24`",
        )
        return None
    written, _, _ = text.partition("/")
    if ipaddress.ip_address(written.strip()) != network.network_address:
        fields.report.warning(
            codes.RANGE_HOST_BITS,
            f"the range `{text}` has bits behind its prefix",
            span,
            f"it is read as `{network}`",
            f"write `{network}`",
        )
    return network


def address_set(ranges: tuple[WrittenRange, ...]) -> AddressSet:
    """Return the ranges as one set."""
    return AddressSet(item.range for item in ranges)
