"""Record types for people: templates to fill in and pages to read, made from the contracts alone."""

from iecareer.contracts.publication.template_mark import EXAMPLE, OFFICE, Mark, marks_in

__all__ = ["EXAMPLE", "OFFICE", "Mark", "marks_in"]
