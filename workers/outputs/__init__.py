"""What an attempt leaves below its job's output folder: marked, judged, found again, removed; its log and the state of
its runners are in workers/attempts/folder.
"""
