"""Options of every workbook: nothing a text says is taken for a formula, a link or a number."""

from __future__ import annotations

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
