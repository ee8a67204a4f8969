/** Endings as text for people (stderr) and as JSON for programs. */
import type { Explanation, InstructionAt, Place } from './explain.js';
import { describeUnclaimed } from './unclaimed.js';
import { exitMeaning, exitReasons, internalErrors } from './kvm/exit-reasons.js';
import type { Ending, RunResult } from './result.js';
import type { DescriptorTable, GeneralRegisters, Segment, SystemRegisters } from './state.js';

/** `rax=0000000000000012`: the width follows the code size. */
const pad = (value: bigint, digits: number): string => value.toString(16).padStart(digits, '0');

// prettier-ignore
const flagNames: readonly (readonly [number, string])[] = [
  [0, 'CF'], [2, 'PF'], [4, 'AF'], [6, 'ZF'], [7, 'SF'], [8, 'TF'], [9, 'IF'], [10, 'DF'], [11, 'OF'], [14, 'NT'], [16, 'RF'], [17, 'VM'], [18, 'AC'], [21, 'ID'],
];

/** `CF ZF IF`; `-` when none of the named flags is set. */
export function flagText(rflags: bigint): string {
  const set = flagNames.filter(([bit]) => ((rflags >> BigInt(bit)) & 1n) === 1n).map(([, name]) => name);
  return set.length === 0 ? '-' : set.join(' ');
}

/** General registers, flags, segments, tables and control registers: a block of lines. */
export function registerText(general: GeneralRegisters, system: SystemRegisters): string {
  const long = (system.efer & (1n << 10n)) !== 0n;
  const digits = long ? 16 : 8;
  const prefix = long ? 'r' : 'e';
  const named = (name: string): string => `${prefix}${name}=${pad(general[`r${name}` as keyof GeneralRegisters], digits)}`;
  const lines = [['ax', 'bx', 'cx', 'dx'].map(named).join(' '), ['si', 'di', 'bp', 'sp'].map(named).join(' ')];
  if (long) {
    for (const row of [
      [8, 9, 10, 11],
      [12, 13, 14, 15],
    ]) {
      lines.push(row.map((n) => `${`r${n}`.padEnd(3)}=${pad(general[`r${n}` as keyof GeneralRegisters], 16)}`).join(' '));
    }
  }
  lines.push(`${prefix}ip=${pad(general.rip, digits)} ${prefix}flags=${pad(general.rflags, 8)} [${flagText(general.rflags)}]`);
  const segment = (name: string, s: Segment): string =>
    `${name}=${pad(BigInt(s.selector), 4)} base ${pad(s.base, 8)} limit ${pad(BigInt(s.limit), 8)}`;
  lines.push(`${segment('cs', system.cs)}  ${segment('ss', system.ss)}`);
  lines.push(`${segment('ds', system.ds)}  ${segment('es', system.es)}`);
  const table = (name: string, t: DescriptorTable): string => `${name} base ${pad(t.base, 8)} limit ${pad(BigInt(t.limit), 4)}`;
  lines.push(`${table('gdt', system.gdt)}  ${table('idt', system.idt)}`);
  lines.push(
    `cr0=${pad(system.cr0, 8)} cr2=${pad(system.cr2, 8)} cr3=${pad(system.cr3, 8)} cr4=${pad(system.cr4, 8)} efer=${pad(system.efer, 4)}`,
  );
  return lines.join('\n');
}

