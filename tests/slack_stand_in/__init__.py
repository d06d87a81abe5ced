"""A stand-in for Slack: its Web API and Socket Mode on this machine, strict about Slack's documented limits."""
