/** -malign-branch-boundary while the source is read: room for padding before the instructions that may need it. */
import type { Assembler } from './assembler.js';
import { padding, type Padding } from './branch-padding.js';
import { constant } from './expression.js';
import type { Section } from './sections.js';
import { hasFeature } from './x86/arch.js';
import type { BranchClass } from './x86/branch-class.js';
import type { Encoded } from './x86/types.js';

/** Directives whose bytes make the instruction that follows them keep its place. */
const dataDirectives =
  /^\.(byte|[248]byte|d?word|hword|short|value|int|s?long|quad|octa|rva|float|single|double|[thfd]float|bfloat16|ascii|asciz|string(8|16|32|64)?|fill|zero|skip|space|[su]leb128|nops|incbin|dc(\.[abdlswx])?|dcb(\.[bdlswx])?|ds(\.[bdlpswx])?)$/;

/** Bytes of nops that one branch may need at most. */
const CODE = 4n;
const none = new Uint8Array(1);

/** Starts to leave room. */
export function alignBranches(asm: Assembler): void {
  const { alignBranchBoundary = 0, alignBranch = ['jcc', 'fused', 'jmp'], alignBranchPrefixSize = 5 } = asm.state.options;
  const kinds = new Set(alignBranch);
  const power = Math.log2(alignBranchBoundary);
  const tlsGetAddr = asm.is64 ? '__tls_get_addr' : '___tls_get_addr';
  /** The last statement of `section` was data or a lone prefix. */
  let last: { section: Section; keepsNext: boolean; name: string } | null = null;

  const mayFollow = (): boolean => last === null || last.section !== asm.section || !last.keepsNext;

  function leave(role: Padding['role'], facts: BranchClass): void {
    const branch = role === 'pair' ? 'fused' : facts.branch;
    const most = facts.fixed ? 0 : Math.max(0, Math.min(alignBranchPrefixSize, 15 - facts.length) - facts.leading);
    const { condition, fuses, prefix } = facts;
    asm.tail({
      kind: 'padding',
      padding: padding(role, { branch, condition, fuses, prefix, most }),
      bits: asm.state.bits,
      tune: asm.state.arch,
    });
  }

  function padsBranch({ branch, target }: BranchClass): boolean {
    if (branch === null || !kinds.has(branch)) return false;
    const call = (branch === 'call' || branch === 'indirect') && target !== null && target.name === tlsGetAddr;
    return !(call && (target.binding !== 'local' || !target.defined));
  }

  asm.beforeEncoded = chained(asm.beforeEncoded, ({ notes }) => {
    const facts = notes?.branch;
    if (facts === undefined || facts.isPrefix || !hasFeature(asm.state, '386')) return;
    if (padsBranch(facts)) {
      if (!mayFollow()) return;
      leave('nops', facts);
      asm.section.alignPower = Math.max(asm.section.alignPower, power);
    } else if (facts.branch !== null || !mayFollow()) return;
    else if (facts.fuses !== null && kinds.has('fused')) leave('pair', facts);
    else if (facts.prefixable && alignBranchPrefixSize > 0) leave('prefix', facts);
  });
  asm.afterEncoded = chained(asm.afterEncoded, ({ notes }) => {
    if (hasFeature(asm.state, '386')) asm.tail({ kind: 'fill', count: constant(0), pattern: none });
    const facts = notes?.branch;
    last = { section: asm.section, keepsNext: facts?.isPrefix === true, name: facts?.mnemonic ?? '' };
  });
  asm.afterDirective = (name, text) => {
    if ((asm.section.flags & CODE) === 0n || text.trim() === '' || !dataDirectives.test(name)) return;
    last = { section: asm.section, keepsNext: true, name: 'constant directive' };
  };
}

type Hook = ((encoded: Encoded) => void) | null;

const chained = (first: Hook, second: NonNullable<Hook>): NonNullable<Hook> =>
  first === null
    ? second
    : (encoded) => {
        first(encoded);
        second(encoded);
      };
