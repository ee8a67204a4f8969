/** The options of a machine, shared by run, build-run, watch and whatever else runs guests. */
import { dirname } from 'node:path';
import type { BoardConfig } from '../../config.js';
import { TskvmError } from '../../diagnostics.js';
import type { LazyRequire } from '../../lazy.js';
import { streamInput } from '../../vmm/input.js';
import type { BootKind } from '../../vmm/boot/index.js';
import type { MachineOptions } from '../../vmm/machine.js';
import type { DriveImages } from '../../vmm/disks/drives.js';
import type { StartMode } from '../../vmm/modes.js';
import { chooseBoard, onlyDefaults, placeDevices, type Additions, type Board } from './devices.js';
import type { TerminalSession } from '../terminal/session.js';
import type { OptionSpec, Options } from './spec.js';
import { writeStderr } from './streams.js';

declare const require: LazyRequire;

// prettier-ignore
export const machineOptions: readonly OptionSpec[] = [
  { flags: '--mode <mode>', description: 'how the processor starts: real, protected, paged32, long, reset' },
  { flags: '--boot <protocol>', description: 'flat, sector, elf or multiboot (inferred)' },
  { flags: '--mem <size>', description: 'guest memory (default 64M)' },
  { flags: '--board <name>', description: 'a board of tskvm.config, or bare (default), pc (default for boot sectors and Multiboot), seed, none' },
  { flags: '--device <spec>', description: 'add a device: NAME[@PORT[-PORT]][,key=value…], NAME built in or a module', repeat: true },
  { flags: '--engine <name>', description: 'kvm, soft or auto (default)' },
  { flags: '--irqchip <kind>', description: 'kernel, soft or none (default): where interrupts come from' },
  { flags: '--cpus <n>', description: 'number of vCPUs (default 1)' },
  { flags: '--strict-ports', description: 'an access to a port that no device claims ends the run' },
  { flags: '--timeout <seconds>', description: 'end the run after this time (fractions allowed), status 124' },
  { flags: '--max-exits <n>', description: 'end the run after this many accesses, status 74' },
  { flags: '--max-output <bytes>', description: 'end the run after this much output, status 76' },
  { flags: '--screen <file>', description: 'write the text screen to FILE (- is standard output) after the run' },
  { flags: '--display <kind>', description: 'text: the screen live in the terminal, its keys to the guest (Ctrl-A h helps); none (default)' },
  { flags: '--nographic', description: 'the terminal is the guest\'s console, key by key (Ctrl-A h helps)' },
  { flags: '--screenshot <file>', description: 'write the screen, text or graphics, as a PNG file after the run' },
  { flags: '--keys <text>', description: 'keystrokes for the keyboard of the pc board: hello{ret}{f1}{ctrl-c}' },
  { flags: '--hda <file[,rw]>', description: 'image of the first disk; writes stay in memory without ,rw' },
  { flags: '--hdb <file[,rw]>', description: 'image of the second disk' },
  { flags: '--cdrom <file>', description: 'image of a CD' },
  { flags: '--fda <file[,rw]>', description: 'image of the first floppy' },
  { flags: '--fdb <file[,rw]>', description: 'image of the second floppy' },
  { flags: '--serial <where>', description: 'COM1, COM2, … in turn: stdio (default), none, file:NAME, pty, tcp:127.0.0.1:PORT', repeat: true },
  { flags: '--mouse <text>', description: 'what the mouse does: 10:-5;left;wheel:1;right+;right-' },
  { flags: '--speaker <file.wav>', description: 'write what the PC speaker plays to a sound file' },
  { flags: '--record <file>', description: 'keep all input, time and interrupts in FILE, so that the run can be repeated' },
  { flags: '--replay <file>', description: 'repeat the run that --record kept (same image and options)' },
  { flags: '--fw-cfg <name=file>', description: 'a file for fw_cfg, by its name there', repeat: true },
  { flags: '--append <text>', description: 'kernel command line (Multiboot)' },
  { flags: '--initrd <file,…>', description: 'Multiboot modules' },
  { flags: '--no-fixups', description: 'do not emulate what this KVM cannot (iret, int n, …)' },
  { flags: '--no-coalesce', description: 'every port write leaves the guest at once' },
  { flags: '--load <file@addr>', description: 'put another file into guest memory at an address', repeat: true },
  { flags: '--save-snapshot <file>', description: 'write the machine\'s state to FILE when the run ends' },
  { flags: '--load-snapshot <file>', description: 'go on from a state that --save-snapshot wrote (same image and memory)' },
  { flags: '--log-ports <file>', description: 'log every port and MMIO access (- is standard error; FILE.jsonl gets JSON lines)' },
  { flags: '--log-exits <file>', description: 'log every exit from the guest, by KVM\'s name' },
  { flags: '--stats', description: 'show exits by reason and port, and the time' },
  { flags: '-q, --quiet', description: 'say nothing about a run that ended well' },
  { flags: '--json', description: 'report the ending as one line of JSON on standard error' },
];

