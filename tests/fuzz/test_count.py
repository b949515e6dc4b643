"""The suite tries ten thousand wrong inputs or more; its tests fail if one is left out."""

from tests.fuzz import test_links, test_own_files, test_scenarios, test_terminal

MODULES = (test_links, test_own_files, test_scenarios, test_terminal)


def test_ten_thousand_cases() -> None:
    assert sum(module.CASES for module in MODULES) >= 10_000
