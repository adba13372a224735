"""The command line. Exit code 0: done; 1: failed, with a message and the next step; 2: wrong usage."""

from __future__ import annotations

import sys

from iecareer.errors import IecareerError
from iecareer.settings import home

try:
    from iecareer.commands import app
    from iecareer.commands.output import say_error
except ModuleNotFoundError as lacking:
    if (lacking.name or "iecareer").startswith("iecareer"):
        raise
    sys.exit(f"The command line needs the package '{lacking.name}'. Install iecareer[night].")


def main() -> None:
    """Run one command. A user's mistake never gives a traceback, and no message contains a value of a person's row."""
    try:
        app()
    except IecareerError as error:
        say_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        say_error(
            IecareerError(
                f"The command failed: {error.strerror or type(error).__name__}.",
                next_step=f"Check free space and permissions of the home {home()}.",
            )
        )
        sys.exit(1)
    except Exception as error:
        from iecareer.nightly import failure_without_values

        say_error(failure_without_values(error, "The command"))
        sys.exit(1)


if __name__ == "__main__":
    main()
