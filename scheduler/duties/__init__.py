"""What is done in the background, in small steps: by the duties process, or by the ticker at a job's end."""
