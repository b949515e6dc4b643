"""Versions of the libraries that a number's last digits hang on."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

LIBRARIES = ("highspy", "clarabel", "cvxpy", "numpy", "scipy", "pint", "SALib")
"""The two solvers, what states their problems, arithmetic, units and sensitivity indices."""
ABSENT = "absent"


@lru_cache(maxsize=1)
def solver_versions() -> Mapping[str, str]:
    """Version of each of ``LIBRARIES`` and of Python (major and minor); none is imported."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return MappingProxyType({**{name: _version(name) for name in LIBRARIES}, "python": python})


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ABSENT
