/** Settled fragments to the bytes of a section. */
import { writeUint } from '../bytes.js';
import type { Assembler } from './assembler.js';
import { evaluate, isConstant, type Expr } from './expression.js';
import { countScope, type FinalScope } from './final-scope.js';
import { Fixup, packField } from './fixup.js';
import { NEAR, REACHED, type Branch, type BranchTail, type Chain, type Fragment, type Section } from './sections.js';

/** The section's contents; branches that the linker finishes add to `fixups`. */
export function sectionBytes(asm: Assembler, section: Section, scope: FinalScope, fixups: Fixup[]): Uint8Array {
  for (const chain of section.chains) if (chain.fragments.length > 1) checkTails(asm, chain, scope);
  if (section.type === SHT_NOBITS || section.size === 0) return noBytes;
  if (section.chains.length === 1 && section.chains[0].fragments.length === 1) return section.chains[0].data.toUint8Array();
  const bytes = new Uint8Array(section.size);
  for (const { fragments, data } of section.chains) {
    for (let i = 0; i < fragments.length; i += BLOCK) {
      writeFragments(asm, section, fragments, i, Math.min(i + BLOCK, fragments.length), data.bytes, bytes, scope, fixups);
    }
  }
  return bytes;
}

const noBytes = new Uint8Array(0);

/** Fragments that are written at a time: a function that is called often is optimized soon, one long loop late. */
const BLOCK = 512;

function checkTails(asm: Assembler, { fragments }: Chain, scope: FinalScope): void {
  for (const fragment of fragments) if (fragment.tail !== null && fragment.tail.kind !== 'branch') checkTail(asm, fragment, scope);
}

/** Fragments `from` to `to`, whose fixed parts stand in `data`, to `bytes`. */
function writeFragments(
  asm: Assembler,
  section: Section,
  fragments: readonly Fragment[],
  from: number,
  to: number,
  data: Uint8Array,
  bytes: Uint8Array,
  scope: FinalScope,
  fixups: Fixup[],
): void {
  for (let i = from; i < to; i++) {
    const fragment = fragments[i];
    const { start, size, address, tail } = fragment;
    if (size > 64) bytes.set(data.subarray(start, start + size), address);
    else for (let k = 0; k < size; k++) bytes[address + k] = data[start + k];
    if (tail !== null) writeTail(asm, section, fragment, bytes, scope, fixups);
  }
}

const SHT_NOBITS = 8;

/** What relaxation could not give a meaning to. */

function checkTail(asm: Assembler, fragment: Fragment, scope: FinalScope): void {
  const tail = fragment.tail!;
  const { file, line } = fragment;
  scope.at = fragment;
  switch (tail.kind) {
    case 'fill':
    case 'nops': {
      const count = tail.kind === 'fill' ? tail.count : tail.size;
      if (count.kind === 'constant') {
        if (count.value < 0n) asm.warningAt('.space, .nops or .fill with negative value, ignored', file, line);
        return;
      }
      const value = evaluate(count, countScope(scope));
      if (value === null || !isConstant(value)) asm.errorAt('.space, .nops or .fill specifies non-absolute value', file, line);
      else if (value.value < 0n) asm.warningAt('.space, .nops or .fill with negative value, ignored', file, line);
      return;
    }
    case 'align': {
      const width = tail.fill?.length ?? 1;
      if (fragment.tailSize % width !== 0) {
        asm.errorAt(`alignment padding (${fragment.tailSize} bytes) not a multiple of ${width}`, file, line);
      }
      return;
    }
    case 'org': {
      const value = evaluate(tail.target, scope);
      if (value === null) return;
      const to = value.value + (value.add === null ? 0n : scope.address(value.add));
      if (to < BigInt(fragment.address + fragment.size)) asm.errorAt('attempt to move .org backwards', file, line);
    }
  }
}

function writeTail(asm: Assembler, section: Section, fragment: Fragment, bytes: Uint8Array, scope: FinalScope, fixups: Fixup[]): void {
  const tail = fragment.tail!;
  const at = fragment.address + fragment.size;
  const size = fragment.tailSize;
  scope.at = fragment;
  switch (tail.kind) {
    case 'align':
      if (tail.fill === null) asm.fillCode(bytes, at, size, nopBits(asm, tail.bits), tail.tune, section);
      else fillPattern(bytes, at, size, tail.fill);
      return;
    case 'org':
      bytes.fill(tail.fill, at, at + size);
      return;
    case 'fill':
      fillPattern(bytes, at, size, tail.pattern);
      return;
    case 'nops':
      asm.fillNops(bytes, at, size, tail.control, nopBits(asm, tail.bits), tail.tune, fragment);
      return;
    case 'leb128':
      writeLeb(asm, fragment, tail.value, tail.signed, bytes, at, size, scope);
      return;
    case 'padding':
      if (tail.padding.role === 'prefix') bytes.fill(tail.padding.prefix, at, at + size);
      else asm.fillNops(bytes, at, size, 0, nopBits(asm, tail.bits), tail.tune, fragment);
      return;
    case 'computed':
      bytes.set(tail.emit(size), at);
      return;
    case 'branch':
      writeBranch(asm, fragment, tail, bytes, at, scope, fixups);
  }
}

