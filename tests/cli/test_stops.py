"""How runs end: the named reason on stderr, the exit code, and the report that is written all the same."""

import json
import os
import pty
import select
import signal
import subprocess
import time

from support import BINARY, BOARD, FAULT, LIMIT, OK, CliTest, firmware


class Exits(CliTest):
    def test_ordinary_exit(self):
        done = self.expect(OK, "run", firmware("small/hello"), "--board", BOARD,
                           out=["^hello, world\n-42 42 beef text c\n1.414214 0.333333333 3.333333e-21\n"],
                           err=[r"stopped: firmware exited 0 after [\d.,]+ ?[kMG]? cycles \("])
        self.assertEqual(1, len(done.err.splitlines()), done.err)

    def test_status_is_reported_and_returned_on_request(self):
        fw = firmware("small/exit_status")
        self.expect(OK, "run", fw, "--board", BOARD, out=["goodbye"], err=["stopped: firmware exited 7 "])
        self.expect(7, "run", fw, "--board", BOARD, "--exit-status", err=["stopped: firmware exited 7 "])

    def test_abort(self):
        fw = firmware("small/abort")
        self.expect(OK, "run", fw, "--board", BOARD, out=["about to abort"], err=["stopped: firmware exited 1 "])
        self.expect(1, "run", fw, "--board", BOARD, "--exit-status")

    def test_stack_overflow_into_other_data(self):
        """Nothing stops a core without memory protection: the firmware finds out, and we report what it said."""
        fw = firmware("small/stack_overflow")
        self.expect(OK, "run", fw, "--board", BOARD, out=[r"canary destroyed at depth \d+"],
                    err=["stopped: firmware exited 3 "])
        self.expect(3, "run", fw, "--board", BOARD, "--exit-status")

    def test_derived_map_is_said(self):
        self.expect(OK, "run", firmware("small/hello"), err=["^note: no --board given: the map is derived from the ELF"])

    def test_picolibc(self):
        self.expect(OK, "run", firmware("small/picolibc_hello"), "--board", BOARD, err=["firmware exited 0"])


class Faults(CliTest):
    def fault(self, name, *fragments):
        done = self.expect(FAULT, "run", firmware(f"small/{name}"), "--board", BOARD, "--report", "r.json",
                           err=["^error: ", *fragments, "partial report written to r.json", "\nstopped: .*fault.* after "])
        report = json.loads((self.directory / "r.json").read_text())
        self.assertTrue(report["partial"])
        return done

    def test_jump_to_nowhere(self):
        self.fault("jump_to_nowhere", "0x60000000", r"called from main \(small/jump_to_nowhere.c:8\)")

    def test_store_outside_memory(self):
        self.fault("unmapped_store", r"store outside memory: 4 bytes at 0x[0-9a-f]{8}", "past the end of SSRAM23", r"main\+0x",
                   "in layer 'broken/block1/overrun'")

    def test_report_has_call_stack_code_status_and_registers(self):
        self.fault("fault_deep", r"   at 0x\w{8}  im2col\+0x\w+  \(small/fault_deep.c:\d+\)  in layer 'conv'",
                   r"<- convolve \(small/fault_deep.c:\d+\) x 3", r"\n   > 0x\w{8}  strb ", "taken as HardFault, because BusFault is off",
                   r"BusFault: PRECISERR .*, BFAR 0x20400000", r"\n   r12  \w{8}   sp   \w{8}   lr   \w{8}   pc   \w{8}\n")
        fault = json.loads((self.directory / "r.json").read_text())["stop"]["fault"]
        self.assertEqual(("write", 0x20400000, 1), (fault["kind"], fault["address"], fault["size_bytes"]))
        self.assertEqual(["put", "im2col", "convolve"], [frame["function"] for frame in fault["stack"][:3]])

    def test_fault_in_a_handler_is_unwound_to_the_interrupted_code(self):
        self.fault("fault_in_handler", r"called from pend_sv_handler .* <- PendSV during task ", "taken as UsageFault; its handler is",
                   "UsageFault: DIVBYZERO", "the handler ran and loops at ")

    def test_undefined_instruction(self):
        self.fault("undefined", "undefined", "de01", "main", "udf")


class Limits(CliTest):
    def test_loop_forever(self):
        fw = firmware("small/loop_forever")
        self.expect(LIMIT, "run", fw, "--board", BOARD, "--max-cycles", "2M", "--report", "r.json",
                    err=[r"stopped: cycle limit of 2\.000 M reached \(--max-cycles\) after 2\.00", "partial report"])
        report = json.loads((self.directory / "r.json").read_text())
        self.assertTrue(report["partial"])
        self.expect(LIMIT, "run", fw, "--board", BOARD, "--max-instructions", "12345",
                    err=[r"stopped: instruction limit of 12\.35 k reached \(--max-instructions\)"])

    def test_branch_to_itself(self):
        self.expect(LIMIT, "run", firmware("small/spin"), "--board", BOARD, out=["spinning"], err=["stopped: no progress"])

    def test_interrupt_keeps_the_report(self):
        run = subprocess.Popen([BINARY, "run", firmware("small/loop_forever"), "--board", BOARD, "--report", "r.json"],
                               cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
        self.assertEqual(LIMIT, run.returncode, err)
        self.assertIn("stopped: interrupted after ", err)
        self.assertIn("partial report written to r.json", err)
        self.assertTrue(json.loads((self.directory / "r.json").read_text())["partial"])


class Terminal(CliTest):
    def errors_on_terminal(self, *arguments, seconds):
        """What sramscope writes to a terminal that is its stderr."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:  # a chroot without /dev/pts
            self.skipTest(f"no pseudo-terminal to be had: {error}")
        run = subprocess.Popen([BINARY, *arguments], cwd=self.directory, stdout=subprocess.DEVNULL, stderr=theirs,
                               env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        text, started = b"", time.monotonic()
        while True:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    text += os.read(ours, 65536)
                except OSError:  # the other side is closed and everything was read
                    break
            if time.monotonic() - started > seconds:
                run.send_signal(signal.SIGINT)  # once: a second one ends the program itself
                seconds = float("inf")
        os.close(ours)
        run.wait(timeout=60)
        return text.decode()

    def test_progress_on_a_terminal_after_a_second(self):
        text = self.errors_on_terminal("run", firmware("small/loop_forever"), "--board", BOARD, seconds=3)
        self.assertRegex(text, r"simulated, .* cycles, \d+ MIPS")
        self.assertIn("stopped: interrupted", text)

    def test_no_progress_when_short_or_quiet(self):
        text = self.errors_on_terminal("run", firmware("small/hello"), "--board", BOARD, seconds=30)
        self.assertNotIn("MIPS", text)
        text = self.errors_on_terminal("run", firmware("small/loop_forever"), "--board", BOARD, "--quiet", seconds=2.5)
        self.assertNotIn("MIPS", text)

    def test_no_color_is_honoured(self):
        missing = ("run", "missing.elf")
        self.assertIn("\x1b[", self.errors_on_terminal(*missing, seconds=30))
        os.environ["NO_COLOR"] = "1"
        self.addCleanup(os.environ.pop, "NO_COLOR")
        self.assertNotIn("\x1b[", self.errors_on_terminal(*missing, seconds=30))
