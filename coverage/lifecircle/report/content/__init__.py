"""The content of a report, built once from the findings and written by every writer: page, document, PDF, Markdown."""

from lifecircle.report.content.reports import Contents, contents, summary

__all__ = ["Contents", "contents", "summary"]
