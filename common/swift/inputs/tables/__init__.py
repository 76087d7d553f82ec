"""Tables: Parquet and Arrow files, opened as `datasets` opens them; not whether their records can be trained on."""
