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


if __name__ == "__main__":
    unittest.main()
