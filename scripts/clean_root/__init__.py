"""Every command of every document, run in a clean root file system as a stranger would."""
