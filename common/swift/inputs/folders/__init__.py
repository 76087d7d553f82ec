"""Folders of data: which files of one `datasets` reads, and whether they are of one kind; not what is in each file."""
