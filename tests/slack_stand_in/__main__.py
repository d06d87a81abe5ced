"""Run the stand-in until Ctrl+C: `python -m tests.slack_stand_in [--port 8090]`. It says what sopbot has to be told."""

from __future__ import annotations

import argparse
import asyncio

from bot.slack.check import needed_scopes
from tests.slack_stand_in.server import APP_TOKEN, TOKEN, SlackStandIn


def main() -> None:
    """Serve on loopback."""
    parser = argparse.ArgumentParser(prog="python -m tests.slack_stand_in", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="port on this machine (default: 8090)")
    try:
        asyncio.run(_serve(parser.parse_args().port))
    except KeyboardInterrupt:
        print("Stopped.")


async def _serve(port: int) -> None:
    slack = SlackStandIn()
    slack.scopes = ",".join(needed_scopes())
    await slack.start(port)
    print("In the terminal of `sopbot slack check` and `sopbot serve`:\n", flush=True)
    for name, value in (("SLACK_BOT_TOKEN", TOKEN), ("SLACK_APP_TOKEN", APP_TOKEN), ("SOPBOT_SLACK_API_URL", slack.url)):
        print(f"  export {name}={value}", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await slack.stop()


if __name__ == "__main__":
    main()
