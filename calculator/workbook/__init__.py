"""A comparison as a workbook that recalculates, made from the trace of the computation."""

from calculator.workbook.model import LiveModel, live_model
from calculator.workbook.write import check_workbook, workbook_bytes, write_workbook

__all__ = ["LiveModel", "check_workbook", "live_model", "workbook_bytes", "write_workbook"]
