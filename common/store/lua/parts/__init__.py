"""Parts of Lua verbs, each taken in, once, by a line `-- include <name>`; none is a verb by itself."""
