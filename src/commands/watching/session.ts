/**
 * One watch: build, run, show, wait for a change, stop the guest, again. Everything runs in this process, on one machine
 * that is reset between runs as long as its board stays the same.
 */
import path from 'node:path';
import { TskvmError } from '../../diagnostics.js';
import { exitStatus } from '../../exit-status.js';
import { HostError } from '../../host.js';
import { nodeHost } from '../../host-node.js';
import type { Image } from '../../object.js';
import { createMachine, type Machine, type MachineOptions } from '../../vmm/machine.js';
import { registerText } from '../../vmm/report.js';
import type { OutputSink } from '../../vmm/output.js';
import type { RunResult } from '../../vmm/result.js';
import { bytesInput, type InputSource } from '../../vmm/input.js';
import { buildImage } from '../shared/build-image.js';
import { buildRequest } from '../shared/build-options.js';
import { explained } from '../shared/ending.js';
import { findConfig } from '../shared/find-config.js';
import { findBoard, machineRequest, startModes } from '../shared/machine-options.js';
import { printDiagnostics, reportFailure } from '../shared/report.js';
import { screenText } from '../shared/screen.js';
import type { Options } from '../shared/spec.js';
import { useColor, writeStderr, writeStdout } from '../shared/streams.js';
import { forgetUserModules, loadedUserFiles } from '../shared/user-modules.js';
import { FileWatcher } from '../shared/watcher.js';
import { parseDirective } from '../testing/directive.js';
import { readGuest } from '../testing/discover.js';
import { GuestRunner, optionsOf } from '../testing/execute.js';
import { compare, update } from '../testing/golden.js';
import { explain } from '../testing/reporters.js';
import { imageListing } from './listing.js';
import { RunOutput } from './output.js';

