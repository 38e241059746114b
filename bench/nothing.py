"""A Flask application that does nothing: what the server itself costs."""

from __future__ import annotations

from flask import Flask, Response

app = Flask("nothing", static_folder=None)


@app.route("/nothing", methods=["GET", "POST"])
def nothing() -> Response:
    return Response(b"{}", 200, content_type="application/json")
