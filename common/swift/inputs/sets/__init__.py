"""Data sets of a job: which it names, and what is wrong with all of them together; not what is in one of them."""
