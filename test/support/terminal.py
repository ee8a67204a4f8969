"""Runs a command on a pseudo-terminal for the tests. Reads JSON lines from standard input ({"send": text},
{"resize": [rows, columns]}, {"signal": number}) and writes JSON lines: {"data": text} and, last, {"status": n}."""
import fcntl, json, os, pty, select, signal, struct, sys, termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
resize(master, 24, 80)
pending = b""
sources = [master, 0]
while master in sources:
    for fd in select.select(sources, [], [])[0]:
        if fd == master:
            try:
                data = os.read(master, 65536)
            except OSError:
                data = b""
            if not data:
                sources.remove(master)
                continue
            print(json.dumps({"data": data.decode("utf-8", "replace")}), flush=True)
        else:
            data = os.read(0, 65536)
            if not data:
                # The test has gone: so does the command.
                os.kill(pid, signal.SIGKILL)
                sources.remove(0)
                continue
            pending += data
            *lines, pending = pending.split(b"\n")
            for line in lines:
                order = json.loads(line)
                if "send" in order:
                    os.write(master, order["send"].encode())
                elif "resize" in order:
                    resize(master, *order["resize"])
                elif "signal" in order:
                    os.kill(pid, order["signal"])
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"status": status}), flush=True)
