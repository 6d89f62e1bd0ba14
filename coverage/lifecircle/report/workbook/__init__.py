"""The report as a workbook: numbers as numbers with their formats, for those who count on."""

from lifecircle.report.workbook.book import write_workbook

__all__ = ["write_workbook"]
