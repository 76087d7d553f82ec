"""The scheduler: decides which job runs on which GPUs, and when; starts nothing itself, and knows no HTTP."""
