"""When this process started, on macOS, where no file tells: asked of the kernel through libSystem."""

import os
import struct
from typing import Optional

LIBRARY = "/usr/lib/libSystem.B.dylib"
#: PROC_PIDTBSDINFO of proc_pidinfo, and the bytes that it writes: struct proc_bsdinfo.
BSD_INFO = 3
SIZE = 136


def start_time(library: str = LIBRARY) -> Optional[float]:
    """Unix seconds to the microsecond: with the pid the identity of this process. None where it cannot be told. Never raises."""
    try:
        pid = os.getpid()
        return parse_start_time(_bsd_info(library, pid), pid)
    except Exception:
        return None


def _bsd_info(library: str, pid: int) -> bytes:
    # Imported only here: a program elsewhere is not to load it for the sake of its reports.
    import ctypes

    proc_pidinfo = ctypes.CDLL(library).proc_pidinfo
    proc_pidinfo.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_int]
    proc_pidinfo.restype = ctypes.c_int
    buffer = ctypes.create_string_buffer(SIZE)
    written = proc_pidinfo(pid, BSD_INFO, 0, buffer, SIZE)
    return buffer.raw if written == SIZE else b""


def parse_start_time(info: bytes, pid: int) -> Optional[float]:
    """pbi_pid, pbi_start_tvsec and pbi_start_tvusec; None for another process, and for a time that is none."""
    if len(info) != SIZE:
        return None
    of, seconds, micros = struct.unpack("<12xI104xQQ", info)
    return seconds + micros / 1e6 if of == pid and seconds > 0 and micros < 1_000_000 else None
