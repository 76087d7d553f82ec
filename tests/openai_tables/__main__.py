"""Writes the tables into the page."""

from tests.openai_tables.tables import PAGE, written

PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
