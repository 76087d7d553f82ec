"""Parts of a record: which columns are its prompt, its answer, its two answers; not what a method makes of them."""
