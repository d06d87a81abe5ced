"""The stand-in's server: keeps what is posted, refuses what Slack would refuse, and fails when told to."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack_stand_in.limits import MESSAGE_TOO_LONG, all_text, block_problems, units, view_problems

TEAM = "T0WREN"
BOT_USER, BOT = "U0BOT", "B0BOT"
TOKEN, APP_TOKEN = "xoxb-stand-in", "xapp-stand-in"


@dataclass(slots=True)
class Fault:
    """How one call goes wrong."""

    status: int = 200
    body: dict[str, Any] | None = None
    """What is answered; None for a body that is no JSON."""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before anything is answered."""
    takes_effect: bool = False
    """The call is carried out all the same, as when only the answer is lost."""
    drop: bool = False
    """Close the connection without an answer."""


RATE_LIMITED = Fault(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
SERVER_ERROR = Fault(500)


def person(user_id: str, name: str = "Sam Porter", team: str = TEAM, **flags: Any) -> dict[str, Any]:
    """A full member, unless flags say otherwise."""
    return {"id": user_id, "team_id": team, "real_name": name, "deleted": False, "is_bot": False, "is_restricted": False, "is_ultra_restricted": False} | flags


def channel(channel_id: str, members: list[str], **flags: Any) -> dict[str, Any]:
    """A channel of the workspace alone, unless flags say otherwise."""
    return {
        "id": channel_id,
        "members": members,
        "is_channel": True,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_im": False,
    } | flags


class SlackStandIn:
    """Slack, as far as sopbot uses it."""

    def __init__(self) -> None:
        agents = {"U0AGENT": "Sam Porter", "U0LEAD": "Amara Okafor", "U0MATE": "Lee Brown"}
        self.users = {user_id: person(user_id, name) for user_id, name in agents.items()}
        self.users["U0LEAD"]["is_admin"] = True
        self.users[BOT_USER] = person(BOT_USER, "sopbot", is_bot=True)
        self.users["U0GUEST"] = person("U0GUEST", "Gus Guest", is_restricted=True)
        self.users["U0OTHER"] = person("U0OTHER", "Olga Other", team="T0ELSE", is_stranger=True)
        self.channels = {
            "C0TEAM": channel("C0TEAM", ["U0AGENT", "U0LEAD", "U0MATE", BOT_USER]),
            "C0OWNERS": channel("C0OWNERS", ["U0LEAD", BOT_USER]),
            "C0SHARED": channel("C0SHARED", ["U0AGENT", "U0OTHER", BOT_USER], is_shared=True, is_ext_shared=True),
            "C0GUESTS": channel("C0GUESTS", ["U0AGENT", "U0GUEST", BOT_USER]),
            "D0AGENT": {"id": "D0AGENT", "is_im": True, "user": "U0AGENT", "members": ["U0AGENT", BOT_USER]},
            "D0GUEST": {"id": "D0GUEST", "is_im": True, "user": "U0GUEST", "members": ["U0GUEST", BOT_USER]},
            "D0OTHER": {"id": "D0OTHER", "is_im": True, "user": "U0OTHER", "members": ["U0OTHER", BOT_USER]},
        }
        self.posts: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self.opened: list[dict[str, Any]] = []
        self.updated_views: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.prompts: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[tuple[str, list[str]]] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.connections = 0
        self.url = ""
        self.scopes = ""
        self.page_size = 1000
        """How much of a list is given at once, however much is asked for."""
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on a port of this machine; on a free one unless it is named."""
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/response/{name}", self._respond)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/api/"

    async def stop(self) -> None:
        """Close everything."""
        for socket in self.sockets:
            await socket.close()
        if self._runner:
            await self._runner.cleanup()

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong like this, one after the other."""
        self.faults[method].extend(faults)

    @property
    def response_url(self) -> str:
        """A fresh address as Slack puts into payloads."""
        return self.url.replace("/api/", f"/response/{next(self._numbers)}")

    def in_thread(self, channel_id: str, thread_ts: str) -> list[dict[str, Any]]:
        """What was posted in a thread."""
        return [post for post in self.posts if post["channel"] == channel_id and post.get("thread_ts") == thread_ts]

    def called(self, method: str) -> list[dict[str, Any]]:
        """Arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        self.calls.append((method, arguments))
        fault = self.faults[method].popleft() if self.faults[method] else None
        answer: dict[str, Any] | None = None
        if fault is None or fault.takes_effect:
            answer = self._carry_out(request, method, arguments)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.drop:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            if not (fault.delay and fault.takes_effect and fault.status == 200 and fault.body is None):
                text = "<html>oops</html>" if fault.body is None else json.dumps(fault.body)
                return web.Response(
                    status=fault.status, text=text, content_type="text/html" if fault.body is None else "application/json", headers=fault.headers
                )
        return web.json_response(answer, headers={"x-oauth-scopes": self.scopes})

    def _carry_out(self, request: web.Request, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        if token != (APP_TOKEN if method == "apps.connections.open" else TOKEN):
            return {"ok": False, "error": "not_authed" if not token else "invalid_auth"}
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is None:
            return {"ok": False, "error": "unknown_method"}
        answer: dict[str, Any] = handler(arguments)
        return {"ok": "error" not in answer, **answer}

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "user": "sopbot", "team": "Wrenfield", "url": "https://wrenfield.slack.com/"}

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.url.replace("http://", "ws://").replace("/api/", "/link")}

    def _chat_postMessage(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 (Slack's name)
        error = self._message_error(arguments)
        channel_id = arguments.get("channel", "")
        if channel_id.startswith("U") and channel_id in self.users:
            channel_id = f"D{channel_id[1:]}"
            self.channels.setdefault(channel_id, {"id": channel_id, "is_im": True, "user": arguments["channel"], "members": [arguments["channel"], BOT_USER]})
        if channel_id not in self.channels:
            error = error or "channel_not_found"
        elif self.channels[channel_id].get("is_archived"):
            error = "is_archived"
        if error:
            return {"error": error}
        ts = f"1790000000.{next(self._numbers):06d}"
        self.posts.append({**arguments, "channel": channel_id, "ts": ts, "user": BOT_USER, "bot_id": BOT})
        return {"ts": ts, "channel": channel_id, "message": {}}

    def _chat_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        post = next((post for post in self.posts if post["ts"] == arguments.get("ts") and post["channel"] == arguments.get("channel")), None)
        error = self._message_error(arguments) or ("message_not_found" if post is None else "")
        if error or post is None:
            return {"error": error}
        post.update(blocks=arguments.get("blocks"), text=arguments.get("text"))
        self.updates.append(arguments)
        return {"ts": post["ts"], "channel": post["channel"]}

    def _chat_getPermalink(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"permalink": f"https://wrenfield.slack.com/archives/{arguments['channel']}/p{arguments['message_ts'].replace('.', '')}"}

    def _conversations_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        found = self.channels.get(arguments["channel"])
        return {"channel": {key: value for key, value in found.items() if key != "members"}} if found else {"error": "channel_not_found"}

    def _conversations_members(self, arguments: dict[str, Any]) -> dict[str, Any]:
        found = self.channels.get(arguments["channel"])
        return self._page("members", found["members"], arguments) if found else {"error": "channel_not_found"}

    def _conversations_list(self, arguments: dict[str, Any]) -> dict[str, Any]:
        held = [found for found in self.channels.values() if found.get("is_im") or arguments.get("types") != "im"]
        return self._page("channels", [{key: value for key, value in found.items() if key != "members"} for found in held], arguments)

    def _conversations_replies(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._page("messages", self.in_thread(arguments["channel"], arguments["ts"]), arguments)

    def _conversations_history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["channel"] not in self.channels:
            return {"error": "channel_not_found"}
        found = [post for post in self.posts if post["channel"] == arguments["channel"] and not post.get("thread_ts")]
        return self._page("messages", found, arguments)

    def _users_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        found = self.users.get(arguments["user"])
        return {"user": found} if found else {"error": "user_not_found"}

    def _users_list(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._page("members", list(self.users.values()), arguments)

    def _page(self, name: str, found: list[Any], arguments: dict[str, Any]) -> dict[str, Any]:
        """The part of a list that a cursor stands for, and the cursor of the next one; empty at the end."""
        first = int(arguments.get("cursor") or 0)
        last = first + min(self.page_size, int(arguments.get("limit") or self.page_size))
        return {name: found[first:last], "response_metadata": {"next_cursor": str(last) if last < len(found) else ""}}

    def _views_open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._view(arguments, self.opened)

    def _views_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._view(arguments, self.updated_views)

    def _views_publish(self, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = self._view(arguments, [])
        if "error" not in answer:
            self.homes[arguments["user_id"]] = arguments["view"]
        return answer

    def _assistant_threads_setSuggestedPrompts(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if len(arguments["prompts"]) > 4:
            return {"error": "invalid_arguments"}
        self.prompts.append(arguments)
        return {}

    def _view(self, arguments: dict[str, Any], kept: list[dict[str, Any]]) -> dict[str, Any]:
        problems = view_problems(arguments["view"])
        if problems:
            self.refused.append(("view", problems))
            return {"error": "invalid_arguments", "response_metadata": {"messages": problems}}
        view = {**arguments["view"], "id": f"V{next(self._numbers)}"}
        kept.append(view)
        return {"view": view}

    def _message_error(self, arguments: dict[str, Any]) -> str:
        blocks = arguments.get("blocks")
        problems = block_problems(blocks) if blocks else []
        if problems:
            self.refused.append(("message", problems))
            return "invalid_blocks"
        if sum(units(text) for text in all_text(blocks or [])) > MESSAGE_TOO_LONG or len(json.dumps(blocks or [])) > 4 * MESSAGE_TOO_LONG:
            self.refused.append(("message", ["too long"]))
            return "msg_blocks_too_long"
        if units(arguments.get("text") or "") > 40_000:
            return "msg_too_long"
        return "" if blocks or arguments.get("text") else "no_text"

    async def _respond(self, request: web.Request) -> web.Response:
        payload = await request.json()
        problems = block_problems(payload.get("blocks") or [])
        if problems:
            self.refused.append(("response", problems))
            return web.Response(status=400, text="invalid_blocks")
        fault = self.faults["response_url"].popleft() if self.faults["response_url"] else None
        if fault:
            return web.Response(status=fault.status, text="used_url")
        self.responses.append(payload)
        return web.Response(text="ok")

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                answer = json.loads(message.data)
                waiting = self.acks.get(answer.get("envelope_id", ""))
                if waiting and not waiting.done():
                    waiting.set_result(answer)
        return socket

    async def send(self, payload: dict[str, Any], kind: str = "events_api", within: float = 3.0) -> dict[str, Any]:
        """Send an envelope over the newest socket, and wait for its acknowledgement."""
        envelope = f"E{next(self._numbers)}"
        self.acks[envelope] = asyncio.get_running_loop().create_future()
        await self.sockets[-1].send_json({"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True})
        return await asyncio.wait_for(self.acks[envelope], within)


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return body
    values: dict[str, Any] = {**request.query, **(await request.post())}
    return {key: json.loads(value) if key in ("blocks", "view", "metadata", "prompts") else value for key, value in values.items()}