/** The ending in one line: KVM's name of the exit first where there is one. */
export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'halt':
      return ending.forever ? 'KVM_EXIT_HLT (hlt, and nothing that could wake the processor)' : 'KVM_EXIT_HLT';
    case 'debug-exit':
      return `the guest wrote 0x${ending.value.toString(16)} to the debug-exit port`;
    case 'power-off':
      return 'the guest switched itself off';
    case 'reset':
      return 'the guest reset itself';
    case 'shutdown':
      return `KVM_EXIT_SHUTDOWN: ${exitMeaning(exitReasons.KVM_EXIT_SHUTDOWN[0])}`;
    case 'internal-error':
      return `KVM_EXIT_INTERNAL_ERROR, ${ending.name}: ${internalErrors[ending.suberror]?.[1] ?? exitMeaning(exitReasons.KVM_EXIT_INTERNAL_ERROR[0])}`;
    case 'fail-entry':
      return `KVM_EXIT_FAIL_ENTRY, hardware reason 0x${ending.hardwareReason.toString(16)}: ${exitMeaning(exitReasons.KVM_EXIT_FAIL_ENTRY[0])}`;
    case 'unexpected':
      return `${ending.name}: ${ending.meaning}${ending.detail === '' ? '' : ` (${ending.detail})`}`;
    case 'unclaimed':
      return `--strict-ports: ${describeUnclaimed(ending.access).replace(/:[^:]*$/, '')}`;
    case 'max-exits':
      return `stopped by --max-exits after ${ending.limit} exits`;
    case 'trace-limit':
      return `stopped after ${ending.limit} instructions`;
    case 'max-output':
      return `stopped by --max-output after ${ending.limit} bytes`;
    case 'timeout':
      return `stopped by --timeout after ${ending.seconds} s`;
    case 'interrupted':
      return ending.signal === 'SIGINT' ? 'interrupted (Ctrl-C)' : `ended by ${ending.signal}`;
    case 'quit':
      return 'ended by Ctrl-A x';
    case 'device-error':
      return `device ${ending.device} failed, used by ${placeText(ending.place)}: ${ending.error instanceof Error ? ending.error.message : String(ending.error)}`;
    case 'output-closed':
      return 'nobody reads the output any longer';
    case 'output-error':
      return `the output cannot be written: ${ending.error.message}`;
    case 'breakpoint':
      return `${ending.cause === 'single-step' ? 'single step' : 'breakpoint'} at 0x${ending.pc.toString(16)}`;
  }
}

/** True for endings whose registers tell the user where the guest was. */
export function showsRegisters(ending: Ending): boolean {
  switch (ending.kind) {
    case 'shutdown':
    case 'internal-error':
    case 'fail-entry':
    case 'unexpected':
    case 'timeout':
    case 'max-exits':
    case 'unclaimed':
    case 'device-error':
    case 'breakpoint':
      return true;
    default:
      return false;
  }
}

/** Everything that a terminal shows at the end of a run; the explanation comes from `Machine.explain`. */
export function reportText(result: RunResult, explanation: Explanation | null = null): string {
  const line = endingText(result.ending);
  if (!showsRegisters(result.ending)) return line;
  const parts = explanation === null ? [line] : [line, explanationText(explanation)];
  return [...parts, registerText(result.general, result.system)].join('\n');
}

/** The explanation as lines: cause, place, instruction, gate, page walks. */
export function explanationText(explanation: Explanation): string {
  const { instruction, place, next, gate, walks, cause } = explanation;
  const lines: string[] = [];
  if (cause !== null) lines.push(`cause: ${cause}`);
  lines.push(`at ${placeText(place)}${instruction === null ? ': no memory' : ''}`);
  for (const earlier of explanation.previous) lines.push(`  ${instructionLine(earlier)}   (before)`);
  if (instruction !== null) lines.push(`  ${instructionLine(instruction)}`);
  if (next !== null) lines.push(`  ${instructionLine(next)}   (next)`);
  if (gate !== null) lines.push(`IDT entry ${gate.vector} (${gate.name}): ${gate.entry}`);
  for (const walk of walks) {
    const steps = walk.steps.map((s) => `${s.table}@${s.address.toString(16)}=${s.entry === null ? 'no memory' : s.entry.toString(16)}`);
    const rights = `${walk.writable ? 'writable' : 'read-only'}, ${walk.user ? 'user' : 'kernel'}`;
    const end = walk.physical === null ? 'not mapped' : `0x${walk.physical.toString(16)} (${rights})`;
    lines.push(`page walk of 0x${walk.linear.toString(16)}: ${steps.join(' ')} → ${end}`);
  }
  return lines.join('\n');
}

export const placeText = (place: Place): string => {
  const names = [place.source === null ? null : `${place.source.file}:${place.source.line}`, place.symbol].filter((name) => name !== null);
  return `0x${place.address.toString(16)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
};

const instructionLine = (instruction: InstructionAt): string => {
  const bytes = Array.from(instruction.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${instruction.address.toString(16).padStart(8, '0')}: ${bytes.padEnd(20)} ${instruction.text}`;
};

/** The result as plain JSON values: bigints as hexadecimal strings. */
export function reportJson(result: RunResult, explanation: Explanation | null = null): unknown {
  const value = explanation === null ? result : { ...result, explanation };
  return JSON.parse(
    JSON.stringify(value, (_key, value: unknown) => {
      if (typeof value === 'bigint') return `0x${value.toString(16)}`;
      if (value instanceof Error) return value.message;
      if (value instanceof Uint8Array) return Array.from(value, (b) => b.toString(16).padStart(2, '0')).join(' ');
      return value;
    }),
  ) as unknown;
}
