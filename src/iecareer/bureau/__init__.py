"""What the bureau and the auditors read, made inside the bureau from the published warehouse: exact, and no release.

Input: ``warehouse.duckdb``, read-only. Output: files that only their owner can read (`private_folder`). Signals for
auditors are in a folder of their own and never in the bureau's. Nothing here may enter a release. Only messages of new
warnings leave the office, and they hold no number of a mart.
"""
