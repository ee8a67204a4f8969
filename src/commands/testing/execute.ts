/**
 * Runs guests one after the other, each on a machine that earlier ones with the same board used: resetting one costs a
 * fraction of making one. What a guest leaves behind never reaches the next.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { TskvmError } from '../../diagnostics.js';
import { HostError } from '../../host.js';
import { endingText as reportEnding } from '../../vmm/report.js';
import { flagText } from '../../vmm/report.js';
import { bytesInput, type InputSource } from '../../vmm/input.js';
import { createMachine, type Machine, type MachineOptions } from '../../vmm/machine.js';
import type { KeyboardDevice } from '../../vmm/devices/i8042.js';
import type { RunResult } from '../../vmm/result.js';
import { buildImage } from '../shared/build-image.js';
import { buildOptions, buildRequest, spellBuildOptions } from '../shared/build-options.js';
import { explained } from '../shared/ending.js';
import { findBoard, machineRequest, startModes } from '../shared/machine-options.js';
import { renderDiagnostics } from '../shared/report.js';
import { screenPng, screenText } from '../shared/screen.js';
import { quickParse, type Options } from '../shared/spec.js';
import type { Directive } from './directive.js';
import { goldenFile } from './discover.js';

/** Everything that a golden test can compare. */
export interface Outcome {
  readonly status: number;
  /** The guest's output. */
  readonly out: Uint8Array;
  /** What tskvm said, with paths relative to the source's folder. */
  readonly err: string;
  readonly screen: string;
  /** The screen as a PNG file; made only for guests that have a golden one. */
  readonly png: Uint8Array;
  readonly regs: string;
  /** How it ended, in one line. */
  readonly ending: string;
  readonly milliseconds: number;
  /** Files that the result depends on. */
  readonly dependencies: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Slot {
  readonly machine: Machine;
  readonly options: Mutable<MachineOptions>;
  readonly warnings: string[];
  input: InputSource;
}

/** Limits of a golden test that says nothing else. */
const defaultTimeout = 10;
const defaultMaxOutput = 1 << 20;

/** Options of the machine itself: guests that agree in them share one. */
const hardware = [
  'device',
  'irqchip',
  'keys',
  'mouse',
  'serial',
  'speaker',
  'fwCfg',
  'hda',
  'hdb',
  'cdrom',
  'fda',
  'fdb',
  'record',
  'replay',
] as const;
const withoutHardware: Options = Object.fromEntries(hardware.map((key) => [key, undefined]));
/** Directives that name files, relative to the source. */
const files = ['replay', 'hda', 'hdb', 'cdrom', 'fda', 'fdb'] as const;

export class GuestRunner {
  private readonly slots = new Map<string, Slot>();

  /** `overrides` are the command line's machine options: they win over the directive. */
  constructor(private readonly overrides: Options = {}) {}

  /** Builds and runs one guest. Never throws: whatever goes wrong is part of the outcome. */
  async run(file: string, directive: Directive): Promise<Outcome> {
    const started = performance.now();
    const folder = path.dirname(file);
    const finish = (partial: Partial<Outcome> & { status: number }): Outcome => ({
      out: new Uint8Array(0),
      screen: '',
      png: new Uint8Array(0),
      regs: '',
      err: '',
      ending: '',
      dependencies: [file],
      milliseconds: performance.now() - started,
      ...partial,
    });
    try {
      const options = optionsOf(directive, folder, this.overrides);
      const board = await findBoard(options, folder);
      const built = buildImage(buildRequest([file], options, board.config));
      const diagnostics = relative(renderDiagnostics(built.diagnostics, false), folder);
      const { dependencies } = built;
      if (!built.image) return finish({ status: 2, err: diagnostics, ending: 'it does not assemble', dependencies });
      const slot = await this.slot(options, board);
      const { machine } = slot;
      const request = await machineRequest({ ...options, ...withoutHardware }, { ...board, devices: [], builtin: true, name: 'bare' });
      Object.assign(slot.options, {
        mode:
          request.options.mode ??
          (built.entryBits === undefined || request.options.boot === 'sector' ? undefined : startModes[built.entryBits]),
        boot: request.options.boot,
        timeout: request.options.timeout ?? defaultTimeout,
        maxExits: request.options.maxExits,
        strictPorts: request.options.strictPorts,
      });
      machine.out.limit = request.options.maxOutput ?? defaultMaxOutput;
      slot.input = bytesInput(Uint8Array.from(directive.stdin ?? '', (c) => c.charCodeAt(0)));
      slot.warnings.length = 0;
      machine.reset();
      if (options.keys !== undefined) (machine.device('i8042') as KeyboardDevice | null)?.typeText(options.keys as string);
      machine.load(built.image);
      const result = await machine.run();
      return finish({
        status: result.status,
        out: machine.output(),
        err: diagnostics + slot.warnings.map((line) => `tskvm: ${line}\n`).join('') + relative(explained(machine, result), folder),
        screen: screenText(machine),
        png: existsSync(goldenFile(file, 'png')) ? screenPng(machine) : new Uint8Array(0),
        regs: registersText(result),
        ending: reportEnding(result.ending),
        dependencies,
      });
    } catch (error) {
      if (error instanceof TskvmError || error instanceof HostError) {
        const status = error instanceof TskvmError ? error.status : 2;
        return finish({ status, err: relative(`tskvm: ${error.message}\n`, folder), ending: error.message });
      }
      return finish({
        status: 80,
        err: `tskvm: internal error: ${(error as Error).message}\n`,
        ending: `internal error: ${(error as Error).message}`,
      });
    }
  }

