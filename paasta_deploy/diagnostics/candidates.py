"""Finding what somebody meant: the names nearest to a misspelt one.

Theory: the distance is the number of single-letter insertions, deletions, replacements and swaps
of neighbours (optimal string alignment). Case and the choice between ``-`` and ``_`` do not count,
because those are the slips that people cannot see. A name is offered when at most a third of the
letters differ.
"""

from collections.abc import Iterable

_OFFERED_MAX = 3
"""More than three guesses are a list, not a hint."""

_COMPARED_MAX = 2000
"""Names compared at most: keeps a huge cloud config from making one typo slow."""

_LISTED_MAX = 12
"""Names listed at most when nothing is near: what fits on two lines of a terminal."""


def distance(left: str, right: str, limit: int) -> int:
    """Return the edit distance, or ``limit + 1`` as soon as it is known to be above ``limit``."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        following = [i]
        for j, b in enumerate(right, start=1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (a != b))
            if before and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        if min(following) > limit:
            return limit + 1
        before, row = row, following
    return min(row[-1], limit + 1)


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-")


def nearest(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that ``word`` may stand for, best first; none when nothing is near."""
    plain = _plain(word)
    limit = max(1, len(plain) // 3)
    found: list[tuple[int, str]] = []
    for number, name in enumerate(names):
        if number >= _COMPARED_MAX:
            break
        apart = distance(plain, _plain(name), limit)
        if apart <= limit and name != word:
            found.append((apart, name))
    found.sort()
    best = [name for apart, name in found if apart <= found[0][0] + 1]
    return tuple(best[:_OFFERED_MAX])


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return ``did you mean `x`?`` or, when nothing is near, which names there are, or nothing."""
    known = list(dict.fromkeys(names))
    near = nearest(word, known)
    if near:
        return f"did you mean {either(near)}?"
    if not known:
        return ""
    listed = ", ".join(f"`{name}`" for name in known[:_LISTED_MAX])
    more = len(known) - _LISTED_MAX
    return f"known here: {listed}" + (f" and {more} more" if more > 0 else "")


def either(names: Iterable[str]) -> str:
    """Return ```a`, `b` or `c```."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