const help = 'r run again · t golden test · u accept the output as golden · x registers · l listing · ? help · q quit';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class WatchSession {
  private machine: Machine | null = null;
  private machineSettings: Mutable<MachineOptions> | null = null;
  private board = '';
  private sink: OutputSink = { write: (bytes) => bytes.length };
  private input: InputSource = bytesInput(new Uint8Array(0));
  private image: Image | null = null;
  private result: RunResult | null = null;
  private previous: Uint8Array | null = null;
  private runs = 0;
  private busy = false;
  private closed = false;
  /** Why the next run is wanted; null: it is not. */
  private wanted: string | null = 'start';
  private end: (status: number) => void = () => {};
  private readonly watcher = new FileWatcher((files) =>
    this.request(`changed: ${files.map((file) => path.relative('', file) || '.').join(', ')}`, files),
  );
  private readonly terminal = process.stdin.isTTY === true && process.stderr.isTTY === true;

  constructor(
    private readonly sources: readonly string[],
    private readonly options: Options,
  ) {}

  /** Runs until q, Ctrl-C or a signal; resolves to the exit status. */
  run(): Promise<number> {
    return new Promise((resolve) => {
      this.end = (status) => {
        this.close();
        resolve(status);
      };
      for (const [signal, status] of [
        ['SIGINT', exitStatus.interrupted],
        ['SIGTERM', exitStatus.terminated],
        ['SIGHUP', exitStatus.terminated],
      ] as const) {
        process.on(signal, () => this.end(status));
      }
      if (this.terminal) this.readKeys();
      void this.work();
    });
  }

  private close(): void {
    this.closed = true;
    this.watcher.close();
    this.wanted = null;
    if (this.terminal) {
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    this.machine?.interrupt();
    if (!this.busy) this.machine?.close();
  }

  private readKeys(): void {
    process.stdin.setRawMode(true);
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (keys: string) => {
      for (const key of keys) this.key(key);
    });
    process.stdin.on('end', () => this.end(0));
  }

  private key(key: string): void {
    switch (key) {
      case 'q':
      case '\x04':
        return this.end(0);
      case '\x03':
        return this.end(exitStatus.interrupted);
      case 'r':
        return this.request('again', []);
      case 't':
        return void this.golden(false);
      case 'u':
        return void this.golden(true);
      case 'x':
        return writeStderr(this.result ? `${registerText(this.result.general, this.result.system)}\n` : 'nothing has run yet\n');
      case 'l':
        return writeStderr(this.image ? this.listing(this.image) : 'nothing has been built yet\n');
      case '?':
      case 'h':
        return writeStderr(`${help}\n`);
    }
  }

  private listing(image: Image): string {
    const files = new Map<string, string[]>();
    return imageListing(image, (file, line) => {
      if (!files.has(file)) files.set(file, nodeHost.exists(file) ? Buffer.from(nodeHost.readFile(file)).toString().split('\n') : []);
      return files.get(file)?.[line - 1];
    });
  }

  /** Asks for a run; one that is going on is stopped first. */
  private request(reason: string, files: readonly string[]): void {
    if (this.closed) return;
    const modules = new Set(loadedUserFiles());
    if (files.some((file) => modules.has(file) || path.basename(file).startsWith('tskvm.config.'))) {
      forgetUserModules([...modules]);
      this.board = '';
    }
    this.wanted = reason;
    if (this.busy) this.machine?.interrupt();
    else void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.wanted !== null) {
      const reason = this.wanted;
      this.wanted = null;
      try {
        await this.once(reason);
      } catch (error) {
        reportFailure(error, 'watch');
        if (!(error instanceof TskvmError) && !(error instanceof HostError)) return this.end(exitStatus.internal);
        this.follow([...this.sources], true);
      }
    }
    this.busy = false;
    if (this.closed) this.machine?.close();
  }

  private async once(reason: string): Promise<void> {
    const started = performance.now();
    this.runs += 1;
    if (this.terminal && this.options.clear !== false) writeStderr('\x1b[H\x1b[2J');
    const time = new Date().toTimeString().slice(0, 8);
    const title = `${this.terminal ? '' : '--- '}${this.sources.join(' ')} · ${time}${reason === 'start' ? '' : ` · ${reason}`}`;
    writeStderr(useColor(2) ? `\x1b[2m${title}\x1b[0m\n` : `${title}\n`);
    // A source that is not there is the assembler's to report.
    const text = nodeHost.exists(this.sources[0]) ? Buffer.from(nodeHost.readFile(this.sources[0])).toString('latin1') : '';
    const { directive, problem } = parseDirective(text);
    if (problem) throw new TskvmError(`${this.sources[0]}:${problem.line}: Error: ${problem.message}`);
    const folder = path.dirname(this.sources[0]);
    const options = optionsOf(directive, folder, this.options);
    const board = await findBoard(options, folder);
    const built = buildImage(buildRequest(this.sources, options, board.config));
    this.follow(built.dependencies, !built.image);
    printDiagnostics(built.diagnostics);
    this.image = built.image;
    if (!built.image) {
      writeStderr('waiting for a change\n');
      return;
    }
    const request = await machineRequest(options, board);
    const key = JSON.stringify([board.name, board.folder, request.options.memory, options.device, request.options.mode === 'reset']);
    if (!this.machine || this.board !== key) {
      this.machine?.close();
      this.machine = null;
      this.machineSettings = {
        ...request.options,
        output: { write: (bytes) => this.sink.write(bytes) },
        input: { next: () => this.input.next(), onReady: () => undefined, close: () => undefined },
        signals: false,
      };
      this.machine = createMachine(this.machineSettings);
      this.board = key;
    }
    // The first one too: from then on KVM records what guests write, and going back is quick from the first save on.
    this.machine.reset();
    const { machine } = this;
    const settings = this.machineSettings as Mutable<MachineOptions>;
    settings.mode =
      request.options.mode ??
      (built.entryBits === undefined || request.options.boot === 'sector' ? undefined : startModes[built.entryBits]);
    this.input = bytesInput(Uint8Array.from(directive.stdin ?? '', (character) => character.charCodeAt(0)));
    const output = new RunOutput(this.terminal ? (this.previous ?? null) : null);
    this.sink = output;
    machine.load(built.image);
    // A change came while this was built.
    if (this.wanted !== null) return;
    const loaded = performance.now();
    const result = await machine.run();
    const stopped = result.ending.kind === 'interrupted';
    const changed = output.finish();
    if (request.screen !== undefined) writeStdout(screenText(machine));
    if (stopped) {
      if (this.wanted !== null) writeStderr('stopped\n');
      return;
    }
    const again = this.previous !== null;
    this.previous = output.bytes();
    this.result = result;
    writeStderr(explained(machine, result));
    const { assemble, link } = built.timings;
    const now = performance.now();
    const times = `assembled in ${assemble.toFixed(1)} ms · linked ${link.toFixed(1)} · loaded ${(loaded - started - assemble - link).toFixed(1)} · ran ${(now - loaded).toFixed(1)} · total ${(now - started).toFixed(1)} ms`;
    writeStderr(
      `${times}${again ? (changed || !this.terminal ? '' : ' · output unchanged') : ''}${this.terminal && this.runs === 1 ? `\n${help}` : ''}\n`,
    );
  }

  /** Watches these and everything else that matters. After a failure also the folders: a missing file may appear. */
  private follow(dependencies: readonly string[], failed: boolean): void {
    const folder = path.dirname(this.sources[0]);
    const config = findConfig(folder);
    const files = [...this.sources, ...dependencies, ...loadedUserFiles(), ...(config ? [config] : [])];
    for (const spec of (this.options.device ?? []) as string[]) if (/^\.|\//.test(spec)) files.push(spec.replace(/[@,].*$/s, ''));
    for (const name of ['tskvm.config.ts', 'tskvm.config.js', 'tskvm.config.json']) files.push(path.join(folder, name));
    if (failed) files.push(folder, ...((this.options.includePath ?? []) as string[]));
    if (!this.closed) this.watcher.set(files);
  }

  /** t and u: the golden test of the first source. */
  private async golden(accept: boolean): Promise<void> {
    const file = this.sources[0];
    try {
      const runner = new GuestRunner(this.options);
      const guest = readGuest(file);
      const outcome = await runner.run(file, guest.directive).finally(() => runner.close());
      if (accept) {
        const expected = Number(guest.directive.status ?? 0);
        if (outcome.status !== expected) writeStderr(`not accepted: status ${outcome.status} instead of ${expected}: ${outcome.ending}\n`);
        else
          writeStderr(
            `${
              update(guest, outcome)
                .map((name) => `wrote ${name}`)
                .join('\n') || 'the golden output is up to date'
            }\n`,
          );
        return;
      }
      if (guest.goldens.length === 0) return writeStderr('no golden output yet: u writes it\n');
      const mismatches = compare(guest, outcome);
      const passed = mismatches.length === 0 && outcome.status === Number(guest.directive.status ?? 0);
      writeStderr(
        passed
          ? 'golden test passed\n'
          : `golden test failed: status ${outcome.status}\n${explain({ file, verdict: 'failed', reason: '', mismatches, outcome, written: [] }, useColor(2))}`,
      );
    } catch (error) {
      reportFailure(error, 'watch');
    }
  }
}
