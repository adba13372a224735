"""Settings of DuckDB connections: memory, folders for spilled data, and the causes of errors."""

from iecareer.database.causes import cause_of
from iecareer.database.connection import build_config, identity_config, text_literal
from iecareer.database.spill import spill_folder

__all__ = ["build_config", "cause_of", "identity_config", "spill_folder", "text_literal"]
