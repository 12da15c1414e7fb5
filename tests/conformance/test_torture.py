"""What torture.py makes of DejaGnu's directives."""

import pathlib
import tempfile
import unittest

import torture


class Selectors(unittest.TestCase):
    def test_triplets_and_effective_targets(self):
        for selector, holds in [
            ("arm*-*-*", True),
            ("*-*-*", True),
            ("i?86-*-* x86_64-*-*", False),
            ("i?86-*-* arm*-*-*", True),
            ("fpic", True),
            ("ia32", False),
            ("! ia32", True),
            ("{ ! signal }", False),
            ("{ { hppa*-*-hpux* } && { ! lp64 } }", False),
            ("{ arm*-*-* } && { ! lp64 }", True),
            ("{ i?86-*-* x86_64-*-* } && ia32", False),
            ("hppa*-*-hpux* || arm*-*-*", True),
        ]:
            self.assertEqual(torture.selected(selector), holds, selector)


class Options(unittest.TestCase):
    def check(self, source, *options):
        self.assertEqual(torture.directive_options(source), list(options))

    def test_quotes_and_braces(self):
        self.check('/* { dg-options "-fwrapv -O2" } */', "-fwrapv", "-O2")
        self.check('/* { dg-options { "-fwrapv" } } */', "-fwrapv")

    def test_selector_must_hold(self):
        self.check('/* { dg-options "-mno-mmx" { target { x86_64-*-* i?86-*-* } } } */')
        self.check('/* { dg-options "-fPIC" { target fpic } } */', "-fPIC")

    def test_the_last_options_win_and_additional_ones_add_up(self):
        self.check(
            '/* { dg-additional-options "-a" } */\n/* { dg-options "-b" } */\n/* { dg-options "-c" } */\n'
            '/* { dg-options "-d" { target vax-*-* } } */\n/* { dg-additional-options "-e" } */',
            "-c", "-a", "-e")

    def test_other_directives_are_no_options(self):
        self.check('/* { dg-do run } */\n/* { dg-skip-if "" { *-*-* } "-O1" "" } */')


class Scripts(unittest.TestCase):
    def test_only_unconditional_flags(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "a.x"
            script.write_text(
                'if { [check_effective_target_newlib_nano_io] } {\n    lappend additional_flags "-u"\n}\n'
                'lappend additional_flags "-fno-ivopts" "-fno-gcse"\nset torture_eval 1\nreturn 0\n')
            self.assertEqual(torture.script_options(script), ["-fno-ivopts", "-fno-gcse"])
            self.assertEqual(torture.script_options(script.with_name("b.x")), [])


# Stands in for run_many: as it, one line per program; dies at b.elf, and c.elf fails.
DYING_RUNNER = """#!/usr/bin/env python3
import os, sys
for elf in open(sys.argv[-1][1:]).read().split():
    if elf.endswith("b.elf"):
        os.abort()
    bad = elf.endswith("c.elf")
    print(elf, "fault" if bad else "exited", 0, 7, "store\\tto flash" if bad else "", sep="\\t", flush=True)
"""


class Runs(unittest.TestCase):
    def test_a_simulator_that_dies_fails_one_program_and_the_others_run(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            runner = folder / "runner.py"
            runner.write_text(DYING_RUNNER)
            runner.chmod(0o755)
            names = ["execute/a.c", "execute/b.c", "execute/c.c", "execute/d.c"]
            outcomes = torture.run_share(runner, "board", folder, names, folder)
        self.assertEqual(list(outcomes), names)
        self.assertEqual(outcomes["execute/a.c"], torture.Outcome("", 7))
        self.assertIn("the simulator died", outcomes["execute/b.c"].problem)
        self.assertEqual(outcomes["execute/c.c"].problem, "fault, status 0 store\tto flash")
        self.assertEqual(outcomes["execute/d.c"].problem, "")


class Lists(unittest.TestCase):
    def test_the_subset_is_part_of_the_suites_and_left_out_programs_are_not(self):
        subset = torture.read_list(torture.HERE / "torture_subset.txt")
        dg = torture.read_list(torture.HERE / "expected/dg_torture.txt")
        left_out = torture.read_list(torture.HERE / "expected/unsupported.txt")
        self.assertEqual(len(set(subset)), 300)
        self.assertEqual(len(set(dg)), 532)
        self.assertFalse(set(subset) & set(left_out))
        self.assertLessEqual({name for name in subset if name.startswith("dg/")}, set(dg))


if __name__ == "__main__":
    unittest.main()
