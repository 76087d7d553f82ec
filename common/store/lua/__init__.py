"""The store's verbs in Lua, one atomic operation per file; parts/ has what they share, common/store their callers."""
