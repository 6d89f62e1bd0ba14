"""Charts of a report, drawn once and kept as SVG for pages and PDF and as PNG for documents."""
