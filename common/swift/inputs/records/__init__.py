"""Records, judged one by one: what a method needs in one, its columns and its media; not how a file is read."""
