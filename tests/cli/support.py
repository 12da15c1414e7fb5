"""What the tests of the command line share: running it, the example firmwares, a directory to write in."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ.get("SRAMSCOPE_BINARY", "build/release/sramscope")
EXAMPLES = pathlib.Path(os.environ.get("SRAMSCOPE_EXAMPLES_DIR", "build/release/examples"))
BOARD = "mps2-an386"  # the small firmwares are linked for it

OK, COMPARISON_FAILED, USAGE, FAULT, LIMIT = 0, 1, 2, 3, 4


def firmware(name):
    """Path of an example firmware, as text; skips the test where the examples are not built."""
    path = EXAMPLES / f"{name}.elf"
    if not path.exists():
        raise unittest.SkipTest(f"{path} was not built")
    return str(path)


class CliTest(unittest.TestCase):
    """A test with a fresh directory; `run` starts sramscope in it."""

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="sramscope-cli-")
        self.addCleanup(scratch.cleanup)
        self.directory = pathlib.Path(scratch.name)

    def run_cli(self, *arguments, stdin=b"", environment=None, timeout=120):
        """Runs sramscope; the result has `code`, and `out` and `err` as text."""
        done = subprocess.run([BINARY, *map(str, arguments)], input=stdin, capture_output=True, timeout=timeout,
                              cwd=self.directory, env={**os.environ, **(environment or {})}, check=False)
        done.code = done.returncode
        done.out, done.err = done.stdout.decode(), done.stderr.decode()
        return done

    def expect(self, code, *arguments, err=(), out=(), **options):
        """Runs sramscope and expects an exit code and fragments of what it prints."""
        done = self.run_cli(*arguments, **options)
        story = f"\n$ sramscope {' '.join(map(str, arguments))}\n--- stdout\n{done.out}--- stderr\n{done.err}"
        self.assertEqual(code, done.code, story)
        for fragment in err:
            self.assertRegex(done.err, fragment, story)
        for fragment in out:
            self.assertRegex(done.out, fragment, story)
        return done

    def write(self, name, content):
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
