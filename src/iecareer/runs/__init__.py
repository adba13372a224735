"""One run of the night: its private build, what it was made with, making it again, publishing it."""
