"""Mass fractions of a coating that add up whatever was drawn for them."""

from __future__ import annotations

from materials_db.schema import Chemistry, Coating


def with_whole_coatings(drawn: Chemistry, asked: Chemistry) -> Chemistry:
    """A chemistry whose coatings add up to what they did before their fractions were changed.

    Every ingredient is scaled alike: w_i' = w_i * sum(asked) / sum(drawn).
    """
    if drawn is asked:
        return drawn
    positive = _whole(drawn.positive.coating, asked.positive.coating)
    changes: dict[str, object] = {}
    if positive is not drawn.positive.coating:
        changes["positive"] = drawn.positive.model_copy(update={"coating": positive})
    old, new = asked.negative.coating, drawn.negative.coating
    if old is not None and new is not None:
        negative = _whole(new, old)
        if negative is not new:
            changes["negative"] = drawn.negative.model_copy(update={"coating": negative})
    return drawn.model_copy(update=changes) if changes else drawn


def _whole(drawn: Coating, asked: Coating) -> Coating:
    """The coating scaled, or itself where no fraction was changed."""
    pairs = zip(drawn.components, asked.components, strict=True)
    if all(new.mass_fraction is old.mass_fraction for new, old in pairs):
        return drawn
    scale = _held(asked) / _held(drawn)
    parts = []
    for part in drawn.components:
        fraction = part.mass_fraction.model_copy(update={"value": part.mass_fraction.value * scale})
        parts.append(part.model_copy(update={"mass_fraction": fraction}))
    return drawn.model_copy(update={"components": tuple(parts)})


def _held(coating: Coating) -> float:
    """Sum of the fractions as they stand, all in one unit or in the kernel's."""
    from materials_db.units import to

    fractions = (part.mass_fraction for part in coating.components)
    return sum(to(one.value, one.unit, "1") for one in fractions)
