"""What each kind of job does on its node: train and merge, export, serve."""
