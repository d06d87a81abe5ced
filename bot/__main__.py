"""`python -m bot`: the `sopbot` command, for those who start it with a Python of their own."""

from bot.cli import run

if __name__ == "__main__":
    run()