/** `-kernel FILE -append TEXT -initrd FILE`, as QEMU names them. */
export function spellMachineOptions(argv: readonly string[]): string[] {
  return argv.map((word) =>
    word === '-append' || word === '-initrd' || word === '-nographic' ? `-${word}` : word === '-kernel' ? '--kernel' : word,
  );
}

function oneOf<T extends string>(options: Options, key: string, allowed: readonly T[]): T | undefined {
  const value = options[key];
  if (value === undefined) return undefined;
  if (!allowed.includes(value as T))
    throw new TskvmError(`--${key} takes ${allowed.slice(0, -1).join(', ')} or ${allowed[allowed.length - 1]}, not \`${value as string}'`);
  return value as T;
}

function positive(options: Options, key: string, flag: string, whole: boolean): number | undefined {
  const value = options[key];
  if (value === undefined) return undefined;
  const number = /^(\d+(\.\d*)?|\.\d+)$/.test(value as string) ? Number(value) : Number.NaN;
  if (!(number > 0) || (whole && !Number.isSafeInteger(number)))
    throw new TskvmError(`--${flag} takes a ${whole ? 'whole number' : 'number'} above 0, not \`${value as string}'`);
  return number;
}

/** `64M`, `1G`, `4096`, `0x1000` → bytes. */
export function parseSize(value: string | number, option: string): number {
  const match = /^(0x[0-9a-f]+|\d+)([kmgt]?)(?:i?b)?$/i.exec(String(value));
  if (!match) throw new TskvmError(`${option} takes a size, not \`${value}'`, 2, ['for example 64M or 1G']);
  return Number(match[1]) * 1024 ** ' kmgt'.indexOf(match[2].toLowerCase() || ' ');
}

/**
 * The config file's boards above `folder`, and the one that is wanted. Files are only looked for, not read, when there is none.
 * @param boot the image's boot protocol when --boot does not say it
 */
export async function findBoard(options: Options, folder: string, boot?: BootKind): Promise<Board> {
  const { findConfig } = require('./find-config.js') as typeof import('./find-config.js');
  const file = findConfig(folder);
  const kind = options.boot ?? boot;
  const usual = options.mode !== 'reset' && (kind === 'sector' || kind === 'multiboot' || hasDrives(options)) ? 'pc' : 'bare';
  let boards: Record<string, BoardConfig> = {};
  if (file !== undefined) {
    const { loadConfig } = require('./user-modules.js') as typeof import('./user-modules.js');
    ({ boards = {} } = await loadConfig(file));
  }
  return chooseBoard(options.board as string | undefined, boards, file === undefined ? folder : dirname(file), usual);
}

const driveOptions = ['hda', 'hdb', 'cdrom', 'fda', 'fdb'] as const;

/** True when there is a disk to start from. */
export const hasDrives = (options: Options): boolean => driveOptions.some((name) => options[name] !== undefined);

