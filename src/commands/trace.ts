/** `tskvm trace`: runs a guest one instruction at a time and shows each. The trace is standard error, or the file of -o. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { TskvmError } from '../diagnostics.js';
import { exitStatus } from '../exit-status.js';
import { nodeHost } from '../host-node.js';
import type { Image } from '../object.js';
import { createMachine } from '../vmm/machine.js';
import type { Machine, MachineOptions } from '../vmm/machine.js';
import { reportText } from '../vmm/report.js';
import { Coverage, stepJson, stepText } from '../vmm/trace-format.js';
import { Tracer } from '../vmm/trace.js';
import type { Step } from '../vmm/trace.js';
import { buildImage } from './shared/build-image.js';
import { buildOptions, buildRequest, spellBuildOptions } from './shared/build-options.js';
import { findBoard, machineOptions, machineRequest, spellMachineOptions, startModes } from './shared/machine-options.js';
import { writeOutputFile } from './shared/output-file.js';
import { checkOutputs, loadSnapshot, openLogs, writeOutputs } from './shared/run-guest.js';
import { addSourceLines } from './shared/source-lines.js';
import { printDiagnostics } from './shared/report.js';
import type { CommandSpec, Options } from './shared/spec.js';
import { writeStderr } from './shared/streams.js';

export const trace: CommandSpec = {
  name: 'trace',
  description: 'Runs a guest one instruction at a time: registers, memory and ports of each, source lines, coverage.',
  operands: '[source...]',
  spell: (argv) => spellMachineOptions(spellBuildOptions(argv)),
  options: [
    { flags: '-o, --output <file>', description: 'write the trace there (default: standard error)' },
    { flags: '--format <kind>', description: 'text (default) or jsonl' },
    { flags: '--from <place>', description: 'begin at this address, symbol or FILE:LINE, when it is first reached' },
    { flags: '--to <place>', description: 'end the trace there' },
    { flags: '--symbol <name>', description: 'show only instructions inside this symbol', repeat: true },
    { flags: '--ports', description: 'show only instructions that access a port or a device' },
    { flags: '--break <place>', description: 'run at full speed to the first of these places, then step', repeat: true },
    { flags: '--limit <n>', description: 'stop after so many instructions' },
    { flags: '--coverage', description: 'show how often each source line ran instead of the instructions' },
    { flags: '--lcov <file>', description: 'write the coverage in the format of lcov' },
    { flags: '--kernel <file>', description: 'the image, as QEMU names it (-kernel)' },
    ...buildOptions.filter((option) => !option.flags.includes('--output')),
    ...machineOptions,
  ],
  examples: [
    ['tskvm trace examples/hello/test.S', 'every instruction'],
    ['tskvm trace --break loop --limit 100 test.S', 'from a symbol on'],
    ['tskvm trace --format jsonl -o run.jsonl test.S', 'for programs'],
    ['tskvm trace --coverage test.S', 'which lines ran'],
  ],
  notes: 'A source (.S, .s, .o) is built first; any other file is an image, as `run` takes it.',
  async run(words, options) {
    const operands = words.length === 0 && typeof options.kernel === 'string' ? [options.kernel] : words;
    if (operands.length === 0) throw new TskvmError('trace needs a source or an image', 2, ['for example: tskvm trace test.S']);
    const board = await findBoard(options, path.dirname(operands[0]));
    const request = await machineRequest(options, board);
    let machineSettings: MachineOptions = request.options;
    let source: Image | Uint8Array;
    if (operands.some((name) => /\.(s|sx|asm|o)$/i.test(name))) {
      const { image, diagnostics, entryBits } = buildImage(buildRequest(operands, options, board.config));
      printDiagnostics(diagnostics);
      if (image === null) return exitStatus.usage;
      source = image;
      if (entryBits !== undefined && machineSettings.mode === undefined && machineSettings.boot !== 'sector') {
        machineSettings = { ...machineSettings, mode: startModes[entryBits] };
      }
    } else {
      if (operands.length > 1) throw new TskvmError('trace takes one image, or sources that it builds');
      source = nodeHost.readFile(operands[0]);
    }
    checkOutputs(request);
    const machine = createMachine(machineSettings);
    try {
      machine.load(source);
      addSourceLines(machine, source);
      if (request.loadSnapshot !== undefined) await loadSnapshot(machine, request.loadSnapshot);
      const closeLogs = openLogs(machine, request, source);
      const status = await traceMachine(machine, options);
      closeLogs?.();
      writeOutputs(machine, request);
      return status;
    } finally {
      machine.close();
    }
  },
};

async function traceMachine(machine: Machine, options: Options): Promise<number> {
  const json = options.format === 'jsonl' || options.format === 'json';
  if (!json && options.format !== undefined && options.format !== 'text')
    throw new TskvmError(`--format takes text or jsonl, not \`${String(options.format)}'`);
  const place = (key: string): bigint | null =>
    typeof options[key] === 'string' ? resolvePlace(machine.image, options[key], `--${key}`) : null;
  const from = place('from');
  const to = place('to');
  const ranges = ((options.symbol ?? []) as string[]).map((name) => symbolRange(machine.image, name));
  const breakpoints = ((options.break ?? []) as string[]).map((word) => resolvePlace(machine.image, word, '--break'));
  if (breakpoints.length > 4) throw new TskvmError('the processor has four breakpoint registers: give at most four --break');
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new TskvmError(`--limit takes a whole number above 0, not \`${String(options.limit)}'`);

  const covered = options.coverage === true || typeof options.lcov === 'string' ? new Coverage(machine.image) : null;
  const out = new TraceOutput(typeof options.output === 'string' ? options.output : null);
  let active = from === null;
  const onStep = (step: Step): void => {
    const { address } = step.instruction;
    if (!active && address === from) active = true;
    if (!active) return;
    covered?.add(step);
    const shown =
      options.coverage !== true &&
      (options.ports !== true || step.ports.length > 0) &&
      (ranges.length === 0 || ranges.some((range) => address >= range.start && address < range.end));
    if (shown) out.line(json ? stepJson(step) : stepText(step));
    if (address === to) {
      active = false;
      machine.pending.stop ??= { kind: 'trace-limit', limit: step.number };
      machine.bus.attention = true;
    }
  };
  const tracer = new Tracer(machine, { onStep, limit, breakpoints });
  machine.tracer = tracer;
  try {
    const result = await machine.run();
    out.flush();
    if (tracer.lost > 0)
      writeStderr(
        `tskvm: ${tracer.lost} time slices could not be stepped (this KVM does not step ring 3): their instructions are missing\n`,
      );
    if (options.coverage === true) out.text(covered?.text(readSource) ?? '');
    if (typeof options.lcov === 'string') writeOutputFile(options.lcov, covered?.lcov() ?? '', exitStatus.usage);
    if (options.quiet !== true) writeStderr(`${reportText(result, result.ending.kind === 'halt' ? null : machine.explain(result))}\n`);
    return result.status;
  } finally {
    out.close();
  }
}

const readSource = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

/** An address, a symbol, or FILE:LINE (a line number alone is a line of the only file). */
function resolvePlace(image: Image | null, word: string, option: string): bigint {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(word)) return BigInt(word);
  const symbol = image?.symbols.find((candidate) => candidate.name === word);
  if (symbol !== undefined) return symbol.address;
  const match = /^(.*):(\d+)$/.exec(word);
  if (match !== null) {
    const line = Number(match[2]);
    const entry = image?.lines.find(
      (candidate) => candidate.line === line && (candidate.file === match[1] || candidate.file.endsWith(`/${match[1]}`)),
    );
    if (entry !== undefined) return entry.address;
    throw new TskvmError(`${option}: no code at ${word}`);
  }
  throw new TskvmError(`${option} takes an address, a symbol or FILE:LINE; there is no symbol \`${word}'`);
}

