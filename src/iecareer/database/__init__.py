"""How this project opens DuckDB: how much memory it takes, where it spills, and what an error of it means."""

from iecareer.database.causes import cause_of
from iecareer.database.connection import build_config, identity_config, text_literal
from iecareer.database.spill import spill_folder

__all__ = ["build_config", "cause_of", "identity_config", "spill_folder", "text_literal"]
