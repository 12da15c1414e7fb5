"""Exceptions, faults and system registers: the programs of examples/exceptions print a trace; it must be QEMU's.

Where QEMU is known to differ from the architecture or from real parts, the right line is written here, with the reason. A
deviation that no longer occurs fails the test too. Programs that QEMU cannot run have their trace in expected/, written from
the manual.
"""

import os
import pathlib
import shutil
import subprocess
import unittest

BINARY = os.environ.get("SRAMSCOPE_BINARY", "build/release/sramscope")
EXAMPLES = pathlib.Path(os.environ.get("SRAMSCOPE_EXAMPLES_DIR", "build/release/examples")) / "exceptions"
HERE = pathlib.Path(__file__).resolve().parent
QEMU = shutil.which("qemu-system-arm")

# Core -> machine of QEMU, board of ours.
MACHINES = {
    "m0": ("microbit", HERE / "microbit.json"),
    "m3": ("mps2-an385", "mps2-an385"),
    "m4": ("mps2-an386", "mps2-an386"),
    "m7": ("mps2-an500", "mps2-an500"),
    "m33": ("mps2-an505", HERE / "mps2-an505.json"),
}

COMPARED = {
    "svc": ("m0", "m3", "m4", "m7", "m33"),
    "preemption": ("m0", "m3", "m4", "m7", "m33"),
    "tail_chain": ("m0", "m3", "m4", "m7", "m33"),
    "stack_modes": ("m0", "m3", "m4", "m33"),
    "wait": ("m0", "m3", "m4", "m7", "m33"),
    "registers": ("m0", "m3", "m4", "m7", "m33"),
    "exclusive": ("m3", "m4", "m33"),
    "vectors": ("m3", "m4", "m33"),
    "faults": ("m3", "m4", "m7", "m33"),
    "fault_it": ("m3", "m4", "m33"),
    "fault_nested": ("m3", "m4", "m33"),
    "tasks": ("m3", "m4", "m7", "m33"),
    "fp_context": ("m4", "m7", "m33"),
    "bit_band": ("m3", "m4"),
    "mpu": ("m3", "m4"),
    "armv8m": ("m33",),
    "mpu_v8": ("m33",),
    "lazy_fault": ("m4", "m7", "m33"),
    "nonbase": ("m3", "m4", "m7"),
    "faults_v6m": ("m0",),
}

# (firmware, cores, QEMU's line, the right one).
DEVIATIONS = [
    # QEMU keeps all 8 bits of every priority; these boards have 3 (ARMv7-M B1.5.4).
    ("vectors", ("m3", "m4"), "shpr1 0x00ffffff", "shpr1 0x00e0e0e0"),
    ("vectors", ("m33",), "shpr1 0xffffffff", "shpr1 0x00e0e0e0"),  # and with SecureFault
    ("vectors", ("m3", "m4", "m33"), "shpr2 0xff000000", "shpr2 0xe0000000"),
    ("vectors", ("m3", "m4", "m33"), "shpr3 0xffff00ff", "shpr3 0xe0e000e0"),
    ("vectors", ("m3", "m4", "m33"), "ipr0 0xffffffff", "ipr0 0xe0e0e0e0"),
    # ICSR.VECTPENDING knows BASEPRI (ARMv7-M B3.2.4): what it masks is not shown. QEMU shows it.
    ("preemption", ("m3", "m4", "m7", "m33"), "  icsr 0x00413814", "  icsr 0x00400814"),
    ("preemption", ("m3", "m4", "m7", "m33"), "  icsr 0x00412813", "  icsr 0x00400813"),
    # QEMU's M4 is r0p0, its M3 r2p0 in the id but r0p0 in the features; ours are r0p1 and r2p1.
    ("registers", ("m4",), "cpuid 0x410fc240", "cpuid 0x410fc241"),
    ("registers", ("m3",), "cpuid 0x410fc231", "cpuid 0x412fc231"),
    # BP (bit 18) is always 1 on the M7 (DDI 0489 table 3-1).
    ("registers", ("m7",), "ccr 0x00000200", "ccr 0x00040200"),
    # The micro:bit and AN505 have no reference clock for SysTick; our cores always have one.
    ("registers", ("m0", "m33"), "syst_csr 0x00000004", "syst_csr 0x00000000"),
    ("wait", ("m0", "m33"), "csr 0x00000004", "csr 0x00000000"),
    # UFRDY (bit 10) is of ARMv8-M; ARMv7-M B3.2.21 has nothing there.
    ("registers", ("m4", "m7"), "fpccr in svc 0xc0000479", "fpccr in svc 0xc0000079"),
    ("registers", ("m4", "m7"), "fpccr in svc 0xc0000431", "fpccr in svc 0xc0000031"),
]


def without_rettobase(line):
    """ARMv6-M B3.2.4: ICSR has no RETTOBASE (bit 11). QEMU shows it on every core."""
    name, _, value = line.rpartition(" ")
    return f"{name} {int(value, 16) & ~0x800:#010x}" if name.strip() == "icsr" else line


def without_security_state(line):
    """We have one security state, QEMU's M33 two: no CONTROL.SFPA and FPCCR.S, and TT names no region of AN505's IDAU."""
    name, _, value = line.rpartition(" ")
    masks = {"control": 0x8, "fpccr": 0x4, "fpccr in svc": 0x4, "tt": 0xff800000, "ttt": 0xff800000, "tta": 0xff800000}
    mask = masks.get(name.strip(), 0)
    return f"{name} {int(value, 16) & ~mask:#010x}" if mask else line


