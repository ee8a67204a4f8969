/** Our encoder as the oracle's counterpart: statements in, bytes and messages out, without the rest of the assembler. */
import { constant, type Expr } from '../../../src/asm/expression.js';
import { AsmSymbol } from '../../../src/asm/symbols.js';
import { createState, encodeInstruction, type X86Options } from '../../../src/asm/x86/index.js';
import type { AssembleOptions } from '../../../src/asm/index.js';
import type { Encoded, EncoderHost } from '../../../src/asm/x86/types.js';
import type { Bits, Outcome } from './oracle.js';

export interface OurOptions {
  bits: Bits;
  syntax?: 'att' | 'intel';
  x86?: X86Options;
  assemble?: Partial<AssembleOptions>;
}

const external = new AsmSymbol('ext');

/** Sums of numbers are constants, everything else is the one external symbol. */
function parseExpression(text: string): Expr {
  const body = text.replaceAll(/[\s()]/g, '');
  if (!/^[-+~]*(0x[0-9a-f]+|\d+)([-+](0x[0-9a-f]+|\d+))*$/i.test(body)) return { kind: 'symbol', symbol: external };
  let value = 0n;
  for (const [, sign, digits] of body.matchAll(/([-+~]*)(0x[0-9a-f]+|\d+)/gi)) {
    let term = BigInt(digits);
    for (const c of [...sign].reverse()) term = c === '-' ? -term : c === '~' ? ~term : term;
    value += term;
  }
  return constant(value);
}

/** What the core makes of it when the symbol is undefined: the near form of a jump, and i386's addend in the field. */
function finished(encoded: Encoded, bits: Bits): Uint8Array {
  const bytes = [...encoded.bytes];
  const fields = encoded.fixups.filter((f) => f.pcrel).map((f) => ({ offset: f.offset, size: f.size as number }));
  if (encoded.branch) {
    const { kind, condition, bits: wide } = encoded.branch.branch;
    bytes.push(...(kind === 'jmp' ? [0xe9] : [0x0f, 0x80 | condition]));
    fields.push({ offset: bytes.length, size: wide === 16 ? 2 : 4 });
    for (let i = 0; i < (wide === 16 ? 2 : 4); i++) bytes.push(0);
  }
  if (bits !== 64) {
    for (const { offset, size } of fields) for (let i = 0; i < size; i++) bytes[offset + i] = ((offset - bytes.length) >> (8 * i)) & 255;
  }
  return Uint8Array.from(bytes);
}

export function encodeOurs(statements: readonly string[], options: OurOptions): Outcome[] {
  const { bits, syntax = 'att', x86 = {} } = options;
  const state = createState({ abi: bits === 64 ? '64' : '32', syntax, nakedRegisters: syntax === 'intel', x86, ...options.assemble });
  state.bits = bits;
  return statements.map((text) => {
    const messages: string[] = [];
    const host: EncoderHost = {
      state,
      parseExpression,
      error: (message) => void messages.push(`Error: ${message}`),
      warning: (message) => void messages.push(`Warning: ${message}`),
    };
    const encoded = encodeInstruction(text, 1, host);
    const good = encoded !== null && !messages.some((m) => m.startsWith('Error'));
    return { hex: good ? Buffer.from(finished(encoded, bits)).toString('hex') : '', messages };
  });
}
