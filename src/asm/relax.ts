/**
 * Relaxation: gives every fragment its address, and every variable part its smallest size that holds (gas internals,
 * node Relaxation). Branches start short and only grow; alignments are evaluated anew in every pass, until nothing moves.
 */
import type { Assembler } from './assembler.js';
import type { BranchPadding } from './branch-padding.js';
import { evaluate, isConstant, type Expr, type Scope, type Value } from './expression.js';
import type { LazyRequire } from '../lazy.js';
import { NEAR, REACHED, type Branch, type BranchTail, type Fragment, type Section, type Tail } from './sections.js';
import type { AsmSymbol } from './symbols.js';

declare const require: LazyRequire;

/** Settles all sections: addresses, tail sizes, section sizes. */
export function relax(asm: Assembler): void {
  const scope = relaxScope();
  const layouts: SectionLayout[] = [];
  for (const section of asm.sections) if (!settlePlain(section)) layouts.push(new SectionLayout(asm, section, scope));
  for (const layout of layouts) layout.begin();
  // Sections without parts that look elsewhere are settled once and for all.
  const moving = layouts.filter((layout) => layout.settle() || layout.looksElsewhere);
  for (let rounds = 0, changed = true; changed && rounds < 100 && !asm.fatal; rounds++) {
    changed = false;
    for (const layout of moving) if (layout.looksElsewhere && !asm.fatal && layout.settle()) changed = true;
  }
  for (const section of asm.sections) section.size = sectionSize(section);
}

/** A section of nothing but bytes is settled at once; false for one with variable parts or subsections. */
function settlePlain({ chains }: Section): boolean {
  if (chains.length > 1 || (chains.length === 1 && chains[0].fragments.length > 1)) return false;
  if (chains.length === 1) chains[0].last.size = chains[0].data.length;
  return true;
}

function sectionSize(section: Section): number {
  const chain = section.chains[section.chains.length - 1];
  const last = chain?.last;
  return last === undefined ? 0 : last.address + last.size + last.tailSize;
}

function branchPadding(asm: Assembler, fragments: readonly Fragment[], address: Float64Array, tails: Float64Array): BranchPadding {
  const { BranchPadding } = require('./branch-padding.js') as typeof import('./branch-padding.js');
  const { alignBranchBoundary = 0, alignBranchPrefixSize = 5 } = asm.state.options;
  return new BranchPadding(fragments, address, tails, alignBranchBoundary, alignBranchPrefixSize > 0);
}

/** Every address is known, provisionally. */
export function relaxScope(): Scope {
  const scope: Scope = {
    distance(a, b) {
      if (a.section === null || a.section !== b.section) return null;
      return BigInt(a.fragment!.address + a.offset - b.fragment!.address - b.offset);
    },
    equated(symbol) {
      // Mentioned before .weakref made it another's alias.
      let alias = symbol;
      while (alias.weakrefTarget !== null) alias = alias.weakrefTarget;
      if (alias !== symbol) return scope.equated(alias) ?? { add: alias, sub: null, value: 0n };
      if (symbol.equated === null || symbol.resolving) return null;
      symbol.resolving = true;
      const value = evaluate(symbol.equated, scope);
      symbol.resolving = false;
      return value;
    },
    addressOf({ add, sub, value }) {
      if (sub !== null) return null;
      return (add === null || add.section === null ? 0n : BigInt(add.fragment!.address + add.offset)) + value;
    },
    invalid() {},
    divisionByZero() {},
  };
  return scope;
}

/** What a fragment's tail asks of a pass. */
const FIXED = 0;
const ALIGN = 1;
const BRANCH = 2;
const OTHER = 3;
const PADDING = 4;

/** Addresses behind this are those of sizes that make one another grow. */
const FAR = 2 ** 45;

/** Fragments that are begun with at a time. */
const BLOCK = 512;

/** After so many passes a LEB128 number no longer shrinks: one that shrinks and grows by turns would never settle. */
const LEB_PATIENCE = 8;

/** The fragments of one section in typed arrays: hundreds of thousands of branches make many passes. */
class SectionLayout {
  private hasPadding = false;
  private padding: BranchPadding | null = null;
  /** Some tail depends on expressions, which may look at other sections. */
  looksElsewhere = false;
  private readonly fragments: Fragment[];
  private readonly kind: Uint8Array;
  private readonly choices: Uint8Array;
  private readonly address: Float64Array;
  private readonly fixed: Float64Array;
  private readonly tail: Float64Array;
  /** Branch: place of the target's fragment, offset in it. Align: boundary, maximum. */
  private readonly target: Int32Array;
  private readonly offset: Float64Array;
  private readonly boundary: Float64Array;
  /** Number of alignments and .orgs before it: a jump over one does not move with what is before. */
  private readonly region: Int32Array;

  private readonly countScope: Scope;

