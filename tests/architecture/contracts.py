"""Reads the contracts of `setup.cfg`, so that no test states a second time what stands there."""

from configparser import ConfigParser

from tests.architecture.source_tree import ROOT

CONTRACT = "importlinter:contract:"


def read_contracts() -> ConfigParser:
    """Return setup.cfg, in which a contract is a section."""
    contracts = ConfigParser()
    contracts.read(ROOT / "setup.cfg", encoding="utf-8")
    return contracts


def names(contracts: ConfigParser, contract: str, key: str) -> list[str]:
    """Return the modules that a contract lists under a key, bars taken off."""
    text = contracts[f"{CONTRACT}{contract}"][key]
    return text.replace("|", " ").split()
