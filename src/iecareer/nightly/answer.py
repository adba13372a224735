"""The program that runs a step in another Python; :mod:`iecareer.nightly.interpreter` starts it.

Input is one line of JSON on standard input: the function, its arguments and secrets. Output is one line of JSON on
standard output: the result, or the error without any value of a row. All other output goes to standard error. The
process ends when standard input is closed, so no work outlives its task.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

from iecareer.nightly.interpreter import call_here
from iecareer.nightly.steps import failure_without_values
from iecareer.secret_values import received_secrets


def main() -> None:
    """Answer the one request on standard input."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        request = json.loads(sys.stdin.readline())
        threading.Thread(target=_end_with_the_task, daemon=True).start()
        json.dump(_answer(request), answers)


def _end_with_the_task() -> None:
    sys.stdin.read()
    os._exit(1)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        with received_secrets(request["secrets"]):
            return {"result": call_here(request["place"], *request["args"], **request["kwargs"])}
    except Exception as error:
        failure = failure_without_values(error, request["place"])
        return {"error": {"message": failure.message, "next_step": failure.next_step}}


if __name__ == "__main__":
    main()
