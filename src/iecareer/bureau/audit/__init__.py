"""The auditors' files: every signal with what was compared, how it differs, and what evidence would clear it.

Input: the schema ``audit`` of the published warehouse. Output: a workbook and two CSV files in a folder of their own.
They never stand in the bureau's folder or in a release. A signal is a reason to look, not a proof.
"""
