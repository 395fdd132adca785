"""Runs scripts as `manage.py shell < script` does, one after another. One JSON request a line on standard input, one answer a line on
standard output: {"ok": {"code": ..., "printed": ...}}. Ends when standard input closes."""

import contextlib
import io
import json
import sys
import traceback

import django


def run(script):
    printed = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            exec(script, {"__name__": "__main__"})
        except SystemExit as end:
            print(end.code)
            code = 1
        except BaseException:
            traceback.print_exc()
            code = 1
    return {"code": code, "printed": printed.getvalue()}


def main():
    django.setup()
    for line in sys.stdin:
        answer = {"ok": run(json.loads(line)["script"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
