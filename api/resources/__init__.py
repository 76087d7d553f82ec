"""Resources (endpoints), one file per noun: they parse, call and return; what they do is in services, how it looks in
views.
"""
