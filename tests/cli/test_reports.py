"""What `run` and `compare` give: tables, JSON, files, the firmware's own output."""

import json
import pathlib

import jsonschema

from support import BOARD, COMPARISON_FAILED, OK, USAGE, CliTest, firmware


class Streams(CliTest):
    def test_json_stands_alone_on_stdout(self):
        done = self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--json", err=["hello, world"])
        report = json.loads(done.out)
        self.assertEqual(2, report["schema_version"])

    def test_reports_follow_the_published_schema(self):
        schema = json.loads((pathlib.Path(__file__).parents[2] / "profiler/report.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        for elf, board in ((firmware("small/hello"), BOARD), (firmware("layer_m7"), "stm32f746g-disco")):
            done = self.expect(OK, "run", elf, "--board", board, "--json")
            jsonschema.validate(json.loads(done.out), schema, jsonschema.Draft202012Validator)

    def test_report_may_go_to_stdout(self):
        done = self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--report", "-")
        json.loads(done.out)

    def test_json_equals_the_report_file(self):
        done = self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--json", "--report", "r.json")
        self.assertEqual(done.stdout, (self.directory / "r.json").read_bytes())

    def test_quiet_prints_what_the_firmware_prints(self):
        done = self.expect(OK, "run", firmware("small/exit_status"), "--board", BOARD, "--quiet")
        self.assertEqual("goodbye\n", done.out)
        self.assertRegex(done.err, r"^stopped: [^\n]*\n$")

    def test_same_run_same_report(self):
        first = self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--json").out
        self.assertEqual(first, self.expect(OK, "run", firmware("small/hello"), "--board", BOARD, "--json").out)


class SeveralBoards(CliTest):
    BOARDS = "mps2-an386,mps2-an500"

    def test_a_line_for_each_board(self):
        out = self.expect(OK, "run", firmware("small/hello"), "--board", self.BOARDS).out
        self.assertEqual(3, len(out.splitlines()), out)
        self.assertRegex(out, r"mps2-an500 +cortex-m7 +25 ")

    def test_json_is_a_list_of_reports(self):
        out = self.expect(OK, "run", firmware("small/hello"), "--board", self.BOARDS, "--json").out
        boards = [report["provenance"]["board"] for report in json.loads(out)]
        self.assertTrue(set(boards) <= set(self.BOARDS.split(",")), boards)

    def test_a_board_that_it_does_not_fit_gets_a_line(self):
        out = self.expect(OK, "run", firmware("small/hello"), "--board", BOARD + ",raspberrypi-pico").out
        self.assertRegex(out, r"raspberrypi-pico +does not run: .* starts at 0x")

    def test_an_unknown_board_is_a_mistake(self):
        self.expect(USAGE, "run", firmware("small/hello"), "--board", BOARD + ",nope", err=["unknown board"])


class Annotate(CliTest):
    def test_the_hottest_functions_are_listed(self):
        out = self.expect(OK, "annotate", firmware("small/hello"), "--board", BOARD, "--top", "2").out
        self.assertEqual(2, out.count("% of all"), out)
        self.assertRegex(out, r"0x[0-9a-f]{8} +\d+ +\d+ +\d+\.\d\d .*ldr")

    def test_one_function_with_its_lines(self):
        out = self.expect(OK, "annotate", firmware("small/dwt"), "--board", BOARD, "--function", "main").out
        self.assertRegex(out, r"^main: \d+ cycles")
        self.assertRegex(out, r"small/dwt\.c:\d+")

    def test_an_unknown_function_is_a_mistake(self):
        self.expect(USAGE, "annotate", firmware("small/hello"), "--board", BOARD, "--function", "nope",
                    err=["has no function \"nope\""])

    def test_json_holds_the_listings(self):
        out = self.expect(OK, "annotate", firmware("small/hello"), "--board", BOARD, "--json").out
        report = json.loads(out)
        self.assertEqual(5, len(report["listings"]))
        names = [f["name"] for f in report["functions"]]
        self.assertEqual(len(names), len(set(names)))


class Semihosting(CliTest):
    def test_files_are_out_of_reach_by_default(self):
        self.expect(1, "run", firmware("small/file_io"), "--board", BOARD, "--exit-status", out=["failed: open"])
        self.assertEqual([], list(self.directory.iterdir()))

    def test_files_inside_the_directory(self):
        (self.directory / "box").mkdir()
        self.expect(OK, "run", firmware("small/file_io"), "--board", BOARD, "--exit-status", "--semihosting-dir", "box",
                    "--arg", "one", "--arg", "two", out=["argument 1: one\nargument 2: two\n", "100 lines, 790 bytes", "ok"])


class Compare(CliTest):
    def setUp(self):
        super().setUp()
        self.layer, self.patch = firmware("layer_m7"), firmware("patch_m7")
        self.board = ["--board", "stm32f746g-disco"]

    def test_elfs_and_reports_give_the_same(self):
        text = self.expect(OK, "compare", self.layer, self.patch, *self.board, "--limit", "256K",
                           out=["peak SRAM", "cycles", "identical"]).out
        for elf, name in ((self.layer, "a.json"), (self.patch, "b.json")):
            self.expect(OK, "run", elf, *self.board, "--report", name, "--quiet")
        self.assertEqual(text, self.expect(OK, "compare", "a.json", "b.json", "--limit", "256K").out)
        a = (self.directory / "a.json").read_bytes()
        self.assertEqual(text, self.expect(OK, "compare", "-", "b.json", "--limit", "256K", stdin=a).out)

    def test_json(self):
        done = self.expect(OK, "compare", self.layer, self.patch, *self.board, "--json")
        json.loads(done.out)

    def test_different_output_fails(self):
        self.expect(COMPARISON_FAILED, "compare", firmware("small/hello"), firmware("small/exit_status"), "--board", BOARD,
                    err=["different output"])

    def test_a_broken_report_says_where(self):
        self.write("r.json", '{"schema_version": 1, "total": 7}')
        self.expect(USAGE, "compare", "r.json", "r.json", err=["^error: r.json: "])
        self.write("r.json", '{"schema_version": 999}')
        self.expect(USAGE, "compare", "r.json", "r.json", err=["^error: r.json: .*999"])