/** `FILE` or `FILE,rw` of --hda and the others. */
function openDrives(options: Options): DriveImages | undefined {
  if (!hasDrives(options)) return undefined;
  const { fileImage } = require('../../vmm/disks/medium.js') as typeof import('../../vmm/disks/medium.js');
  const images: DriveImages = {};
  for (const name of driveOptions) {
    const word = options[name] as string | undefined;
    if (word === undefined) continue;
    const writable = word.endsWith(',rw');
    if (writable && name === 'cdrom') throw new TskvmError('a CD cannot be written to: --cdrom takes no ,rw');
    images[name] = fileImage(writable ? word.slice(0, -3) : word, writable);
  }
  return images;
}

/** --record and --replay. */
function journalOptions(options: Options): Pick<MachineOptions, 'record' | 'replay'> {
  const { record, replay } = options;
  if (record === undefined && replay === undefined) return {};
  if (record !== undefined && replay !== undefined)
    throw new TskvmError('a run is recorded or repeated: --record and --replay exclude each other');
  if (options.loadSnapshot !== undefined)
    throw new TskvmError('a recording begins with the machine: it goes not together with --load-snapshot');
  const away = ((options.serial ?? []) as string[]).find((to) => /^(pty|tcp:)/.test(to));
  if (away !== undefined) throw new TskvmError(`what comes from --serial ${away} cannot be recorded`, 2, ['Use --serial stdio.']);
  if (typeof replay !== 'string') return { record: true };
  const { nodeHost } = require('../../host-node.js') as typeof import('../../host-node.js');
  return { replay: Buffer.from(nodeHost.readFile(replay)).toString('utf8') };
}

/** What --keys, --mouse, --speaker, --fw-cfg and --serial say to devices. */
function additionsOf(options: Options): Additions {
  const found: Record<string, { flag: string; options: Record<string, string> }> = {};
  const add = (device: string, flag: string, key: string, value: string): void => {
    found[device] ??= { flag, options: {} };
    found[device].options[key] = value;
  };
  for (const key of ['keys', 'mouse'] as const) if (options[key] !== undefined) add('i8042', `--${key}`, key, options[key] as string);
  if (options.speaker !== undefined) add('pit', '--speaker', 'speaker', options.speaker as string);
  for (const word of (options.fwCfg ?? []) as string[]) {
    const [name, ...file] = word.split('=');
    if (name === '' || file.length === 0)
      throw new TskvmError(`--fw-cfg takes NAME=FILE, not \`${word}'`, 2, ['for example --fw-cfg opt/message=hello.txt']);
    add('fw-cfg', '--fw-cfg', name, file.join('='));
  }
  const serial = (options.serial ?? []) as string[];
  if (serial.length > 4) throw new TskvmError('there are four serial ports: --serial can be given four times');
  return { options: found, serial };
}

export interface MachineRequest {
  readonly options: MachineOptions;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly statistics: boolean;
  readonly saveSnapshot?: string;
  /** Where the recording goes. */
  readonly record?: string;
  readonly loadSnapshot?: string;
  readonly logPorts?: string;
  readonly logExits?: string;
  readonly screen?: string;
  readonly screenshot?: string;
  /** Runs the machine in a raw terminal. */
  readonly terminal?: TerminalSession;
}