/** From the symbol to the next one, or its size. */
function symbolRange(image: Image | null, name: string): { start: bigint; end: bigint } {
  const symbol = image?.symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new TskvmError(`--symbol: there is no symbol \`${name}'`);
  if (symbol.size > 0n) return { start: symbol.address, end: symbol.address + symbol.size };
  const next = (image?.symbols ?? []).map((candidate) => candidate.address).filter((address) => address > symbol.address);
  return { start: symbol.address, end: next.length === 0 ? 1n << 64n : next.reduce((a, b) => (a < b ? a : b)) };
}

/** Gathers lines and writes them in large pieces. */
class TraceOutput {
  private readonly fd: number;
  private parts: string[] = [];
  private length = 0;

  constructor(file: string | null) {
    try {
      this.fd = file === null ? 2 : file === '-' ? 1 : openSync(file, 'w');
    } catch (error) {
      throw new TskvmError(`cannot write ${file}: ${(error as Error).message}`);
    }
  }

  line(text: string): void {
    this.text(`${text}\n`);
  }

  text(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    if (this.length > 65_536) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.parts.join(''));
    this.parts = [];
    this.length = 0;
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(this.fd, bytes, at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EPIPE') return;
        if (code !== 'EAGAIN') throw new TskvmError(`the trace cannot be written: ${(error as Error).message}`, exitStatus.outputError);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      }
    }
  }

  close(): void {
    this.flush();
    if (this.fd > 2) closeSync(this.fd);
  }
}
