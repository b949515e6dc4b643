"""Production shares against the concentration computed from the full sources."""

from __future__ import annotations

from collections import defaultdict

import pytest

from materials_db.load import load_database

# HHI of the named countries, computed from the complete tables of the same sources before the
# tables were cut to the largest countries.
FULL_HHI = {
    ("lithium", "mining"): 0.202,
    ("cobalt", "mining"): 0.555,
    ("nickel", "mining"): 0.456,
    ("manganese", "mining"): 0.225,
    ("natural_graphite", "mining"): 0.611,
    ("rare_earths", "mining"): 0.505,
    ("phosphate", "mining"): 0.233,
    ("copper", "mining"): 0.109,
    ("bauxite", "mining"): 0.211,
    ("iron", "mining"): 0.201,
    ("fluorspar", "mining"): 0.488,
    ("sulfur", "mining"): 0.094,
    ("titanium", "mining"): 0.199,
    ("zirconium", "mining"): 0.159,
    ("vanadium", "mining"): 0.513,
    ("lanthanum", "mining"): 0.49,
    ("lithium", "refining"): 0.576,
    ("cobalt", "refining"): 0.678,
    ("nickel", "refining"): 0.293,
    ("copper", "refining"): 0.242,
    ("alumina", "refining"): 0.385,
    ("aluminium", "refining"): 0.372,
    ("manganese", "refining"): 0.902,
    ("graphite", "refining"): 0.885,
    ("rare_earths", "refining"): 0.711,
    ("lanthanum", "refining"): 0.731,
    ("germanium", "refining"): 0.885,
    ("silicon", "refining"): 0.581,
    ("phosphorus", "refining"): 0.634,
    ("phosphoric_acid", "refining"): 0.476,
    ("cathode_active_material", "active_material"): 0.73,
    ("anode_active_material", "active_material"): 0.866,
    ("battery_cell", "cell"): 0.6,
}
Vector = dict[str, float]


@pytest.fixture(scope="module")
def vectors() -> dict[tuple[str, str], Vector]:
    found: dict[tuple[str, str], Vector] = defaultdict(dict)
    for row in load_database().shares:
        assert row.unit == "%"
        found[row.material, row.stage][row.country] = row.value / 100.0
    return found


def test_every_vector_closes(vectors: dict[tuple[str, str], Vector]) -> None:
    """The countries and the rest of the world add to one; sources round to 0.1 %."""
    open_sums = {key: sum(v.values()) for key, v in vectors.items()}
    assert {k: s for k, s in open_sums.items() if abs(s - 1.0) > 2e-4} == {}


@pytest.mark.parametrize("key", FULL_HHI)
def test_hhi_of_the_source(key: tuple[str, str], vectors: dict[tuple[str, str], Vector]) -> None:
    """The rest of the world counts as nothing or as one country: the full HHI lies between."""
    shares = vectors[key]
    named = sum(share**2 for country, share in shares.items() if country != "ROW")
    assert named - 1e-3 <= FULL_HHI[key] <= named + shares.get("ROW", 0.0) ** 2 + 1e-3


def test_every_vector_is_checked(vectors: dict[tuple[str, str], Vector]) -> None:
    """New vectors come with a figure to check them by, or are listed here with a reason."""
    unchecked = {
        ("LFP_cathode", "active_material"),  # the list had 95 % for China where the source has 98
        ("tantalum", "mining"),  # derived here from tonnages
        ("indium", "refining"),  # derived here from tonnages
    }
    assert set(vectors) == set(FULL_HHI) | unchecked
