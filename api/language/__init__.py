"""Translation: Chinese for the sentences of answers, and who is to get it. Used by the edge alone: all else speaks
English.
"""
