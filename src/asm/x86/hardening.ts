/**
 * Options against speculation and other errata (gas manual, node i386-Options): -mlfence-after-load,
 * -mlfence-before-indirect-branch, -mlfence-before-ret, -mfence-as-lock-add. They add to an encoded instruction, or replace it.
 */
import { constant } from '../expression.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { Encoded, EncoderHost, InsnFixup } from './types.js';

const LFENCE = [0x0f, 0xae, 0xe8];

/** -mfence-as-lock-add: `lock addl $0, (%rsp)`. */
export function fenceAsLockAdd(row: Template, bits: 16 | 32 | 64): Encoded | null {
  if (row.mnemonic !== 'lfence' && row.mnemonic !== 'mfence' && row.mnemonic !== 'sfence') return null;
  const prefix = bits === 16 ? [0x67, 0x66] : [];
  return { bytes: Uint8Array.from([...prefix, 0xf0, 0x83, 0x04, 0x24, 0x00]), fixups: [], branch: undefined, cacheable: true };
}

function surround(encoded: Encoded, before: readonly number[], after: readonly number[]): Encoded {
  const fixups = encoded.fixups.map((fixup): InsnFixup => {
    // What follows the instruction does not count for its displacements.
    const expression =
      fixup.pcrel && after.length > 0
        ? ({ kind: 'binary', operator: '+', left: fixup.expression, right: constant(after.length) } as const)
        : fixup.expression;
    return { ...fixup, offset: fixup.offset + before.length, expression };
  });
  return { ...encoded, bytes: Uint8Array.from([...before, ...encoded.bytes, ...after]), fixups };
}

/** A read of the return address that changes nothing, then lfence. */
function beforeReturn(kind: string, encoded: Encoded, bits: 16 | 32 | 64): number[] {
  const prefix = bits === 64 ? [0x48] : encoded.bytes[0] === 0x66 ? [0x66] : [];
  if (kind === 'not') return [...prefix, 0xf7, 0x14, 0x24, ...prefix, 0xf7, 0x14, 0x24, ...LFENCE];
  if (kind === 'or') return [...prefix, 0x83, 0x0c, 0x24, 0x00, ...LFENCE];
  return [...prefix, 0xc1, 0x24, 0x24, 0x00, ...LFENCE];
}

/** The encoding with what the options add. */
export function harden(encoded: Encoded, row: Template, statement: Statement, host: EncoderHost): Encoded {
  const { options, bits } = host.state;
  const { lfenceBeforeIndirectBranch: indirect = 'none' } = options;
  const returns = options.lfenceBeforeRet ?? (indirect === 'all' ? 'shl' : 'none');
  const [opcode] = row.opcode;
  const plain = row.encoding === 'legacy' && row.map === 0;
  if (plain && (opcode === 0xc2 || opcode === 0xc3) && returns !== 'none') {
    return surround(encoded, beforeReturn(returns, encoded, bits), []);
  }
  if (plain && opcode === 0xff && (row.modrm === 2 || row.modrm === 4) && indirect !== 'none') {
    if (statement.operands[0].kind === 'register') {
      if (indirect !== 'memory') return surround(encoded, LFENCE, []);
    } else if (indirect !== 'register') {
      host.warning(`indirect \`${row.mnemonic}\` with memory operand should be avoided`, statement.column);
    }
    return encoded;
  }
  if (options.lfenceAfterLoad !== true || !loads(row, statement)) return encoded;
  if (/^(cmps|scas|scmp|ssca)/.test(row.mnemonic) && statement.prefixes.rep !== 0) {
    host.warning(`\`${row.mnemonic.replace(/[bwlq]$/, '')}\` changes flags which would affect control flow behavior`, statement.column);
  }
  return surround(encoded, [], LFENCE);
}

const noData = /^(lea|invlpg|clflush|clflushopt|clwb|cldemote|prefetch.*|bnd.*|nop|ud[01].*)$/;
const storesOfX87: Readonly<Record<number, readonly number[]>> = {
  0xd9: [2, 3, 6, 7],
  0xdb: [1, 2, 3, 7],
  0xdd: [1, 2, 3, 6, 7],
  0xdf: [1, 2, 3, 6, 7],
};
const loadsOf0f: Readonly<Record<number, readonly number[]>> = { 0xba: [4, 5, 6, 7], 0xc7: [1, 3, 6], 0xae: [1, 2, 5], 0x01: [2, 3, 6] };

/** Whether an instruction reads memory, as gas classes them. */
function loads(row: Template, statement: Statement): boolean {
  const { mnemonic, opcode, modrm } = row;
  if (noData.test(mnemonic)) return false;
  if (mnemonic === 'pop' || mnemonic === 'popf' || mnemonic === 'popa') return true;
  const legacy = row.encoding === 'legacy';
  const odd = opcode[0] | 1;
  if (legacy && row.map === 0) {
    if ((odd | 0xb) === 0xaf && row.modrm === -2 && row.flags.has('string'))
      return !mnemonic.startsWith('sto') && !mnemonic.startsWith('ssto');
    if (odd === 0x6f || opcode[0] === 0xd7) return true;
  }
  const { operands } = statement;
  if (!operands.some((operand) => operand.kind === 'memory')) return false;
  if (legacy && row.map === 0) {
    if (odd === 0xf7 && modrm !== 1) return true;
    if (odd === 0xff && (modrm === 0 || modrm === 1)) return true;
    if (opcode[0] >= 0x80 && opcode[0] <= 0x83) return true;
    if ((odd === 0xc1 || (opcode[0] >= 0xd0 && opcode[0] <= 0xd3)) && modrm !== 6) return true;
    if ((odd | 6) === 0xdf && opcode[0] >= 0xd8) return !(storesOfX87[opcode[0]] ?? []).includes(modrm);
    if ((odd & ~0x38) === 1 && odd < 0x40) return true;
    if ((odd | 2) === 0x87) return true;
  } else if (legacy && row.map === 1) {
    if ((loadsOf0f[opcode[0]] ?? []).includes(modrm)) return true;
    if (odd === 0xc1) return true;
  }
  if (row.encoding === 'vex' && mnemonic === 'vldmxcsr') return true;
  return operands[0].kind === 'register';
}
