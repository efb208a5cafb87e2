import os
import unittest
from pathlib import Path
from unittest import mock

import support
from mlx_headroom_reporter.command_line import is_python, program_command


class CommandLine(unittest.TestCase):
    def setUp(self):
        temporary = support.folder()
        self.addCleanup(temporary.cleanup)
        self.path = Path(temporary.name)

    def command(self, line, given):
        arguments = given.split()
        return " ".join(program_command([*line.split(), *arguments], arguments, str(self.path)))

    def test_is_the_programs_own_with_the_options_of_python_kept(self):
        for line, expected in {
            "python -m mlx_headroom_reporter": "python /a/b.py -m c",
            "python -mmlx_headroom_reporter": "python /a/b.py -m c",
            "python -um mlx_headroom_reporter": "python -u /a/b.py -m c",
            "python -ummlx_headroom_reporter": "python -u /a/b.py -m c",
            "python3.11 -X faulthandler -B -m mlx_headroom_reporter": "python3.11 -X faulthandler -B /a/b.py -m c",
        }.items():
            self.assertEqual(self.command(line, "/a/b.py -m c"), expected)

    def test_may_name_a_module_code_or_more_options(self):
        for given in ("-m mlx_lm server --model m", "-c pass", "-u -m mlx_lm", "- x"):
            self.assertEqual(self.command("python -m mlx_headroom_reporter", given), f"python {given}")

    def test_finds_a_bare_name_beside_python_and_in_path_when_it_is_pythons(self):
        tool = self.path / "mlx_lm.server"
        tool.write_text("#!/venv/bin/python\n")
        tool.chmod(0o755)
        self.assertEqual(self.command("python -m mlx_headroom_reporter", "mlx_lm.server -p 1"), f"python {tool} -p 1")
        with mock.patch.dict(os.environ, {"PATH": str(self.path)}):
            found = program_command(["python", "-m", "mlx_headroom_reporter", "mlx_lm.server"], ["mlx_lm.server"])
        self.assertEqual(found, ["python", str(tool)])

    def test_leaves_a_name_alone_that_is_no_script_of_pythons(self):
        tool = self.path / "tool"
        tool.write_bytes(b"\x7fELF python")
        tool.chmod(0o755)
        for given in ("tool x", "nowhere-to-be-found x"):
            self.assertEqual(self.command("python -m mlx_headroom_reporter", given), f"python {given}")

    def test_a_script_is_pythons_by_its_first_line_or_by_the_shell_that_starts_it(self):
        for text, expected in {
            "#!/usr/bin/env python3\n": True,
            "#!/bin/sh\n'''exec' \"/a path/bin/python\" \"$0\" \"$@\"\n": True,
            "#!/bin/sh\necho hello\n": False,
            "python\n": False,
            "": False,
        }.items():
            file = self.path / "script"
            file.write_text(text)
            self.assertEqual(is_python(str(file)), expected, text)


if __name__ == "__main__":
    unittest.main()
