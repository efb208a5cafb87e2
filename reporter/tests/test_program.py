"""Whole programs, once under the reporter and once alone."""

import json
import os
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

import support

WAIT_FOR_REPORT = """
import os, time
def report_of(pid):
    path = os.path.join(os.environ["MLX_HEADROOM_REPORT_DIR"], f"{pid}.json")
    while not os.path.exists(path): time.sleep(0.01)
    with open(path) as file: return file.read()
"""


class Program(unittest.TestCase):
    def setUp(self):
        temporary = support.folder()
        self.addCleanup(temporary.cleanup)
        self.path = Path(temporary.name)
        self.reports = self.path / "reports"
        self.reports.mkdir()
        self.variables = {"MLX_HEADROOM_REPORT_DIR": str(self.reports)}

    def both(self, arguments, variables=None, **options):
        given = {**self.variables, **(variables or {})}
        return [support.run(arguments, reported, given, **options) for reported in (False, True)]

    def assert_same(self, arguments, variables=None, **options):
        """The same exit code or signal, and the same bytes on stdout and stderr."""
        alone, reported = self.both(arguments, variables, **options)
        outcome = lambda ran: (ran.returncode, ran.stdout, ran.stderr)
        self.assertEqual(outcome(reported), outcome(alone))
        return reported

    def reported(self, text, *arguments, **variables):
        path = support.script(self.path, text)
        ran = support.run([path, *arguments], True, {**self.variables, **variables})
        self.assertEqual((ran.returncode, ran.stderr.decode()), (0, ""))
        return ran.stdout.decode()

    def test_sees_the_argv_name_path_and_input_that_it_would_see_alone(self):
        path = support.script(
            self.path,
            "import sys, mlx.core\n"
            "print(sys.argv, sys.orig_argv[1:], __name__, __file__, __spec__, sys.path[0], sys.flags)\n"
            "print(sys.stdin.read(), sys.modules['__main__'].__dict__.keys())\n",
        )
        for arguments in ([path, "a b", "--x"], ["-u", path, "-m", "mlx_headroom_reporter"]):
            ran = self.assert_same(arguments, input=b"some input")
            self.assertIn(b"some input", ran.stdout)

    def test_is_a_module_as_it_would_be_alone(self):
        support.script(self.path, "import sys, mlx.core\nprint(__spec__.name, __spec__.origin, sys.argv, __name__)\n", "tool.py")
        ran = self.assert_same(["-m", "tool", "x"], cwd=self.path)
        self.assertIn(b"tool", ran.stdout)

    def test_finds_mlx_and_the_import_system_as_they_would_be_alone(self):
        path = support.script(
            self.path,
            "import sys, mlx.core\nprint(mlx.core.__file__, sorted(vars(mlx.core.__loader__)), len(sys.meta_path))\n"
            "print(type(mlx.core.__spec__.loader), sorted(vars(mlx.core)))\n",
        )
        self.assert_same([path])

    def test_leaves_with_the_same_code_and_words(self):
        for text in (
            "raise SystemExit(7)",
            "raise SystemExit('a word')",
            "import os; os._exit(9)",
            "def f(): raise KeyError('x')\nf()",
            "import threading\nt = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
            "syntax error",
            "import mlx.core.nothing",
            "import nothing.at.all",
            "raise KeyboardInterrupt",
        ):
            self.assert_same([support.script(self.path, f"import mlx.core\n{text}\n" if "syntax" not in text else text)])
        self.assert_same(["no-such-file.py"], cwd=self.path)
        self.assert_same(["-m", "no_such_module"], cwd=self.path)

    def test_dies_of_the_same_signals(self):
        for name in ("SIGTERM", "SIGINT", "SIGKILL", "SIGABRT", "SIGSEGV", "SIGPIPE"):
            text = f"import os, signal, mlx.core\nos.kill(os.getpid(), signal.{name})\nsignal.pause()\n"
            if name == "SIGPIPE":
                text = "import signal, mlx.core\nprint(signal.getsignal(signal.SIGPIPE))\n"
            path = support.script(self.path, text)
            # Which bytecode was at work when SIGINT came is in nobody's hand.
            alone, reported = self.both([path])
            self.assertEqual(reported.returncode, alone.returncode, name)
            self.assertEqual(reported.stdout, alone.stdout)
            if name != "SIGINT":
                self.assertEqual(reported.stderr, alone.stderr)

    def test_is_reported_while_it_runs_and_its_report_goes_with_it(self):
        out = self.reported(f"{WAIT_FOR_REPORT}\nimport mlx.core\nprint(os.getpid(), report_of(os.getpid()))")
        pid, text = out.split(" ", 1)
        report = json.loads(text)
        self.assertEqual((report["pid"], report["active_bytes"]), (int(pid), 300))
        self.assertEqual(list(self.reports.iterdir()), [])

    def test_is_reported_from_its_import_on_whenever_that_is(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport threading\nprint(threading.active_count())\n"
            "from mlx import core\nprint(len(report_of(os.getpid())) > 10)"
        )
        self.assertEqual(out, "1\nTrue\n")

    def test_without_mlx_it_gets_no_thread_and_no_file(self):
        out = self.reported("import threading, os\nprint(threading.active_count())")
        self.assertEqual((out, list(self.reports.iterdir())), ("1\n", []))

    def test_limits_of_the_environment_are_set_before_it_can_use_mlx(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport mlx.core as mx\nprint(mx.calls)\nprint(report_of(os.getpid()))",
            MLX_HEADROOM_MEMORY_LIMIT="2KiB",
        )
        calls, text = out.strip().split("\n")
        self.assertEqual(calls, "[('memory', 2048)]")
        self.assertEqual(json.loads(text)["memory_limit_bytes"], 2048)

    def test_limits_are_set_even_where_nothing_is_reported(self):
        path = support.script(self.path, "import mlx.core as mx\nprint(mx.calls)")
        ran = support.run([path], True, {"MLX_HEADROOM_CACHE_LIMIT": "9"})
        if not os.path.isdir("/run/mlx-headroom"):
            self.assertEqual((ran.stdout, ran.stderr), (b"[('cache', 9)]\n", b""))

    def test_a_fork_has_a_report_of_its_own_and_leaves_its_parents_alone(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport sys, mlx.core\nmine = report_of(os.getpid())\n"
            "child = os.fork()\n"
            "if child == 0:\n    print(os.getpid(), report_of(os.getpid()), flush=True)\n    sys.exit(0)\n"
            "os.waitpid(child, 0)\nprint(child, os.listdir(os.environ['MLX_HEADROOM_REPORT_DIR']) == [f'{os.getpid()}.json'])"
        )
        of_child, of_parent = out.strip().split("\n")
        pid, text = of_child.split(" ", 1)
        self.assertEqual(json.loads(text)["pid"], int(pid))
        self.assertEqual(of_parent, f"{pid} True")

    def test_a_python_that_it_starts_is_reported_too(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport multiprocessing as m\n"
            "def work(): \n    import mlx.core\n    print(os.getpid(), len(report_of(os.getpid())) > 10, flush=True)\n"
            "if __name__ == '__main__':\n    p = m.get_context('spawn').Process(target=work); p.start(); p.join(); print(p.pid)"
        )
        self.assertRegex(out, r"^(\d+) True\n\1\n$")

    def test_the_machines_own_sitecustomize_runs_as_ever(self):
        site = self.path / "site"
        site.mkdir()
        support.script(site, "print('own', __name__, __file__)", "sitecustomize.py")
        path = support.script(self.path, "import sys, sitecustomize\nprint(sitecustomize.__file__, sys.path[0])")
        python_path = os.pathsep.join([str(site), str(support.TESTS / "fake")])
        alone, reported = self.both([path], {"PYTHONPATH": python_path})
        self.assertEqual((reported.returncode, reported.stdout), (0, alone.stdout))
        self.assertIn(str(site), reported.stdout.decode())

    def test_keeps_its_module_path_the_folder_of_the_reporter_aside(self):
        path = support.script(self.path, "import sys\nprint([p for p in sys.path if p != sys.argv[1]])")
        variables = {"PYTHONPATH": f"/one:{support.TESTS / 'fake'}::/two"}
        self.assert_same([path, str(support.REPORTER)], variables, cwd=self.path)

    def test_suffers_no_harm_when_the_reporter_does(self):
        text = "import mlx.core as mx, time\ntime.sleep(0.3)\nprint('fine', mx.get_active_memory())"
        for variables in (
            {"MLX_HEADROOM_REPORT_DIR": str(self.path / "no/such/folder")},
            {"MLX_HEADROOM_REPORT_DIR": "/proc/self"},
            {"MLX_HEADROOM_REPORT_INTERVAL": "soon", "MLX_HEADROOM_MEMORY_LIMIT": "much"},
        ):
            ran = support.run([support.script(self.path, text)], True, {**self.variables, **variables})
            self.assertEqual((ran.returncode, ran.stdout), (0, b"fine 300\n"))
            self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)
            self.assertTrue(ran.stderr.startswith(b"mlx-headroom-reporter: "))

    def test_suffers_no_harm_from_an_mlx_that_is_nothing_like_mlx(self):
        other = self.path / "other/mlx"
        other.mkdir(parents=True)
        (other / "core.py").write_text("answer = 42\n")
        path = support.script(self.path, "import mlx.core as mx, time\ntime.sleep(0.3)\nprint(mx.answer)")
        ran = support.run([path], True, {**self.variables, "PYTHONPATH": str(self.path / "other")})
        self.assertEqual((ran.returncode, ran.stdout), (0, b"42\n"))
        self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)

    def test_an_import_that_fails_can_be_tried_again(self):
        other = self.path / "flaky/mlx"
        other.mkdir(parents=True)
        fake = (support.TESTS / "fake/mlx/core.py").read_text()
        (other / "core.py").write_text(f"import os\nif 'READY' not in os.environ: raise ImportError('not yet')\n{fake}")
        path = support.script(
            self.path,
            f"{WAIT_FOR_REPORT}\ntry: import mlx.core\nexcept ImportError as error: print(error)\n"
            "os.environ['READY'] = '1'\nimport mlx.core\nprint(len(report_of(os.getpid())) > 10)",
        )
        ran = support.run([path], True, {**self.variables, "PYTHONPATH": str(self.path / "flaky")})
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, b"not yet\nTrue\n", b""))

    def test_may_start_the_reporter_itself(self):
        for order in ("import mlx.core\nmlx_headroom_reporter.start()", "mlx_headroom_reporter.start()\nimport mlx.core"):
            path = support.script(
                self.path,
                f"{WAIT_FOR_REPORT}\nimport mlx_headroom_reporter\n{order}\nprint(len(report_of(os.getpid())) > 10)",
            )
            python_path = os.pathsep.join([str(support.REPORTER), str(support.TESTS / "fake")])
            ran = support.run([path], False, {**self.variables, "PYTHONPATH": python_path})
            self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, b"True\n", b""))

    def test_is_reported_once_although_it_starts_the_reporter_besides(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport mlx.core as mx, mlx_headroom_reporter, threading\n"
            "mlx_headroom_reporter.start()\nreport_of(os.getpid())\nprint(threading.active_count(), mx.calls)",
            MLX_HEADROOM_CACHE_LIMIT="9",
        )
        self.assertEqual(out, "2 [('cache', 9)]\n")

    @unittest.skipUnless(os.path.exists("/proc/self/task"), "needs /proc")
    def test_has_its_signals_to_itself(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport mlx.core\nreport_of(os.getpid())\n"
            "for task in os.listdir('/proc/self/task'):\n"
            "    status = dict(line.split(':\\t') for line in open(f'/proc/self/task/{task}/status') if ':\\t' in line)\n"
            "    if status['Name'].strip() == 'mlx-headroom': print(int(status['SigBlk'], 16) >> 14 & 1)"
        )
        self.assertEqual(out, "1\n")

    @unittest.skipUnless(os.path.exists("/proc/self/task"), "needs /proc")
    def test_has_one_thread_more_by_a_name_the_kernel_knows(self):
        out = self.reported(
            f"{WAIT_FOR_REPORT}\nimport mlx.core\nreport_of(os.getpid())\n"
            "tasks = os.listdir('/proc/self/task')\n"
            "print(sorted(open(f'/proc/self/task/{task}/comm').read().strip() for task in tasks))"
        )
        self.assertEqual(len(re.findall("'", out)), 4)
        self.assertIn("'mlx-headroom'", out)

    def test_is_told_about_when_python_ignores_its_environment(self):
        path = support.script(self.path, "print('fine')")
        env = support.environment()
        ran = subprocess.run(
            [sys.executable, "-E", "-m", "mlx_headroom_reporter", path],
            env=env, capture_output=True, cwd=support.REPORTER, timeout=60,
        )
        self.assertEqual((ran.returncode, ran.stdout), (0, b"fine\n"))
        self.assertIn(b"leave the reporter out", ran.stderr)

    def test_without_a_program_it_says_how_to_name_one(self):
        ran = support.run([], True)
        self.assertEqual((ran.returncode, ran.stdout), (2, b""))
        self.assertIn(b"Usage: python -m mlx_headroom_reporter", ran.stderr)
        self.assertEqual(support.run(["--help"], True).returncode, 0)
        self.assertEqual(support.run(["--version"], True).stdout, b"0.1.0\n")

    def test_a_killed_one_leaves_a_report_that_names_its_start(self):
        path = support.script(self.path, "import mlx.core, signal\nsignal.pause()")
        env = support.environment(**self.variables)
        env["PYTHONPATH"] = os.pathsep.join([str(support.REPORTER), env["PYTHONPATH"]])
        child = subprocess.Popen([sys.executable, "-m", "mlx_headroom_reporter", path], env=env)
        try:
            file = self.reports / f"{child.pid}.json"
            support.eventually(lambda: json.loads(file.read_text()))
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
        self.assertIn("pid", json.loads(file.read_text()))


if __name__ == "__main__":
    unittest.main()