  /** The machine for this board: made once, as long as nothing about it differs. */
  private async slot(options: Options, board: Awaited<ReturnType<typeof findBoard>>): Promise<Slot> {
    const key = JSON.stringify([
      options.mem,
      options.engine,
      options.cpus,
      // Keys are typed anew on the same machine.
      ...hardware.map((key) => (key === 'keys' ? options.keys !== undefined : options[key])),
      board.name,
      board.folder,
      options.mode === 'reset',
    ]);
    const existing = this.slots.get(key);
    if (existing) return existing;
    const request = await machineRequest(options, board);
    const warnings: string[] = [];
    const slotInput: InputSource = { next: () => slot.input.next(), onReady: () => undefined, close: () => undefined };
    const machineOptions: Mutable<MachineOptions> = {
      ...request.options,
      output: undefined,
      signals: false,
      input: slotInput,
      warn: (text) => warnings.push(text),
    };
    const slot: Slot = { machine: createMachine(machineOptions), options: machineOptions, warnings, input: bytesInput(new Uint8Array(0)) };
    // More boards than this at once are not worth their memory.
    if (this.slots.size >= 8) this.close();
    this.slots.set(key, slot);
    return slot;
  }

  close(): void {
    for (const { machine } of this.slots.values()) machine.close();
    this.slots.clear();
  }
}

/** The directive of a source in this folder and the command line, which wins, as one set of options. */
export function optionsOf(directive: Directive, folder: string, overrides: Options): Options {
  const { args = [], memory, device, stdin: _stdin, status: _status, skip: _skip, library: _library, ...rest } = directive;
  const parsed = quickParse(
    { name: '', description: '', operands: '[none]', options: buildOptions, examples: [], run: () => 0 },
    spellBuildOptions(args),
  );
  if (!parsed || parsed.operands.length > 0) throw new TskvmError(`args="${args.join(' ')}": these are not options of tskvm build`);
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  return {
    ...parsed.options,
    ...rest,
    ...Object.fromEntries(
      files.flatMap((name) => (directive[name] === undefined ? [] : [[name, path.resolve(folder, directive[name])] as const])),
    ),
    ...(memory === undefined ? {} : { mem: memory }),
    ...(device === undefined ? {} : { device: device.map((spec) => (spec.startsWith('.') ? path.resolve(folder, spec) : spec)) }),
    ...given,
  };
}

/** Messages name files relative to the source's folder, so that golden files hold wherever the tests are run from. */
function relative(text: string, folder: string): string {
  return folder === '.' ? text : text.replaceAll(`${folder}${path.sep}`, '');
}

/** The general registers and the flags, which every engine agrees on. */
function registersText({ general }: RunResult): string {
  const names = [
    'rax',
    'rbx',
    'rcx',
    'rdx',
    'rsi',
    'rdi',
    'rbp',
    'rsp',
    'r8',
    'r9',
    'r10',
    'r11',
    'r12',
    'r13',
    'r14',
    'r15',
    'rip',
  ] as const;
  const lines = names.map((name) => `${name.padEnd(3)} ${general[name].toString(16).padStart(16, '0')}`);
  return `${lines.join('\n')}\nflags ${flagText(general.rflags)}\n`;
}
