/** The built command in a real pseudo-terminal, by way of terminal.py. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import readline from 'node:readline';
import { bin, root } from './cli.js';

export const havePython = spawnSync('python3', ['-c', 'import pty']).status === 0;

export interface Terminal {
  /** Everything that has been shown so far. */
  readonly text: string;
  /** Waits until `wanted` has been shown since the last `expect`; rejects after `seconds`. */
  expect(wanted: string | RegExp, seconds?: number): Promise<void>;
  send(keys: string): void;
  resize(rows: number, columns: number): void;
  signal(number: number): void;
  /** Exit status; negative: the signal. */
  readonly ended: Promise<number>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left behind. */
export function killTerminals(): void {
  for (const child of running) child.stdin?.end();
}

export function terminal(args: readonly string[], cwd = root): Terminal {
  const child = spawn('python3', [`${root}/test/support/terminal.py`, process.execPath, bin, ...args], {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm', FORCE_COLOR: undefined, NO_COLOR: undefined },
  });
  let text = '';
  let seen = 0;
  let check = (): void => {};
  let over = false;
  const ended = new Promise<number>((resolve) => {
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as { data?: string; status?: number };
      if (message.data !== undefined) {
        // Colours are not what these tests are about.
        text += message.data.replace(/\x1b\[[0-9;]*m/g, '');
        check();
      } else {
        over = true;
        check();
        resolve(message.status ?? -1);
      }
    });
  });
  running.add(child);
  const order = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    get text() {
      return text;
    },
    expect(wanted, seconds = 60) {
      return new Promise((resolve, reject) => {
        const give = (error?: Error): void => {
          clearTimeout(timer);
          check = () => {};
          if (error) reject(error);
          else resolve();
        };
        const timer = setTimeout(
          () => give(new Error(`${String(wanted)} was not shown within ${seconds} s:\n${text.slice(seen)}`)),
          seconds * 1000,
        );
        check = () => {
          const rest = text.slice(seen);
          const match =
            typeof wanted === 'string'
              ? { index: rest.indexOf(wanted), length: wanted.length }
              : { index: rest.search(wanted), length: wanted.exec(rest)?.[0].length ?? 0 };
          if (match.index >= 0) {
            seen += match.index + match.length;
            give();
          } else if (over) {
            give(new Error(`the command ended before ${String(wanted)} was shown:\n${rest}`));
          }
        };
        check();
      });
    },
    send: (keys) => order({ send: keys }),
    resize: (rows, columns) => order({ resize: [rows, columns] }),
    signal: (number) => order({ signal: number }),
    ended,
  };
}
