"""The description of the API and pages to read it, all served from here: no outside address."""

from __future__ import annotations

from html import escape

from flask import Blueprint, Response, current_app, jsonify, send_from_directory
from flask_smorest import Api  # type: ignore[import-untyped]
from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped]
from werkzeug.exceptions import NotFound

from tthc.domain.errors import TthcError
from tthc.serving.errors import HTTP_TEXTS, status_of
from tthc.serving.faults import FAULTS
from tthc.serving.policy import Access, declare

ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)

PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>TTHC API</title>
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/static/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/init.js"></script>
</body>
</html>
"""

INIT = """// The bundled page reads OpenAPI 3.0, so it is shown the 3.0 form of what we serve.
function older(value) {
  if (Array.isArray(value)) return value.map(older);
  if (value === null || typeof value !== "object") return value;
  const out = {};
  for (const [key, below] of Object.entries(value)) out[key] = older(below);
  if (Array.isArray(out.type)) {
    if (out.type.includes("null")) out.nullable = true;
    out.type = out.type.filter((name) => name !== "null")[0];
  }
  if (Array.isArray(out.anyOf) && out.anyOf.some((one) => one.type === "null")) {
    out.nullable = true;
    out.allOf = out.anyOf.filter((one) => one.type !== "null");
    delete out.anyOf;
  }
  return out;
}
fetch("/openapi.json")
  .then((answer) => answer.json())
  .then((spec) => SwaggerUIBundle({
    spec: Object.assign(older(spec), { openapi: "3.0.3" }),
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  }));
"""

bp = Blueprint("docs", __name__)


@bp.get("/openapi.json")
@declare(Access.PUBLIC)
def openapi() -> Response:
    """Serve the description of every route."""
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return jsonify(api.spec.to_dict())


@bp.get("/docs/")
@declare(Access.PUBLIC)
def slashed() -> Response:
    """Lead to the page, whose address has no slash at its end."""
    return Response(status=308, headers={"Location": "/docs"})


@bp.get("/docs")
@declare(Access.PUBLIC)
def page() -> Response:
    """Serve the interactive documentation."""
    return _readable(Response(PAGE, mimetype="text/html"))


@bp.get("/docs/init.js")
@declare(Access.PUBLIC)
def init() -> Response:
    """Serve the script that starts it."""
    return _readable(Response(INIT, mimetype="text/javascript"))


@bp.get("/docs/static/<name>")
@declare(Access.PUBLIC)
def asset(name: str) -> Response:
    """Serve one file of Swagger UI."""
    if name not in ASSETS:
        raise NotFound
    return _readable(send_from_directory(str(swagger_ui_path), name, max_age=86_400))


@bp.get("/docs/errors")
@declare(Access.PUBLIC)
def errors() -> Response:
    """Serve the list of error codes; each ``type`` of a problem points into it."""
    rows = "".join(
        f'<tr id="{escape(code)}"><td><code>{escape(code)}</code></td>'
        f"<td>{status}</td><td>{escape(meaning)}</td></tr>\n"
        for code, status, meaning in sorted(_codes())
    )
    title = "Mã lỗi · error codes"
    text = (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head>\n<body><h1>{title}</h1>\n<table>\n{rows}</table></body></html>\n"
    )
    return _readable(Response(text, mimetype="text/html"))


def _codes() -> set[tuple[str, str, str]]:
    found = {(code, str(status), en) for status, (code, _vi, en) in HTTP_TEXTS.items()}
    found |= {(code, "422", f"field: {en}") for code, (_vi, en) in FAULTS.items()}
    found.add(("invalid_input", "422", "the request does not fit its schema"))
    found.add(("database_unavailable", "503", "the database cannot be reached"))
    found.add(("database_busy", "503", "the database gave the statement up; try again"))
    kinds = [TthcError]
    while kinds:
        kind = kinds.pop()
        kinds.extend(kind.__subclasses__())
        meaning = (kind.__doc__ or "").partition("\n")[0]
        found.add((kind.code, str(status_of(kind.__new__(kind))), meaning))
    return found


def _readable(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
