"""Everything that runs on a GPU node."""
