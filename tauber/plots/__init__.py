"""Pictures of derived and measured results, files by what is drawn (extra ``plot``: Matplotlib).

:mod:`.look`, :mod:`.palette` and :mod:`.shapes` need no Matplotlib: the LaTeX pictures are made from them, too.
"""
