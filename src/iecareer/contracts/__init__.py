"""Record types of the regional exchange format, read from files in the Open Data Contract Standard."""

from iecareer.contracts.loader import Column, RecordType, RowRule, load_record_types, record_type
from iecareer.contracts.odcs import read_contract

__all__ = ["Column", "RecordType", "RowRule", "load_record_types", "read_contract", "record_type"]
