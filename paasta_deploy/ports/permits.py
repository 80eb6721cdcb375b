"""Whether this director may still act, when another one may have taken its place."""

from typing import Protocol


class Permit(Protocol):
    """The right to act on the world. Usable from any thread."""

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken it away yet; costs nothing to ask."""
        ...

    def confirm(self) -> None:
        """Return if it stands; may block when that is not sure. Raises StoreError, DeposedError.

        To be asked right before an act, since time passes between deciding and acting.
        """
        ...


class Forever:
    """The permit of a director that nobody can replace: tests, simulations."""

    is_sure = True

    def confirm(self) -> None:
        """Return."""
