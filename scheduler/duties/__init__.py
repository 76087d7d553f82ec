"""Background duties: what is done in small steps, by the duties process or by the ticker at a job's end; nothing here
places a job.
"""