  constructor(
    private readonly asm: Assembler,
    private readonly section: Section,
    private readonly scope: Scope,
  ) {
    this.countScope = { ...scope, signs: true };
    this.fragments = section.chains.length === 1 ? section.chains[0].fragments : section.chains.flatMap((chain) => chain.fragments);
    const count = this.fragments.length;
    this.kind = new Uint8Array(count);
    this.address = new Float64Array(count);
    this.fixed = new Float64Array(count);
    this.tail = new Float64Array(count);
    this.target = new Int32Array(count);
    this.offset = new Float64Array(count);
    this.boundary = new Float64Array(count);
    this.region = new Int32Array(count);
    this.choices = new Uint8Array(count);
    let order = 0;
    for (const chain of section.chains) {
      const end = order + chain.fragments.length;
      chain.last.size = chain.data.length - chain.last.start;
      const { address, tail, choices } = this;
      chain.layout = {
        addresses: address.subarray(order, end),
        tailSizes: tail.subarray(order, end),
        choices: choices.subarray(order, end),
        order,
      };
      order = end;
    }
  }

  /** First addresses: branches at their smallest, .org and unknown .space empty. */
  begin(): void {
    const { fragments } = this;
    const state = { address: 0, region: 0 };
    for (let i = 0; i < fragments.length; i += BLOCK) this.beginBlock(i, Math.min(i + BLOCK, fragments.length), state);
    if (this.hasPadding) this.padding = branchPadding(this.asm, fragments, this.address, this.tail);
  }

  /** The same for the fragments from `from` to `to`: a method that is called often is optimized soon, one long loop late. */
  private beginBlock(from: number, to: number, state: { address: number; region: number }): void {
    const { fragments, tail: tails } = this;
    let { address, region } = state;
    for (let i = from; i < to; i++) {
      const fragment = fragments[i];
      const { tail } = fragment;
      this.address[i] = address;
      this.region[i] = region;
      this.fixed[i] = fragment.size;
      address += fragment.size;
      if (tail === null) continue;
      if (this.beginTail(i, tail, address)) region += 1;
      address += tails[i];
    }
    state.address = address;
    state.region = region;
  }

  /** The first size of the tail at `address`; true when what follows it need not move with what is before. */
  private beginTail(i: number, tail: Tail, address: number): boolean {
    const { kind, tail: tails } = this;
    switch (tail.kind) {
      case 'align':
        kind[i] = ALIGN;
        this.boundary[i] = 2 ** tail.power;
        this.offset[i] = tail.max;
        tails[i] = alignSize(address, tail.power, tail.max);
        return true;
      case 'branch':
        tails[i] = this.beginBranch(i, tail.branch, tail.target);
        return false;
      case 'fill':
        if (tail.count.kind === 'constant') {
          tails[i] = Math.max(0, Number(tail.count.value) * tail.pattern.length);
          return false;
        }
        break;
      case 'leb128':
        tails[i] = 1;
        break;
      case 'padding':
        kind[i] = PADDING;
        this.hasPadding = true;
        return false;
      case 'computed':
        tails[i] = tail.size(0);
        break;
    }
    kind[i] = OTHER;
    this.looksElsewhere = true;
    return tail.kind === 'org';
  }

  private beginBranch(i: number, branch: Branch, target: Expr): number {
    let add: AsmSymbol | null = null;
    let offset = 0;
    let plt = false;
    // A `.L` target that has no place in the symbol table's order takes it now.
    if (target.kind === 'symbol' && !target.symbol.temporary) this.asm.symbols.list(target.symbol);
    if (target.kind === 'symbol' && target.symbol.equated === null && target.symbol.weakrefTarget === null) add = target.symbol;
    else {
      const value = evaluate(target, this.scope);
      if (value !== null && value.sub === null) {
        add = value.add;
        offset = Number(value.value);
        plt = value.reloc === 'PLT';
      }
    }
    // An alias by .weakref is no symbol that another could be put in the place of.
    const alias = target.kind === 'symbol' && target.symbol.weakrefTarget !== null;
    if (add === null || add.section !== this.section || (!alias && this.mustKeep(add, plt))) {
      const choice = branch.keepShort === true && !plt ? 0 : NEAR;
      this.choices[i] = choice;
      return branchSize(branch, choice);
    }
    if (branch.near === true) {
      this.choices[i] = REACHED | NEAR;
      return branchSize(branch, NEAR);
    }
    const { chain, index } = add.fragment!;
    this.choices[i] = REACHED;
    this.kind[i] = BRANCH;
    this.target[i] = chain.layout.order + index;
    this.offset[i] = add.offset + offset;
    return branchSize(branch, 0);
  }

  /** A branch to it keeps its relocation: another definition may win at link time. */
  private mustKeep(symbol: AsmSymbol, plt: boolean): boolean {
    const preemptible = plt || this.asm.state.options.shared === true;
    return symbol.binding === 'weak' || symbol.type === 10 || (preemptible && symbol.binding === 'global' && symbol.visibility === 0);
  }

  /** Passes until nothing moves; true when anything did. */
  settle(): boolean {
    const { fragments, address } = this;
    let changed = false;
    const most = Math.min(100_000, fragments.length * fragments.length + LEB_PATIENCE);
    for (let passes = 0; this.pass(passes); passes++) {
      changed = true;
      // Only addresses that look at one another can move for ever.
      if (!this.looksElsewhere || (passes < most && address[fragments.length - 1] < FAR)) continue;
      this.endless();
      return false;
    }
    return changed;
  }

