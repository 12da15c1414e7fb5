"""Help, suggestions, and everything that is refused before a run."""

import subprocess

from support import BINARY, OK, USAGE, CliTest


class Help(CliTest):
    def test_alone_prints_short_help_with_three_examples(self):
        done = self.expect(OK)
        self.assertEqual(3, done.out.count("\n  sramscope "))
        self.assertLess(len(done.out.splitlines()), 12)
        self.assertEqual("", done.err)

    def test_help_states_the_kilobyte_and_the_exit_codes(self):
        self.expect(OK, "--help", out=["1 kB = 1024 bytes", "0 ok, 1 .*, 2 .*, 3 .*, 4 "])

    def test_each_command_has_help_with_an_example(self):
        for command in ("run", "compare", "boards", "plan", "build", "explore", "completion"):
            self.expect(OK, command, "--help", out=[f"Example: .*sramscope {command}"])

    def test_help_fits_a_wide_terminal(self):
        for command in ([], ["run"], ["compare"], ["view"], ["boards"], ["plan"], ["build"], ["explore"], ["completion"]):
            for line in self.run_cli(*command, "--help").out.splitlines():
                self.assertLessEqual(len(line), 120, line)

    def test_version_names_program_commit_and_cycle_models(self):
        self.expect(OK, "--version", out=[r"^sramscope \d+\.\d+\.\d+ \(commit \S+\)\n", "cycle models: version "])


class Refused(CliTest):
    def test_unknown_words_get_a_suggestion(self):
        self.expect(USAGE, "rnu", "fw.elf", err=["unknown command 'rnu'; did you mean run\\?"])
        self.expect(USAGE, "compair", err=["did you mean compare\\?"])
        self.expect(USAGE, "run", "--bord=x", err=["run: unknown option --bord; did you mean --board\\?"])
        self.expect(USAGE, "boards", "--jsn", err=["did you mean --json\\?"])
        self.expect(USAGE, "boards", "stm32f746g-disko", err=["stm32f746g-disco"])

    def test_far_off_words_get_none(self):
        done = self.expect(USAGE, "frobnicate", err=["unknown command 'frobnicate'\n"])
        self.assertNotIn("did you mean", done.err)

    def test_missing_and_surplus_arguments(self):
        self.expect(USAGE, "run", err=["elf is required", "see: sramscope run --help"])
        self.expect(USAGE, "run", "a.elf", "b.elf", err=["unexpected argument 'b.elf'"])
        self.expect(USAGE, "compare", "a.json", err=["b is required"])

    def test_numbers(self):
        for bad in ("x", "-5", "5X", "", "0x", "1e99G"):
            self.expect(USAGE, "run", "a.elf", f"--max-cycles={bad}", err=["--max-cycles"])
        self.expect(USAGE, "compare", "a", "b", "--limit=many", err=["--limit.*262144, 256K or 1M"])

    def test_files(self):
        self.expect(USAGE, "run", "missing.elf", err=["^error: missing.elf: .*No such file"])
        self.expect(USAGE, "run", ".", err=["^error: \\.: "])
        self.expect(USAGE, "run", "a.elf", "--report", "no/such/dir/r.json", err=["--report no/such/dir/r.json: "])
        self.expect(USAGE, "run", "a.elf", "--semihosting-dir", "nowhere", err=["nowhere: not a directory"])
        self.expect(USAGE, "compare", "-", "-", err=["only one side"])
        text = self.write("text.txt", "neither one")
        self.expect(USAGE, "compare", text, text, err=["neither an ELF file nor a report"])

    def test_nothing_refused_writes_to_stdout(self):
        for arguments in (["rnu"], ["run"], ["run", "missing.elf"], ["boards", "nope"], ["compare", "x", "y"]):
            self.assertEqual("", self.run_cli(*arguments).out)


class Completion(CliTest):
    def complete(self, *words):
        script = self.run_cli("completion", "bash").out
        line = " ".join(f"'{word}'" for word in ("sramscope", *words))
        script += f'\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _sramscope; printf "%s\\n" "${{COMPREPLY[@]}}"'
        return subprocess.run(["bash", "-c", script], capture_output=True, check=True, cwd=self.directory,
                              text=True).stdout.split()

    def test_commands_options_boards_and_files(self):
        self.assertEqual(["run"], self.complete("ru"))
        self.assertEqual(["--max-cycles"], self.complete("run", "--max-c"))
        self.assertIn("stm32f746g-disco", self.complete("run", "--board", "stm32"))
        self.write("firmware.elf", "")
        self.assertEqual(["firmware.elf"], self.complete("run", "firm"))

    def test_other_shells_are_refused(self):
        self.expect(USAGE, "completion", "fish", err=["bash only"])


class Boards(CliTest):
    def test_every_board_is_listed(self):
        self.expect(OK, "boards", out=["stm32f746g-disco", "stm32f407g-disc1", "mps2-an386", "mps2-an500"])

    def test_one_board_shows_its_map(self):
        self.expect(OK, "boards", "stm32f746g-disco", out=["0x08000000", "216 MHz", "cortex-m7"])

    def test_json_is_a_board_file(self):
        for name in ("stm32f746g-disco", "stm32f407g-disc1", "mps2-an386", "mps2-an500"):
            json = self.expect(OK, "boards", name, "--json").stdout
            file = self.write(f"{name}.json", json)
            self.assertEqual(json, self.expect(OK, "boards", file, "--json").stdout)
            self.assertEqual(json, self.expect(OK, "boards", "-", "--json", stdin=json).stdout)

    def test_a_setting_changes_what_is_shown(self):
        out = self.expect(OK, "boards", "nucleo-f446re", "--set", "core.clock_mhz=80").out
        self.assertRegex(out, r"FLASH .* 2 +16 ")
        self.assertIn("cortex-m4 at 80 MHz", out)
        self.expect(USAGE, "boards", "nucleo-f446re", "--set", "flsh.wait=2", err=['did you mean "FLASH"'])

    def test_a_broken_board_file_says_where(self):
        self.write("bad.json", '{"name": "x", "regions": ')
        self.expect(USAGE, "boards", "bad.json", err=["bad.json"])
        self.expect(USAGE, "boards", "./nothing.json", err=["nothing.json"])

    def test_no_colour_codes_when_piped(self):
        self.assertNotIn("\x1b", self.run_cli("boards").out)
        self.assertNotIn("\x1b", self.run_cli("boards", "nope").err)


class Streams(CliTest):
    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "boards"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(USAGE, done.returncode)
        self.assertIn(b"cannot write", done.stderr)
