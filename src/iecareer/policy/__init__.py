"""Policy: the rows shipped and those of the bureau, and the numbers in force on the day of a run."""
