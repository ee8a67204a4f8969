/** The monitor's commands: a line in, text out. Names as in QEMU's monitor. */
import { TskvmError } from '../../diagnostics.js';
import type { LazyRequire } from '../../lazy.js';
import type { Image } from '../../object.js';
import type { Machine } from '../../vmm/machine.js';
import { walkPages } from '../../vmm/paging.js';
import { registerText } from '../../vmm/report.js';
import type { Ending } from '../../vmm/result.js';
import type { GeneralRegisters, SystemRegisters } from '../../vmm/state.js';
import { codeBits, linearRip } from '../../vmm/state.js';
import { writeOutputFile } from '../shared/output-file.js';
import { screenPng, screenText } from '../shared/screen.js';
import { disassemble, symbolizer } from '../shared/disassembler.js';
import { evaluate } from './expression.js';

declare const require: LazyRequire;

/** Text to show, or what becomes of the guest. */
export type Answer = string | 'continue' | 'quit';

export interface MonitorContext {
  readonly machine: Machine;
  readonly source: Image | Uint8Array | null;
  registers(): { general: GeneralRegisters; system: SystemRegisters; ending: Ending };
  readFile(name: string): Uint8Array;
  keys(text: string): void;
}

interface Command {
  readonly names: readonly string[];
  readonly form: string;
  readonly help: string;
  readonly run: (words: string[], context: MonitorContext) => Answer;
}

// prettier-ignore
const commands: readonly Command[] = [
  { names: ['help', 'h', '?'], form: '', help: 'this list', run: () => commands.map(({ names, form, help }) => `  ${`${names.join('|')} ${form}`.padEnd(34)} ${help}\n`).join('') },
  { names: ['continue', 'cont', 'c'], form: '', help: 'the guest goes on', run: () => 'continue' },
  { names: ['quit', 'q'], form: '', help: 'end the guest', run: () => 'quit' },
  { names: ['info', 'i'], form: 'registers|devices|screen|cpus', help: 'what the machine is and does', run: info },
  { names: ['r', 'registers'], form: '', help: 'info registers', run: (_, context) => info(['registers'], context) },
  { names: ['x'], form: '[/NFMT] ADDRESS', help: 'memory by linear address: x/8xw $esp, x/5i, x/s, x/16cb; FMT: x d u o c s i, b h w g', run: (words, context) => examine(words, context, false) },
  { names: ['xp'], form: '[/NFMT] ADDRESS', help: 'the same by physical address', run: (words, context) => examine(words, context, true) },
  { names: ['disas', 'd'], form: '[ADDRESS]', help: 'ten instructions, from the next one on', run: ([at], context) => examine(['/10i', at ?? '$pc'], context, false) },
  { names: ['print', 'p'], form: 'EXPRESSION', help: 'a value: $eax, symbol+4, 0x10*2, b800:0', run: (words, context) => `0x${value(words.join(' '), context).toString(16)}` },
  { names: ['screendump'], form: 'FILE.png', help: 'a picture of the screen', run: ([file], { machine }) => written(file, () => screenPng(machine)) },
  { names: ['savevm', 'snapshot'], form: 'FILE', help: 'the whole state, for --load-snapshot and loadvm', run: ([file], { machine }) => written(file, () => encode(machine)) },
  { names: ['loadvm'], form: 'FILE', help: 'back to such a state', run: ([file], context) => { context.machine.restore(decode(context.readFile(named(file)))); return `restored ${file}`; } },
  { names: ['sendkey'], form: 'KEY…', help: 'press keys: sendkey ctrl-alt-del, sendkey f1', run: (words, context) => { context.keys(words.map((word) => `{${word}}`).join('')); return ''; } },
  { names: ['system_reset', 'reset'], form: '', help: 'start the guest anew', run: (_, { machine, source }) => { machine.reset(); machine.load(source); machine.prepare(); return 'reset'; } },
];

