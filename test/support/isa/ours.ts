/** Our encoder as the oracle's counterpart: statements in, bytes and messages out, without the rest of the assembler. */
import { constant, type Expr } from '../../../src/asm/expression.js';
import { AsmSymbol } from '../../../src/asm/symbols.js';
import { createState, encodeInstruction, type X86Options } from '../../../src/asm/x86/index.js';
import type { AssembleOptions } from '../../../src/asm/index.js';
import type { EncoderHost } from '../../../src/asm/x86/types.js';
import type { Bits, Outcome } from './oracle.js';

export interface OurOptions {
  bits: Bits;
  syntax?: 'att' | 'intel';
  x86?: X86Options;
  assemble?: Partial<AssembleOptions>;
}

const external = new AsmSymbol('ext');

function parseExpression(text: string): Expr {
  const number = /^([-~]?)(0x[0-9a-f]+|\d+)$/i.exec(text.trim());
  if (number) return constant(number[1] === '-' ? -BigInt(number[2]) : number[1] === '~' ? ~BigInt(number[2]) : BigInt(number[2]));
  return { kind: 'symbol', symbol: external };
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
    let hex = encoded === null || messages.some((m) => m.startsWith('Error')) ? '' : Buffer.from(encoded.bytes).toString('hex');
    if (encoded?.branch && hex === '') hex = 'branch';
    return { hex, messages };
  });
}
