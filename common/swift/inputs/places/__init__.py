"""Places of inputs: the allowed roots, and what a path, a link or an id of a hub leads to; not what is found there."""