  private endless(): void {
    const { asm, section } = this;
    const message = `Infinite loop encountered whilst attempting to compute the addresses of symbols in section ${section.name}`;
    asm.report({ severity: 'error', fatal: true, message, at: { file: asm.firstFile, line: 0, column: 0 } });
    asm.fatal = true;
  }

  /** One pass over all fragments; true when a size has changed. A method of its own, which stays optimized from pass to pass. */
  private pass(passes: number): boolean {
    const { fragments, kind, address, fixed, tail: tails, target, offset, boundary, region } = this;
    const count = address.length;
    let moved = false;
    let stretch = 0;
    for (let i = 0; i < count; i++) {
      const start = address[i] + stretch;
      address[i] = start;
      const what = kind[i];
      if (what === FIXED) continue;
      let size = tails[i];
      const end = start + fixed[i];
      if (what === BRANCH) {
        const to = target[i];
        let aim = address[to] + offset[i];
        if (stretch !== 0 && to > i) {
          if (stretch < 0 || region[to] === region[i]) aim += stretch;
          else if (aim < end) continue;
        }
        const displacement = aim - end - 2;
        if (displacement >= -128 && displacement <= 127) continue;
        size = this.grown(i);
      } else if (what === ALIGN) {
        const step = boundary[i];
        const rest = end % step;
        size = rest === 0 ? 0 : step - rest;
        if (offset[i] !== 0 && size > offset[i]) size = 0;
      } else if (what === PADDING) size = this.padding!.size(i, start, stretch);
      else size = this.otherSize(fragments[i], end, passes);
      if (size === tails[i]) continue;
      stretch += size - tails[i];
      tails[i] = size;
      moved = true;
      if (what !== OTHER || fragments[i].tail!.kind !== 'computed') this.asm.moves += 1;
    }
    return moved;
  }

  /** A branch out of reach becomes a near one for good; its size. */
  private grown(i: number): number {
    this.kind[i] = FIXED;
    this.choices[i] |= NEAR;
    return branchSize((this.fragments[i].tail as BranchTail).branch, NEAR);
  }

  private otherSize(fragment: Fragment, end: number, passes: number): number {
    const tail = fragment.tail!;
    switch (tail.kind) {
      case 'org':
        return this.orgSize(end, tail.target);
      case 'fill':
        return this.count(tail.count) * tail.pattern.length;
      case 'nops':
        return this.count(tail.size);
      case 'leb128': {
        const size = this.lebSize(tail.value, tail.signed);
        return size < fragment.tailSize && passes > LEB_PATIENCE ? fragment.tailSize : size;
      }
      case 'computed':
        return tail.size(passes + 1);
      default:
        return fragment.tailSize;
    }
  }

  private count(expr: Expr): number {
    const value = evaluate(expr, this.countScope);
    return value !== null && isConstant(value) ? Math.max(0, Number(value.value)) : 0;
  }

  private orgSize(end: number, target: Expr): number {
    const value: Value | null = evaluate(target, this.scope);
    if (value === null) return 0;
    let to = Number(value.value);
    if (value.add !== null && value.add.fragment !== null) to += value.add.fragment.address + value.add.offset;
    return Math.max(0, to - end);
  }

  private lebSize(expr: Expr, signed: boolean): number {
    const value = evaluate(expr, this.scope);
    if (value === null || value.sub !== null) return 1;
    // A place counts as its address in its section.
    const address = value.add?.section == null ? 0 : value.add.fragment!.address + value.add.offset;
    return value.add !== null && value.add.section === null ? 1 : lebLength(value.value + BigInt(address), signed);
  }
}

/** Bytes of a LEB128 number (DWARF 5, section 7.6). Unsigned values count as 64-bit. */
export function lebLength(value: bigint, signed: boolean): number {
  let length = 1;
  if (signed) {
    while (value < -64n || value > 63n) {
      value >>= 7n;
      length += 1;
    }
    return length;
  }
  value = value < 0n ? BigInt.asUintN(64, value) : value;
  while (value > 127n) {
    value >>= 7n;
    length += 1;
  }
  return length;
}

/** Padding at `address` for an alignment of 2**power, 0 when it would be more than `max` (0: no maximum). */
export function alignSize(address: number, power: number, max: number): number {
  const size = 2 ** power;
  const rest = address % size;
  const padding = rest === 0 ? 0 : size - rest;
  return max !== 0 && padding > max ? 0 : padding;
}

/** Bytes of a jump of which relaxation has made `choice`. */
export function branchSize(branch: Branch, choice: number): number {
  if ((choice & NEAR) === 0) return 2;
  const displacement = branch.bits === 16 ? 2 : 4;
  if (branch.kind === 'jmp') return 1 + displacement;
  return branch.nearConditional ? 2 + displacement : 3 + displacement;
}
