"""What changed for one college since the last release that it got.

Input: the college's signed folder of that release and its rows now. Only published files are compared, never the
warehouse behind them.
"""

from iecareer.feedback.changes.comparison import Changes, compare
from iecareer.feedback.changes.earlier import Earlier, earlier_of
from iecareer.feedback.changes.sentences import Told, told

__all__ = ["Changes", "Earlier", "Told", "compare", "earlier_of", "told"]
