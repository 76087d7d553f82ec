"""What an attempt leaves below its job's output folder: marked, judged, found again, removed."""
