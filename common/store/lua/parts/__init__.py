"""Parts of Lua verbs; a verb takes one in by a line `-- include <name>`, and each part comes in once."""
