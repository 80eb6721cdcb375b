"""Numbers of things in sentences for people: ``1 disk``, ``2 disks``, ``1 of 3 VMs is``."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return the number with its noun; ``plural`` where it is not the noun with an s."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def verb(number: int, singular: str, plural: str) -> str:
    """Return the form of a verb that agrees with the number."""
    return singular if number == 1 else plural
