"""sopbot measured beside its floor and its peers, in one run: `python -m scripts.bench --help`, or `make bench`."""
