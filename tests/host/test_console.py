# SPDX-License-Identifier: MIT
"""Log and shell on one serial line, keys beyond plain typing, jobs."""
import pytest

from conftest import until

pytestmark = pytest.mark.boot


@pytest.fixture
def shell(guest):
    return guest("--smp", 2)


def test_a_kernel_message_does_not_destroy_the_line_being_edited(shell):
    shell.send("sleep 0.5 && ktest proc.proc_name_taken_is_reported > /dev/null &\r")
    shell.wait_prompt()
    shell.send("echo before-after\x1b[D\x1b[D")		# the cursor stands two from the end
    shell.expect_exact("already registered")
    shell.expect_exact("end trace")
    shell.expect_exact("expects no more reports")	# the last line of it
    shell.expect_exact("bottomhalf# echo before-after\x1b[K\x1b[2D")	# repainted, cursor and all
    shell.send("XX\r")
    assert "before-aftXXer" in shell.wait_prompt()


def test_tab_completes_commands_and_paths(shell):
    shell.send("unam\t\r")
    assert shell.wait_prompt().endswith("\nbottomhalf")
    shell.send("cat /pr\tsys/ker\tosrel\t\r")
    assert shell.wait_prompt().endswith("\n6.12.0-bottomhalf")


def test_keys_and_history(shell):
    for keys, shown in [("echo bc\x1b[H\x1b[C\x1b[C\x1b[C\x1b[C\x1b[Ca\x05d\r", "abcd"),	# home, five right, end
                        ("junk\x15echo one two\x17three\r", "one three"),	# kill line, kill word
                        ("echo x\x1b[H\x0becho y\r", "y"),			# kill to the end
                        ("\x1b[A\x1b[A\x7f\x7fTWO\r", "one thrTWO"),		# two up, rub out two
                        ("echo \x1bq\x1b[5~o\x1b[1;5D\x1b[Ck\r", "ok")]:	# keys that mean nothing, or little
        shell.send(keys)
        assert shell.wait_prompt().endswith("\n" + shown), keys


def test_ctrl_c_drops_the_line_and_what_was_typed_ahead(shell):
    shell.send("echo never\x03")
    assert "\nnever" not in shell.wait_prompt()
    shell.send("sleep 100\recho ahead\r")
    shell.expect_exact("sleep 100")
    shell.send("\x03")
    assert "\nahead" not in shell.wait_prompt()
    assert shell.cmd("echo alive") == "alive\n"


def test_ctrl_c_ends_what_follows_the_log(shell):
    shell.send("dmesg -w | wc; echo never\r")
    shell.expect_exact("echo never\r")			# it runs: earlier, Ctrl-C would only drop the line
    shell.send("\x03")
    assert "never" not in shell.wait_prompt(20)
    assert shell.cmd("cat /dev/null; echo $?") == "0\n"


def test_a_job_runs_beside_the_prompt_and_can_be_killed(shell):
    shell.cmd("sleep 1000 &")
    assert "sleep" in shell.cmd("ps | grep sleep")
    shell.cmd("kill $!; wait")
    until(lambda: shell.cmd("pgrep sleep; echo $?").strip() == "1")	# no job any more, perhaps a thread for a moment


def test_ctrl_d_on_an_empty_line_switches_off(shell):
    shell.send("\x04")
    shell.expect_exact("exit status 0")
