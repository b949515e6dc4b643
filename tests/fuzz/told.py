"""What any mistake must look like: one sentence a fault, of the project's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from calculator.errors import InputError
from calculator.sourcing.errors import SourcingError
from materials_db.faults import DatabaseError, Fault, UnknownNameError
from materials_db.units import UnitError

OWN = (InputError, DatabaseError, UnknownNameError, UnitError, SourcingError)
LONGEST = 3_000
"""Characters of the longest sentence: the one that names all tables of the database."""
_LEAKS = ("Traceback", "site-packages", "object at 0x", "pydantic", "ValidationError", "<class")


def tell(said: str) -> None:
    """Check that each line of a message is a sentence for a person."""
    assert said.strip(), "an empty message"
    for line in said.split("\n"):
        assert len(line) < LONGEST, f"a message of {len(line)} characters: {line[:200]}"
        for leak in _LEAKS:
            assert leak not in line, line


def tell_faults(faults: Iterable[Fault]) -> None:
    """Check that each fault is one sentence with its remedy."""
    for fault in faults:
        assert fault.remedy.strip(), fault
        assert "\n" not in str(fault), fault
        tell(str(fault))


class CrashedError(AssertionError):
    """Another exception than the project's own; the case that raised it is in the message."""


@contextmanager
def only_own(case: Callable[[], str]) -> Iterator[None]:
    """Let the project's own errors pass when they are sentences, and nothing else."""
    try:
        yield
    except OWN as error:
        if faults := getattr(error, "faults", None):
            tell_faults(one for one in faults if isinstance(one, Fault))
        tell(str(error))
    except AssertionError:
        raise
    except Exception as error:
        raise CrashedError(f"{type(error).__name__}: {error}\n{case()}") from error
