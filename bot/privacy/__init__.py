"""What is kept about people -> purged when it is old, handed out or erased when they ask."""
