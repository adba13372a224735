"""Rows of policy: those shipped and those of the bureau."""
