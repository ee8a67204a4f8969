/** Runs the built command as its users do: a process, with its streams and exit status. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const root = process.cwd();
export const bin = path.join(root, 'bin', 'tskvm.js');
/** Milliseconds after which a command counts as one that hangs: a busy machine needs many for an honest one. */
export const PATIENCE = 90_000;

export interface Outcome {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout?: number;
}

const environment = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  return { ...env, ...extra };
};

export function tskvm(args: readonly string[], { input = '', cwd = root, env, timeout = PATIENCE }: RunOptions = {}): Outcome {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    input,
    timeout,
    env: environment(env),
    maxBuffer: 64 << 20,
    killSignal: 'SIGKILL',
  });
  return { stdout, stderr: stderr.toString(), status, signal };
}

/** The same without waiting: several can run at once. */
export function tskvmAsync(
  args: readonly string[],
  { input = '', cwd = root, env, timeout = PATIENCE }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    let stderr = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(stdout), stderr, status, signal });
    });
  });
}

const started = new Set<ChildProcess>();

/** Ends what a failed test has left behind. */
export function killStarted(): void {
  for (const child of started) child.kill('SIGKILL');
}

export function start(args: readonly string[], { cwd = root, env }: RunOptions = {}): ChildProcess {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
  started.add(child);
  return child;
}

/** A folder with the given files, removed by `remove()`. */
export function folder(files: Record<string, string | Uint8Array> = {}): {
  path: string;
  write(name: string, text: string | Uint8Array): string;
  remove(): void;
} {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'tskvm-test-'));
  const write = (name: string, text: string | Uint8Array): string => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { path: directory, write, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** /dev/kvm is there, and this user may use it; TSKVM_REQUIRE_KVM=1: it has to be. */
export const kvm =
  process.env.TSKVM_REQUIRE_KVM === '1' ||
  ((): boolean => {
    try {
      accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
      return true;
    } catch {
      return false;
    }
  })();
