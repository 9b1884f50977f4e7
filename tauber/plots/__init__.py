"""Pictures of derived and measured results (extra ``plot``: Matplotlib); :mod:`.geometry` needs no Matplotlib."""
