"""Projects: every job, data set, model and API key is of one. There is one yet, which everything is of."""

DEFAULT_PROJECT = "default"
