"""Outcomes and stored values -> Slack blocks. Pure: no network, no database, no clock."""
