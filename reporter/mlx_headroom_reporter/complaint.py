"""What goes wrong here is told once and then suffered in silence: the program that is reported on comes first."""

import sys

_complained = False


def complain(about: str, error: "BaseException | None" = None) -> None:
    """Writes one line to stderr, the first time it is called in a process. Never raises."""
    global _complained
    if _complained:
        return
    _complained = True
    try:
        why = "" if error is None else f" ({type(error).__name__}: {error})"
        line = f"mlx-headroom-reporter: {about}{why}".replace("\n", " ")
        sys.stderr.write(f"{line}\n")
    except Exception:
        # No stderr, or a closed one: then nobody wants to hear of it.
        pass
