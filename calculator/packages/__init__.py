"""Packages for others: the database as a data package, a design under others' field names."""

from calculator.packages.bpx import PartialBpx, make_bpx
from calculator.packages.descriptor import DESCRIPTOR, PROFILE, describe
from calculator.packages.names import FIELD_NAMES, FieldName, field_rows
from calculator.packages.passport import Passport, make_passport
from calculator.packages.write import package_files, write_package

__all__ = [
    "DESCRIPTOR",
    "FIELD_NAMES",
    "PROFILE",
    "FieldName",
    "PartialBpx",
    "Passport",
    "describe",
    "field_rows",
    "make_bpx",
    "make_passport",
    "package_files",
    "write_package",
]
