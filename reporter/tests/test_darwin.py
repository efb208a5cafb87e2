import os
import shutil
import struct
import subprocess
import unittest
from pathlib import Path
from unittest import mock

import support
from mlx_headroom_reporter import darwin, report

STAND_IN = support.REPORTER.parent / "test/support/darwin-stand-in.c"


def info(pid=42, seconds=1_800_000_000, micros=250_000):
    """As the kernel writes it, every other byte set."""
    written = bytearray(b"\xee" * darwin.SIZE)
    struct.pack_into("<I", written, 12, pid)
    struct.pack_into("<QQ", written, 120, seconds, micros)
    return bytes(written)


class Darwin(unittest.TestCase):
    def test_a_process_starts_at_a_second_and_so_many_microseconds(self):
        self.assertEqual(darwin.parse_start_time(info(), 42), 1_800_000_000.25)

    def test_what_is_said_of_another_process_or_cannot_be_is_none(self):
        for written in (info(pid=43), info(micros=1_000_000), info(seconds=0), info()[:-1], info() + b"x", b""):
            self.assertIsNone(darwin.parse_start_time(written, 42))

    def test_without_a_library_or_without_ctypes_it_is_none(self):
        self.assertIsNone(darwin.start_time("/nonexistent.dylib"))
        with mock.patch.dict("sys.modules", {"ctypes": None}):
            self.assertIsNone(darwin.start_time())

    @unittest.skipUnless(shutil.which("gcc") and STAND_IN.exists(), "needs gcc, and the library's stand-in")
    def test_it_is_asked_of_a_library_by_the_pid_of_this_process(self):
        temporary = support.folder()
        self.addCleanup(temporary.cleanup)
        state = Path(temporary.name) / "state.txt"
        library = str(Path(temporary.name) / "darwin.so")
        define = f'-DSTATE="{state}"'
        subprocess.run(["gcc", "-shared", "-fPIC", define, "-o", library, str(STAND_IN)], check=True, timeout=60)
        state.write_text("")
        self.assertEqual(darwin.start_time(library), 1_800_000_000.25)
        for refusal in ("error proc_pidinfo 1", "self size 144", "self pid 1"):
            state.write_text(f"{refusal}\n")
            self.assertIsNone(darwin.start_time(library), refusal)

    def test_a_report_names_it_on_macos_alone_and_leaves_it_out_where_it_cannot_be_told(self):
        with mock.patch("sys.platform", "darwin"), mock.patch.object(darwin, "start_time", return_value=1.5):
            self.assertEqual(report.identity()["start_time"], 1.5)
        with mock.patch("sys.platform", "darwin"), mock.patch.object(darwin, "start_time", return_value=None):
            self.assertNotIn("start_time", report.identity())
        with mock.patch("sys.platform", "linux"), mock.patch.object(darwin, "start_time", return_value=1.5):
            self.assertNotIn("start_time", report.identity())
            self.assertEqual(report.identity()["pid"], os.getpid())


if __name__ == "__main__":
    unittest.main()
