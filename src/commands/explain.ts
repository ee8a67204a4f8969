/** `tskvm explain`: every byte of an instruction, or of all instructions of a source. */
import { assemble, type AssembleInput } from '../asm/index.js';
import { hex } from '../bytes.js';
import { TskvmError } from '../diagnostics.js';
import { nodeHost } from '../host-node.js';
import { explainInstruction, type Explained } from './explaining/encoding.js';
import { printDiagnostics } from './shared/report.js';
import type { CommandSpec } from './shared/spec.js';
import { writeStdout } from './shared/streams.js';

const sizes = { '--16': 16, '--32': 32, '--64': 64 } as const;

export const explain: CommandSpec = {
  name: 'explain',
  description: 'Shows what each byte of an encoding means, and what the instruction reads and writes.',
  operands: '<what>',
  options: [
    { flags: '--16', description: '16-bit code' },
    { flags: '--32', description: '32-bit code' },
    { flags: '--64', description: '64-bit code (default)' },
    { flags: '--bytes', description: 'WHAT is machine code in hexadecimal' },
    { flags: '--json', description: 'as JSON' },
  ],
  examples: [
    ["tskvm explain 'movl 16(%eax,%ebx,2), %ecx'", 'an instruction'],
    ['tskvm explain --32 examples/hello/test.S', 'every instruction of a source'],
    ["tskvm explain --bytes '48 89 e5'", 'machine code'],
  ],
  run([what], options) {
    const chosen = (['--16', '--32', '--64'] as const).filter((flag) => options[flag.slice(2)] === true);
    if (chosen.length > 1) throw new TskvmError(`${chosen[0]} and ${chosen[1]} exclude one another`);
    const bits = chosen.length === 1 ? sizes[chosen[0]] : undefined;
    const pieces = options.bytes === true ? [{ bytes: parseBytes(what), bits: bits ?? 64, address: 0n }] : assembled(what, bits);
    if (pieces === null) return 2;
    const explained: (Explained & { address: bigint; bytes: Uint8Array; bits: number })[] = [];
    for (const piece of pieces) {
      for (let at = 0; at < piece.bytes.length;) {
        const rest = piece.bytes.subarray(at);
        const address = piece.address + BigInt(at);
        const one = explainInstruction(rest, piece.bits, address);
        explained.push({ ...one, address, bytes: rest.subarray(0, one.length), bits: piece.bits });
        at += one.length;
      }
    }
    if (options.json === true) {
      const plain = (key: string, value: unknown): unknown =>
        value instanceof Uint8Array ? hex(value) : typeof value === 'bigint' ? Number(value) : value;
      writeStdout(`${JSON.stringify(explained, plain, 2)}\n`);
    } else {
      writeStdout(explained.map(asText).join('\n'));
    }
    return 0;
  },
};

function asText(one: Explained & { bytes: Uint8Array; bits: number }): string {
  const lines = [`${one.text}   # ${hex(one.bytes)} (${one.bits}-bit code)`];
  for (const { bytes, name, meaning } of one.parts) lines.push(`  ${hex(bytes).padEnd(12)} ${name.padEnd(13)} ${meaning}`.trimEnd());
  if (one.reads.length > 0) lines.push(`  reads        ${one.reads.join(', ')}`);
  if (one.writes.length > 0) lines.push(`  writes       ${one.writes.join(', ')}`);
  if (one.features.length > 0) lines.push(`  needs        ${one.features.join(', ')}`);
  return lines.map((line) => `${line}\n`).join('');
}

function parseBytes(text: string): Uint8Array {
  const digits = text.replace(/0x|[\s,\\x]/gi, '');
  if (digits === '' || digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits))
    throw new TskvmError(`\`${text}' is not machine code in hexadecimal`, 2, ["for example: tskvm explain --bytes '48 89 e5'"]);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The code of a source file, or of the instruction itself, in runs of one code size. */
function assembled(what: string, bits: 16 | 32 | 64 | undefined): { bytes: Uint8Array; bits: 16 | 32 | 64; address: bigint }[] | null {
  const isFile = nodeHost.exists(what);
  if (!isFile && /^[\w./-]+\.[sS]$/.test(what)) nodeHost.readFile(what);
  const head = bits === 16 ? '.code16; ' : '';
  const input: AssembleInput = isFile
    ? { name: what, text: nodeHost.readFile(what) }
    : { name: 'instruction', text: new TextEncoder().encode(`${head}${what}\n`) };
  const { object, diagnostics } = assemble([input], { abi: bits === 32 || bits === 16 ? '32' : '64', lineTable: true }, nodeHost);
  printDiagnostics(diagnostics);
  if (!object) return null;
  const text = object.sections.find(({ name }) => name === '.text');
  if (!text || text.data.length === 0) throw new TskvmError(`${isFile ? what : `\`${what}'`} has no instructions`);
  const lines = (object.lines?.entries ?? []).filter((entry) => entry.section === text);
  const runs: { bytes: Uint8Array; bits: 16 | 32 | 64; address: bigint }[] = [];
  // A run ends where the code size changes.
  let start = 0;
  let current = lines[0]?.bits ?? bits ?? 64;
  for (const line of lines) {
    if (line.bits === current) continue;
    runs.push({ bytes: text.data.subarray(start, line.offset), bits: current, address: BigInt(start) });
    [start, current] = [line.offset, line.bits];
  }
  runs.push({ bytes: text.data.subarray(start), bits: current, address: BigInt(start) });
  return runs.filter((run) => run.bytes.length > 0);
}
