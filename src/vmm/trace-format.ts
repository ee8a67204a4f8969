/** Steps as text and JSON lines, and the coverage of source lines. */
import type { Access } from './bus.js';
import type { Image } from '../object.js';
import type { Step } from './trace.js';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** One line: number, address, bytes, text, then the changed registers, memory and ports, then the place. */
export function stepText(step: Step): string {
  const { instruction } = step;
  const bytes = Array.from(instruction.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const effects: string[] = [];
  // Outside 64-bit code a register has the name that this code knows.
  const named = (name: string): string => (instruction.bits === 64 ? name : name.replace(/^r/, 'e'));
  for (const [name, value] of Object.entries(step.changed)) effects.push(`${named(name)}=${hex(value)}`);
  for (const access of step.memory) {
    const arrow = access.kind === 'read' ? '→' : '←';
    effects.push(`[${hex(access.address)}]${arrow}${access.value === null ? 'no memory' : hex(access.value)}`);
  }
  for (const access of step.ports) effects.push(accessText(access));
  const { source, symbol } = instruction;
  const place = source === null ? symbol : `${source.file}:${source.line}`;
  const head = `${String(step.number).padStart(7)}  ${instruction.address.toString(16).padStart(8, '0')}  ${bytes.padEnd(21)} ${instruction.text}`;
  const tail = [effects.join(' '), place === null ? '' : `# ${place}`].filter((part) => part !== '').join('  ');
  return tail === '' ? head.trimEnd() : `${head.padEnd(68)} ${tail}`;
}

/** `console: out 0xf1 ← 0x48`; a block shows its number of elements. */
export function accessText(access: Access): string {
  const arrow = access.direction === 'in' ? '→' : '←';
  const width = access.size === 1 ? '' : `.${access.size * 8}`;
  const count = access.count === 1 ? '' : ` ×${access.count}`;
  const space = access.space === 'mmio' ? 'mmio ' : '';
  return `${access.device ?? 'unclaimed'}: ${space}${access.direction}${width} ${hex(access.address)}${arrow}${hex(access.value)}${count}`;
}

/** One line of JSON; numbers that may be large are hexadecimal strings. */
export function stepJson(step: Step): string {
  const { instruction } = step;
  return JSON.stringify({
    n: step.number,
    address: hex(instruction.address),
    bytes: Buffer.from(instruction.bytes).toString('hex'),
    text: instruction.text,
    symbol: instruction.symbol ?? undefined,
    file: instruction.source?.file,
    line: instruction.source?.line,
    registers: Object.fromEntries(Object.entries(step.changed).map(([name, value]) => [name, hex(value)])),
    memory: step.memory.map((access) => ({
      ...access,
      address: hex(access.address),
      value: access.value === null ? null : hex(access.value),
    })),
    ports: step.ports.map(accessJson),
  });
}

/** An access as JSON values. */
export function accessJson(access: Access): Record<string, unknown> {
  return { ...access, address: hex(access.address), value: hex(access.value) };
}

/** How often each source line began an instruction that ran. */
export class Coverage {
  /** File → line → executions; lines with code that never ran have 0. */
  readonly files = new Map<string, Map<number, number>>();

  constructor(image: Image | null) {
    for (const { file, line } of image?.lines ?? []) this.file(file).set(line, 0);
  }

  private file(name: string): Map<number, number> {
    let lines = this.files.get(name);
    if (lines === undefined) this.files.set(name, (lines = new Map()));
    return lines;
  }

  add(step: Step): void {
    const { source } = step.instruction;
    if (source === null) return;
    const lines = this.file(source.file);
    lines.set(source.line, (lines.get(source.line) ?? 0) + 1);
  }

  /** The tracefile format of lcov's geninfo(1). */
  lcov(): string {
    const out: string[] = [];
    for (const [file, lines] of this.files) {
      const sorted = [...lines].sort(([a], [b]) => a - b);
      out.push('TN:', `SF:${file}`, ...sorted.map(([line, count]) => `DA:${line},${count}`));
      out.push(`LF:${sorted.length}`, `LH:${sorted.filter(([, count]) => count > 0).length}`, 'end_of_record');
    }
    return out.length === 0 ? '' : `${out.join('\n')}\n`;
  }

  /** The sources with a count beside each line that has code; `#####` marks those that never ran. */
  text(readSource: (file: string) => string | null): string {
    const out: string[] = [];
    for (const [file, lines] of this.files) {
      const ran = [...lines.values()].filter((count) => count > 0).length;
      out.push(`${file}: ${ran} of ${lines.size} lines with code ran`);
      const source = readSource(file)?.split('\n');
      const show = (number: number, text: string): void => {
        const count = lines.get(number);
        out.push(
          `${(count === undefined ? '' : count === 0 ? '#####' : String(count)).padStart(9)} ${String(number).padStart(5)}  ${text}`.trimEnd(),
        );
      };
      if (source === undefined) for (const number of [...lines.keys()].sort((a, b) => a - b)) show(number, '');
      else source.forEach((text, i) => (i === source.length - 1 && text === '' ? undefined : show(i + 1, text)));
    }
    return `${out.join('\n')}\n`;
  }
}
