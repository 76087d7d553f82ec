"""ms-swift's commands without the training: the same files, lines and exit codes, steered by a fake.json."""
