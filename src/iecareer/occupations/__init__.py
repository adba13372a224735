"""Occupation codes of Chinese job titles, in the classification of 2022, with the probability that they are right.

Input: job titles; the classification, its coded titles, and the titles that a bureau adds in a file. Output: one code
per title, with a probability for each of its four levels. Nothing here knows persons.
"""

from iecareer.occupations.coding import COLUMNS, Coded, code_titles

__all__ = ["COLUMNS", "Coded", "code_titles"]
