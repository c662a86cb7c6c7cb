"""What else does the same leg do? A distance run, one file a task."""