def run(arguments, timeout=100):
    return subprocess.run([str(a) for a in arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                          check=False)


def lines(data):
    return data.decode(errors="replace").splitlines()


def firmware(name):
    path = EXAMPLES / f"{name}.elf"
    if not path.exists():
        raise unittest.SkipTest(f"{path} was not built")
    return path


def on_qemu(elf, core):
    if QEMU is None:
        raise unittest.SkipTest("qemu-system-arm is not installed")
    # -icount: SysTick must not depend on the host's speed. QEMU prints the guest's text to standard error.
    done = run([QEMU, "-M", MACHINES[core][0], "-nographic", "-monitor", "none", "-serial", "none", "-no-reboot",
                "-icount", "shift=0", "-semihosting-config", "enable=on,target=native", "-kernel", elf])
    return lines(done.stderr) + lines(done.stdout)


def on_sramscope(elf, core, *options, board=None):
    return run([BINARY, "run", elf, "--board", board or MACHINES[core][1], "--quiet", "--max-cycles", "20M",
                "--deliver-hardfaults", *options])


class Exceptions(unittest.TestCase):
    maxDiff = None

    def expect_stop(self, name, core, code, *fragments, options=()):
        """Runs the firmware on sramscope alone; the message must hold the fragments."""
        done = on_sramscope(firmware(f"{name}_{core}"), core, *options)
        self.assertEqual(code, done.returncode, done.stderr.decode())
        for fragment in fragments:
            self.assertIn(fragment, done.stderr.decode())
        return lines(done.stdout)

    def expect_trace(self, name, core, board=None):
        """Compares with the trace in expected/, but for addresses that the compiler chose."""
        done = on_sramscope(firmware(f"{name}_{core}"), core, board=board)
        moving = ("  pc ", "  frame pc ", "  psp ")
        trace = [line for line in lines(done.stdout) if not line.startswith(moving)]
        expected = (HERE / "expected" / f"{name}_{core}.txt").read_text().splitlines()
        self.assertEqual(expected, trace, done.stderr.decode())

    def compare(self, name, core):
        elf = firmware(f"{name}_{core}")
        wanted = on_qemu(elf, core)
        if core == "m0":
            wanted = [without_rettobase(line) for line in wanted]
        if core == "m33":
            wanted = [without_security_state(line) for line in wanted]
        for which, cores, wrong, right in DEVIATIONS:
            if which != name or core not in cores:
                continue
            self.assertIn(wrong, wanted, "a deviation of QEMU that it does not have")
            wanted = [right if line == wrong else line for line in wanted]
        done = on_sramscope(elf, core)
        self.assertEqual(wanted, lines(done.stdout), done.stderr.decode())
        self.assertGreater(len(wanted), 3)

    def test_lockup(self):
        for which in (1, 3):
            trace = self.expect_stop(f"lockup_{which}", "m4", 3, "lockup: a fault while handling a fault", "first fault:")
            self.assertEqual("hard fault 0x40000000", trace[0])
            self.assertNotIn("not reached", trace)
        for which in (2, 4):
            trace = self.expect_stop(f"lockup_{which}", "m4", 3, "lockup: a fault while handling a fault")
            self.assertNotIn("not reached", trace)

    def test_itm_console(self):
        """QEMU has no ITM."""
        trace = self.expect_stop("itm", "m4", 0)
        self.assertEqual(["one by one", "two", "four", "u"], trace)

    def test_latency(self):
        """QEMU has no cycle counter."""
        trace = self.expect_stop("latency", "m4", 0)
        self.assertEqual(5, len(trace))
        for line in trace:
            self.assertTrue(line.endswith("0x00000001"), line)

    def test_beyond_qemu(self):
        """What QEMU has wrong or not at all, from the manual; the reasons stand beside the cases in the sources."""
        for name in ("faults_1", "fault_nested_1", "mpu_1"):
            with self.subTest(name):
                self.expect_trace(name, "m4")
        with self.subTest("faults_v6m_1"):
            self.expect_trace("faults_v6m_1", "m0")
        for core in MACHINES:
            with self.subTest("core_registers", core=core):
                self.expect_trace("core_registers", core, HERE / "m7-caches.json" if core == "m7" else None)

    def test_reset_request(self):
        trace = self.expect_stop("vectors", "m4", 4, "the firmware requested a reset")
        self.assertEqual("no reset without the key", trace[-1])

    def test_default_is_a_report(self):
        """Without --deliver-hardfaults the run ends where a fault escalates to HardFault."""
        done = run([BINARY, "run", firmware("lockup_1_m4"), "--board", "mps2-an386", "--quiet"])
        self.assertEqual(3, done.returncode)
        self.assertIn("undefined instruction", done.stderr.decode())
        self.assertEqual(b"", done.stdout)


def add_comparison(name, core):
    setattr(Exceptions, f"test_{name}_{core}", lambda self: self.compare(name, core))


for _name, _cores in COMPARED.items():
    for _core in _cores:
        add_comparison(_name, _core)

if __name__ == "__main__":
    unittest.main()
