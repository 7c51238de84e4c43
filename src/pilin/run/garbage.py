"""How often Python collects garbage in a process that lives long."""

import gc


def settle() -> None:
    """What is loaded now stays: it is not looked through again. To be called once all is loaded.

    Looking through everything for every few hundred new objects took a tenth of the time of a ballot.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