function writeBranch(
  asm: Assembler,
  fragment: Fragment,
  { branch, target }: BranchTail,
  bytes: Uint8Array,
  at: number,
  scope: FinalScope,
  fixups: Fixup[],
): void {
  const choice = fragment.chain.layout.choices[fragment.index];
  const near = (choice & NEAR) !== 0;
  const linked = (choice & REACHED) === 0;
  if (!linked && branch.keepShort === true && near) asm.warningAt('long jump required', fragment.file, fragment.line);
  if (!near) {
    bytes[at] = branch.kind === 'jmp' ? 0xeb : 0x70 | branch.condition;
    if (linked) {
      evaluate(target, scope);
      fixups.push(linkedJump(fragment, branch, target, 1, 1, false));
    } else bytes[at + 1] = targetAddress(target, scope) - at - 2;
    return;
  }
  const width = branch.bits === 16 ? 2 : 4;
  let field = at;
  if (branch.kind === 'jmp') bytes[field++] = 0xe9;
  else if (branch.nearConditional) {
    bytes[field++] = 0x0f;
    bytes[field++] = 0x80 | branch.condition;
  } else {
    bytes[field++] = 0x70 | (branch.condition ^ 1);
    bytes[field++] = 1 + width;
    bytes[field++] = 0xe9;
  }
  if (!linked) {
    // It has grown, but the distance is the assembler's to say.
    const distance = targetAddress(target, scope) - field - width;
    if (width === 4 && asm.is64 && distance !== (distance | 0)) asm.errorAt('jump target out of range', fragment.file, fragment.line);
    writeUint(bytes, field, width, distance);
    return;
  }
  const value = evaluate(target, scope);
  const plt = value?.add != null && (value.add.binding !== 'local' || !value.add.defined);
  fixups.push(linkedJump(fragment, branch, target, field - at, width, plt));
}

/** Where a jump in reach of the assembler goes, in its section. */
function targetAddress(target: Expr, scope: FinalScope): number {
  if (target.kind === 'symbol' && target.symbol.equated === null && target.symbol.weakrefTarget === null) {
    const { fragment, offset } = target.symbol;
    if (fragment !== null) return fragment.address + offset;
  }
  const value = evaluate(target, scope);
  return value?.add == null ? 0 : Number(scope.address(value.add) + value.value);
}

/** The field of a jump that the linker fills in, `at` bytes into the jump. */
function linkedJump(fragment: Fragment, branch: Branch, expression: Expr, at: number, size: number, plt: boolean): Fixup {
  const field = packField(size, true, true, 'branch', branch.bits, 0, 0, plt);
  return new Fixup(fragment, fragment.size + at, expression, field, fragment.line, fragment.file, undefined);
}

function fillPattern(bytes: Uint8Array, at: number, size: number, pattern: Uint8Array): void {
  if (pattern.length === 1) bytes.fill(pattern[0], at, at + size);
  else for (let i = 0; i < size; i++) bytes[at + i] = pattern[i % pattern.length];
}

function writeLeb(
  asm: Assembler,
  fragment: Fragment,
  expr: Expr,
  signed: boolean,
  bytes: Uint8Array,
  at: number,
  size: number,
  scope: FinalScope,
): void {
  const value = evaluate(expr, scope);
  if (value === null) return;
  if (value.add !== null && value.sub !== null) {
    scope.at = fragment;
    scope.invalid('-', { add: value.add, sub: null, value: 0n }, { add: value.sub, sub: null, value: 0n });
    return;
  }
  if (value.add !== null && value.sub === null && scope.located(value.add) !== null) {
    writeLebBytes(bytes, at, size, scope.address(value.add) + value.value, signed);
    return;
  }
  if (!isConstant(value)) {
    asm.errorAt(`leb128 operand is an undefined symbol: ${(value.add ?? value.sub)!.name}`, fragment.file, fragment.line);
    return;
  }
  writeLebBytes(bytes, at, size, value.value, signed);
}

/** LEB128 in exactly `size` bytes: longer than needed ones continue with padding. */
export function writeLebBytes(bytes: Uint8Array, at: number, size: number, value: bigint, signed: boolean): void {
  if (!signed && value < 0n) value = BigInt.asUintN(64, value);
  for (let i = 0; i < size; i++) {
    bytes[at + i] = Number(value & 0x7fn) | (i < size - 1 ? 0x80 : 0);
    value >>= 7n;
  }
}

/** gas fills when the source has ended: the code size in force then says whether the nops are 16-bit ones. */
function nopBits(asm: Assembler, bits: 16 | 32 | 64): 16 | 32 | 64 {
  if (asm.state.bits === 16) return 16;
  return bits === 16 ? asm.state.bits : bits;
}
