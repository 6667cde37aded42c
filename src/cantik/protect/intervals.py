"""What a published count tells someone who knows the method. Pure."""


def interval(shown: int, base: int, largest_step: int) -> tuple[int, int]:
    """Smallest and largest true count behind one published inner cell. ``base`` 0 is exact.

    Steps are taken on counts above the base only and never below it, so a published count above
    the base comes from a count above the base. Raises ValueError for what the method never shows.
    """
    if base == 0:
        return shown, shown
    if shown == 0:
        return 0, base - 1
    if shown == base:
        return 1, base + largest_step
    if shown < base:
        raise ValueError("the method never shows a count between 0 and the base")
    return max(base + 1, shown - largest_step), shown + largest_step


def gives_away(low: int, high: int, base: int) -> bool:
    """The mark: a single value, or certain to lie in 1..base-1."""
    return low >= high or (low >= 1 and high <= base - 1)
