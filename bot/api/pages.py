"""`/`: what there is on this server, for whoever opens it in a browser."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sopbot</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1d1d1f; background: #fff; }}
pre {{ background: #f4f4f6; padding: 1rem; overflow-x: auto; }}
dt {{ font-weight: 600; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #eee; background: #18181b; }} pre {{ background: #27272a; }} a {{ color: #8ab4f8; }} }}
</style>
</head>
<body>
<h1>sopbot</h1>
<p>Answers questions with the team's own procedures and scripted replies, word for word.</p>
<h2>Ask</h2>
<pre>curl {base}v1/ask -H 'Content-Type: application/json' \\
  -d '{{"question": "how long do I have to send something back?"}}'</pre>
<p>Without a key, only public entries answer. With one, add <code>-H 'Authorization: Bearer sop_…'</code>.</p>
<h2>What there is</h2>
<dl>
{links}
</dl>
</body>
</html>
"""
_LINKS = {
    "docs": "the HTTP interface, to read and try out",
    "openapi.json": "its description for programs",
    "v1/search?q=refund": "ranked entries for a search field",
    "healthz": "whether the process is alive",
    "readyz": "whether questions can be answered",
}


@router.get("/")
async def home(request: Request) -> HTMLResponse:
    """List the server's addresses and show how to ask."""
    base = escape(str(request.base_url))
    links = "\n".join(f'<dt><a href="{path}">/{path}</a></dt><dd>{what}</dd>' for path, what in _LINKS.items())
    return HTMLResponse(_PAGE.format(base=base, links=links), headers={"Content-Security-Policy": _POLICY})
