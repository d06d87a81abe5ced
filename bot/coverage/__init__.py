"""Entries and what is asked of them -> which touchpoints have replies for which channels, and where that is too little."""
