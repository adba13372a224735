"""Policy: the shipped rows, the bureau's own rows, and the numbers in force on the day of a run."""
