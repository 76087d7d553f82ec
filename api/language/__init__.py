"""Translation: Chinese for the sentences of answers, and who is to get it; used by the edge alone, and all else speaks
English.
"""