/** Runs one line. An empty one does nothing. @throws TskvmError, HostError: what is wrong with it */
export function runCommand(line: string, context: MonitorContext): Answer {
  const words = line
    .trim()
    .replace(/^(xp?)\//, '$1 /')
    .split(/\s+/);
  const [name, ...rest] = words;
  if (name === '') return '';
  const command = commands.find(({ names }) => names.includes(name));
  if (command === undefined) return `there is no command \`${name}' (help shows them)`;
  return command.run(rest, context);
}

function named(file: string | undefined): string {
  if (file === undefined) throw new TskvmError('which file?');
  return file;
}

function written(file: string | undefined, contents: () => Uint8Array): string {
  writeOutputFile(named(file), contents(), 2);
  return `wrote ${file}`;
}

function encode(machine: Machine): Uint8Array {
  const { encodeSnapshot } = require('../../vmm/snapshot.js') as typeof import('../../vmm/snapshot.js');
  return encodeSnapshot(machine.snapshot());
}

function decode(bytes: Uint8Array): ReturnType<typeof import('../../vmm/snapshot.js').decodeSnapshot> {
  const { decodeSnapshot } = require('../../vmm/snapshot.js') as typeof import('../../vmm/snapshot.js');
  return decodeSnapshot(bytes);
}

function info([what]: string[], context: MonitorContext): string {
  const { machine } = context;
  const { general, system } = context.registers();
  switch (what) {
    case 'registers':
    case 'r':
      return registerText(general, system);
    case 'devices':
    case 'qtree':
      return machine.deviceList().map(({ name, ports, mmio, irqs }) => {
        const ranges = [...ports.map(({ start, length }) => range(start, length)), ...mmio.map(({ start, length }) => `memory ${range(start, length)}`)];
        return `${name.padEnd(12)} ${ranges.join(', ')}${irqs.length > 0 ? `, irq ${irqs.join(', ')}` : ''}\n`;
      }).join(''); // prettier-ignore
    case 'screen':
      return screenText(machine);
    case 'cpus':
      return machine.engine.cpus
        .map((cpu) => `cpu ${cpu.index}: pc 0x${linearRip(cpu.getGeneral(), cpu.getSystem()).toString(16)}\n`)
        .join('');
    default:
      return 'info registers, devices, screen or cpus';
  }
}

const range = (start: number, length: number): string =>
  length === 1 ? `0x${start.toString(16)}` : `0x${start.toString(16)}-0x${(start + length - 1).toString(16)}`;

/** Value of an expression with this machine's registers and symbols. */
function value(text: string, context: MonitorContext): bigint {
  const { general, system } = context.registers();
  return evaluate(text, {
    register(name) {
      if (name === 'pc') return linearRip(general, system);
      if (Object.hasOwn(general, name)) return general[name as keyof GeneralRegisters];
      const wide = /^e(..)$|^(..)$/.exec(name);
      const full = `r${wide?.[1] ?? wide?.[2] ?? ''}`;
      if (wide !== null && Object.hasOwn(general, full)) {
        return general[full as keyof GeneralRegisters] & (name.startsWith('e') ? 0xffff_ffffn : 0xffffn);
      }
      if (/^[c-gs]s$/.test(name)) return BigInt(system[name as 'cs'].selector);
      return /^cr[0234]$/.test(name) ? system[name as 'cr0'] : null;
    },
    symbol: (name) => context.machine.image?.symbols.find((symbol) => symbol.name === name)?.address ?? null,
  });
}

/** Bytes at a linear (or physical) address, as far as memory is mapped. */
function bytesAt(context: MonitorContext, address: bigint, length: number, physical: boolean): Uint8Array {
  const { system } = context.registers();
  const result = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const linear = address + BigInt(i);
    const at = physical ? Number(linear) : walkPages(system, context.machine.ram, linear).physical;
    const byte = at === null ? undefined : context.machine.ram.at(at, 1)?.[0];
    if (byte === undefined) return result.subarray(0, i);
    result[i] = byte;
  }
  return result;
}

const sizes: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };
const MOST = 4096;

function examine(words: string[], context: MonitorContext, physical: boolean): string {
  const form = words[0]?.startsWith('/') ? (words.shift() as string) : '/x';
  const match = /^\/(\d*)([xduocsi]?)([bhwg]?)([xduocsi]?)$/.exec(form);
  if (match === null || words.length === 0) throw new TskvmError('x [/NFMT] ADDRESS, for example x/8xw $esp or x/5i 0x7c00');
  const format = match[2] || match[4] || 'x';
  const count = Math.min(MOST, Number(match[1] || (format === 'i' ? 1 : 1)));
  const address = value(words.join(' '), context);
  const hex = (at: bigint): string => at.toString(16).padStart(8, '0');
  if (format === 'i') {
    const { system } = context.registers();
    const symbols = [...(context.machine.image?.symbols ?? [])].slice().sort((a, b) => Number(a.address - b.address)); // prettier-ignore
    const bytes = bytesAt(context, address, count * 15, physical);
    let text = '';
    let done = 0;
    for (const line of disassemble(bytes, address, { bits: codeBits(system), syntax: 'att', nameOf: near(symbols) })) {
      if (done++ === count) break;
      const at = Number(line.address - address);
      const raw = Array.from(bytes.subarray(at, at + line.length), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
      text += `${hex(line.address)}: ${raw.padEnd(24)} ${line.text}\n`;
    }
    return text === '' ? `${hex(address)}: no memory` : text;
  }
  if (format === 's') {
    const bytes = bytesAt(context, address, MOST, physical);
    const end = bytes.indexOf(0);
    return `${hex(address)}: ${JSON.stringify(Buffer.from(bytes.subarray(0, end < 0 ? MOST : end)).toString('latin1'))}`;
  }
  const size = sizes[match[3]] ?? (format === 'c' ? 1 : 4);
  const bytes = bytesAt(context, address, count * size, physical);
  let text = '';
  const perLine = Math.max(1, 16 / size);
  for (let i = 0; i * size < bytes.length; i++) {
    if (i % perLine === 0) text += `${i === 0 ? '' : '\n'}${hex(address + BigInt(i * size))}:`;
    text += ` ${shown(bytes.subarray(i * size, (i + 1) * size), format, size)}`;
  }
  return text === '' ? `${hex(address)}: no memory` : text;
}

/** Names of addresses that are not far behind their symbol. */
function near(symbols: readonly { name: string; address: bigint }[]): (address: bigint) => string {
  const name = symbolizer(symbols);
  return (address) => (symbols.some((symbol) => address >= symbol.address && address - symbol.address < 0x1000n) ? name(address) : '');
}

/** One little-endian value. */
function shown(bytes: Uint8Array, format: string, size: number): string {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i]);
  if (format === 'c') return JSON.stringify(String.fromCharCode(Number(number & 0xffn)));
  if (format === 'd') return BigInt.asIntN(size * 8, number).toString();
  if (format === 'u') return number.toString();
  return format === 'o' ? `0${number.toString(8)}` : `0x${number.toString(16).padStart(size * 2, '0')}`;
}
