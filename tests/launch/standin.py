"""`up` with small programs in place of the application; arguments: HOME PORT [fault]."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tthc.launch.context import Launch
from tthc.launch.errors import LaunchError
from tthc.launch.processes import ProcessTable
from tthc.launch.up import parse_options, up

API = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/live" else 404)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
FAMILY = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]])
time.sleep(600)
"""


def main(home: str, port: str, fault: str = "") -> int:
    """Run the stand-in; the exit status of `up`."""
    services = {"api": ("-c", API, port, home), "worker": ("-c", FAMILY, home)}
    if fault == "dies":
        services["relay"] = ("-c", "raise SystemExit('the relay has no bell')", home)
    migrate = "raise SystemExit('no such table')" if fault == "migration" else "print('done')"
    slow = "import time; time.sleep(600)" if fault == "slow" else "print('demonstration made')"
    table = ProcessTable(
        services=services,
        migrate=("-c", migrate, home),
        demonstrate=("-c", slow, home),
        list_users=("-c", "print('officer  canbo1')"),
    )
    launch = Launch(
        root=Path(__file__).parents[2],
        python=sys.executable,
        home=Path(home),
        environment="trial",
        database_url=None,
        redis_url=None,
        smtp_url=None,
        secret_key="k" * 32,
        clock="",
        inherited=os.environ,
    )
    try:
        return up(launch, parse_options(["--port", port]), table)
    except LaunchError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
