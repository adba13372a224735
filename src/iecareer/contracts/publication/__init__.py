"""Templates and a documentation page for record types, generated from the contracts."""

from iecareer.contracts.publication.template_mark import EXAMPLE, OFFICE, Mark, marks_in

__all__ = ["EXAMPLE", "OFFICE", "Mark", "marks_in"]
