/** Direct branches: their prefixes, and the jumps that relaxation sizes. */
import { hasFeature } from './arch.js';
import { out, put } from './emit.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { Encoded, EncoderHost, InsnFixup, MemoryOperand } from './types.js';

/** Prefixes before a direct branch; others than these are dropped with gas's warning. */
export function putBranchPrefixes(row: Template, statement: Statement, dataPrefix: boolean, rex: number, host: EncoderHost): void {
  const { prefixes } = statement;
  const counter = row.addressSize !== 0;
  let dropped = prefixes.lock || prefixes.rep !== 0;
  if (counter) {
    if (row.addressSize !== host.state.bits || prefixes.addressSize) put(0x67);
  } else if (prefixes.addressSize) dropped = true;
  const hint = prefixes.hint !== 0 ? prefixes.hint : prefixes.segment;
  if (hint !== 0) {
    if (row.flags.has('hint') && (hint === 0x2e || hint === 0x3e)) put(hint);
    else dropped = true;
  }
  if (dataPrefix) {
    if (counter) dropped = true;
    else put(0x66);
  }
  if (prefixes.bnd || (host.state.options.addBndPrefix === true && row.flags.has('bnd'))) put(0xf2);
  if (rex !== 0) put(rex);
  if (dropped) host.warning(`skipping prefixes on \`${row.mnemonic}'`, statement.column);
}

const noFixups: readonly InsnFixup[] = [];

/** jmp and jcc to a label. */
export function encodeJump(row: Template, memory: MemoryOperand, statement: Statement, dataPrefix: boolean, host: EncoderHost): Encoded {
  const { bits } = host.state;
  const target = memory.displacement!;
  // REX.W and Intel's processors in 64-bit code overrule the prefix.
  const overruled = bits === 64 && ((statement.prefixes.rex & 8) !== 0 || host.state.options.isa64 === 'intel64');
  const wide = dataPrefix && !overruled ? (bits === 16 ? 32 : 16) : bits;
  const [opcode] = row.opcode;
  const condition = opcode === 0xeb ? -1 : opcode & 15;
  const { displacement } = statement.prefixes;
  const near = displacement === 'disp32' || displacement === 'disp16';
  const nearConditional = hasFeature(host.state, '386');
  const keepShort = condition >= 0 && !host.state.arch.jumps;
  return {
    bytes: out.bytes.slice(0, out.length),
    fixups: noFixups,
    branch: {
      kind: 'branch',
      branch: {
        kind: condition < 0 ? 'jmp' : 'jcc',
        condition: condition < 0 ? 0 : condition,
        bits: wide,
        keepShort,
        near,
        nearConditional,
      },
      target,
    },
    cacheable: true,
  };
}
