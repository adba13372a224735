"""One run of the night: what it pinned, its private build, its replay, and its publication."""