/** The machine that the command line and the board describe; its output is file descriptor 1, its input standard input. */
export async function machineRequest(options: Options, board: Board): Promise<MachineRequest> {
  const { config } = board;
  const specs = (options.device ?? []) as string[];
  const irqchip = oneOf(options, 'irqchip', ['kernel', 'soft', 'none']);
  const additions = additionsOf(options);
  const plain = Object.keys(additions.options).length === 0 && additions.serial.length === 0;
  const terminal = terminalSession(options);
  const memory = options.mem ?? config.memory;
  const modules = ((options.initrd as string | undefined) ?? '').split(',').filter(Boolean);
  const machine: { -readonly [K in keyof MachineOptions]: MachineOptions[K] } = {
    engine: oneOf(options, 'engine', ['kvm', 'soft', 'auto']) ?? config.engine,
    mode: oneOf(options, 'mode', ['real', 'protected', 'paged32', 'long', 'reset']) ?? config.mode,
    boot: oneOf(options, 'boot', ['flat', 'sector', 'elf', 'multiboot']) ?? config.boot,
    memory: memory === undefined ? undefined : parseSize(memory as string | number, '--mem'),
    cpus: positive(options, 'cpus', 'cpus', true),
    irqchip,
    strictPorts: options.strictPorts === true,
    timeout: positive(options, 'timeout', 'timeout', false) ?? config.timeout,
    maxExits: positive(options, 'maxExits', 'max-exits', true),
    maxOutput: positive(options, 'maxOutput', 'max-output', true),
    files: ((options.load ?? []) as string[]).map(loadFile),
    drives: openDrives(options),
    ...journalOptions(options),
    append: options.append as string | undefined,
    modules: modules.length > 0 ? loadModules(modules) : undefined,
    devices: irqchip !== 'soft' && plain && onlyDefaults(board, specs) ? undefined : await placeDevices(board, specs, irqchip, additions),
    fixups: options.fixups !== false,
    coalesce: options.coalesce !== false,
    statistics: options.stats === true,
    signals: true,
    output: terminal?.output ?? 1,
    input: terminal?.input ?? streamInput(() => process.stdin),
    warn: (text) => writeStderr(`tskvm: ${text}\n`),
  };
  return {
    options: machine,
    quiet: options.quiet === true,
    json: options.json === true,
    statistics: options.stats === true,
    saveSnapshot: options.saveSnapshot as string | undefined,
    record: options.record as string | undefined,
    loadSnapshot: options.loadSnapshot as string | undefined,
    logPorts: options.logPorts as string | undefined,
    logExits: options.logExits as string | undefined,
    screen: options.screen as string | undefined,
    screenshot: options.screenshot as string | undefined,
    terminal: terminal ?? undefined,
  };
}

function terminalSession(options: Options): TerminalSession | null {
  const display = oneOf(options, 'display', ['text', 'none']);
  if (display !== 'text' && options.nographic !== true) return null;
  const { openTerminal } = require('../terminal/session.js') as typeof import('../terminal/session.js');
  return openTerminal(display === 'text' ? 'display' : 'console');
}

function loadModules(words: readonly string[]): NonNullable<MachineOptions['modules']> {
  const { nodeHost } = require('../../host-node.js') as typeof import('../../host-node.js');
  return words.map((word) => {
    const [file] = word.split(' ', 1);
    return { name: word, data: nodeHost.readFile(file) };
  }) as NonNullable<MachineOptions['modules']>;
}

/** `FILE@ADDR`: the last @ divides. */
function loadFile(word: string): { name: string; address: number; data: Uint8Array } {
  const at = word.lastIndexOf('@');
  const address = at > 0 && /^(0x[0-9a-f]+|\d+)$/i.test(word.slice(at + 1)) ? Number(word.slice(at + 1)) : Number.NaN;
  if (!Number.isSafeInteger(address))
    throw new TskvmError(`--load takes FILE@ADDRESS, not \`${word}'`, 2, ['for example --load font.bin@0x8000']);
  const { nodeHost } = require('../../host-node.js') as typeof import('../../host-node.js');
  return { name: word.slice(0, at), address, data: nodeHost.readFile(word.slice(0, at)) };
}

/** Start mode for code of a size that the source declared. */
export const startModes: Record<16 | 32 | 64, StartMode> = { 16: 'real', 32: 'protected', 64: 'long' };

export const runNotes = `The guest's output is standard output, byte for byte; its input is standard input. Exit status: 0 the guest halted,
(v << 1) | 1 it wrote v to the debug-exit port, 2 the source, image or options are wrong, 124 time-out, 130 Ctrl-C.`;
