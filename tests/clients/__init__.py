"""Programs that ask a model through clients as people use them. Each reads a case a line, a JSON object with `do`,
`body` and perhaps `key`, and writes what came of it as a line of JSON: so forty cases do not cost forty starts.

What each `do` is in a client, its table of verbs tells; one that a client has not is in no table. Arguments of each
program: the address, an API key.
"""
