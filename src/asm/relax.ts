/**
 * Relaxation: gives every fragment its address, and every variable part its smallest size that holds (gas internals,
 * node Relaxation). Branches start short and only grow; alignments are evaluated anew in every pass, until nothing moves.
 */
import type { Assembler } from './assembler.js';
import { evaluate, isConstant, type Expr, type Scope, type Value } from './expression.js';
import type { Branch, Fragment, Section } from './sections.js';
import type { AsmSymbol } from './symbols.js';

/** What relaxation needs of a branch, resolved once. */
interface BranchTarget {
  readonly symbol: AsmSymbol | null;
  readonly fragment: Fragment | null;
  /** Offset in the fragment plus the addend. */
  readonly offset: number;
}

/** Settles all sections: addresses, tail sizes, section sizes. */
export function relax(asm: Assembler): void {
  const scope = relaxScope(asm);
  const state = new Relaxation(asm, scope);
  for (const section of asm.sections) state.begin(section);
  for (let rounds = 0; ; rounds++) {
    let changed = false;
    for (const section of asm.sections) if (state.settle(section)) changed = true;
    if (!changed || rounds > 100) break;
  }
  for (const section of asm.sections) section.size = sectionSize(section);
}

function sectionSize(section: Section): number {
  const chain = section.chains[section.chains.length - 1];
  const last = chain?.last;
  return last === undefined ? 0 : last.address + last.size + last.tailSize;
}

/** Every address is known, provisionally. */
export function relaxScope(asm: Assembler): Scope {
  const scope: Scope = {
    distance(a, b) {
      if (a.section === null || a.section !== b.section) return null;
      return BigInt(a.fragment!.address + a.offset - b.fragment!.address - b.offset);
    },
    equated(symbol) {
      if (symbol.equated === null || symbol.resolving) return null;
      symbol.resolving = true;
      const value = evaluate(symbol.equated, scope);
      symbol.resolving = false;
      return value;
    },
    invalid() {},
    divisionByZero() {},
  };
  void asm;
  return scope;
}

class Relaxation {
  private readonly targets = new Map<Fragment, BranchTarget>();
  private pass = 0;

  constructor(
    private readonly asm: Assembler,
    private readonly scope: Scope,
  ) {}

  /** First addresses: branches at their smallest, .org and unknown .space empty. */
  begin(section: Section): void {
    let address = 0;
    let region = 0;
    for (const chain of section.chains) {
      const { last } = chain;
      last.size = chain.data.length - last.start;
      for (const fragment of chain.fragments) {
        fragment.address = address;
        fragment.region = region;
        address += fragment.size;
        const { tail } = fragment;
        if (tail === null) continue;
        switch (tail.kind) {
          case 'align':
            fragment.tailSize = alignSize(address, tail.power, tail.max);
            region += 1;
            break;
          case 'org':
          case 'nops':
            fragment.tailSize = 0;
            region += 1;
            break;
          case 'fill':
            if (tail.count.kind === 'constant') fragment.tailSize = Math.max(0, Number(tail.count.value) * tail.pattern.length);
            else {
              fragment.tailSize = 0;
              region += 1;
            }
            break;
          case 'leb128':
            fragment.tailSize = 1;
            break;
          case 'branch':
            this.beginBranch(fragment, tail.branch, tail.target);
            break;
          case 'computed':
            fragment.tailSize = tail.size(0);
            break;
        }
        address += fragment.tailSize;
      }
    }
  }

  private beginBranch(fragment: Fragment, branch: Branch, target: Expr): void {
    const value = evaluate(target, this.scope);
    const add = value !== null && value.sub === null ? value.add : null;
    // A `.L` target that has no place in the symbol table's order takes it now.
    if (target.kind === 'symbol' && !target.symbol.temporary) this.asm.symbols.list(target.symbol);
    const near = add === null || add.section !== fragment.section || this.mustKeep(add);
    if (near) {
      this.targets.set(fragment, { symbol: add, fragment: null, offset: 0 });
      (fragment.tail as { state: number }).state = 1;
      fragment.tailSize = branchSize(branch, 1);
    } else {
      this.targets.set(fragment, { symbol: add, fragment: add.fragment, offset: add.offset + Number(value!.value) });
      (fragment.tail as { known?: boolean }).known = true;
      fragment.tailSize = branchSize(branch, 0);
    }
  }

  /** A branch to it keeps its relocation: another definition may win at link time. */
  private mustKeep(symbol: AsmSymbol): boolean {
    return symbol.binding === 'weak' || symbol.type === 10 || (this.asm.state.options.shared === true && symbol.binding === 'global' && symbol.visibility === 0);
  }

  /** Passes over one section until nothing moves; true when anything did. */
  settle(section: Section): boolean {
    let changed = false;
    for (let passes = 0; passes < 100_000; passes++) {
      this.pass += 1;
      let stretch = 0;
      let moved = false;
      for (const chain of section.chains) {
        const { fragments } = chain;
        for (let i = 0; i < fragments.length; i++) {
          const fragment = fragments[i];
          fragment.pass = this.pass;
          const was = fragment.address;
          fragment.address = was + stretch;
          const { tail } = fragment;
          if (tail === null) continue;
          let growth = 0;
          switch (tail.kind) {
            case 'align':
              growth = alignSize(fragment.address + fragment.size, tail.power, tail.max) - fragment.tailSize;
              break;
            case 'branch':
              if (tail.state === 0) growth = this.branchGrowth(fragment, tail, stretch);
              break;
            case 'org':
              growth = this.orgSize(fragment, tail.target) - fragment.tailSize;
              break;
            case 'fill':
              if (tail.count.kind !== 'constant') growth = this.count(tail.count) * tail.pattern.length - fragment.tailSize;
              break;
            case 'nops':
              growth = this.count(tail.size) - fragment.tailSize;
              break;
            case 'leb128':
              growth = this.lebSize(tail.value, tail.signed) - fragment.tailSize;
              // A leb128 that shrinks and grows by turns would never settle: after a while it only grows.
              if (growth < 0 && passes > 8) growth = 0;
              break;
            case 'computed':
              growth = tail.size(passes + 1) - fragment.tailSize;
              break;
          }
          if (growth !== 0) {
            fragment.tailSize += growth;
            stretch += growth;
            moved = true;
            if (tail.kind !== 'computed') this.asm.moves += 1;
          }
        }
      }
      if (!moved) return changed;
      changed = true;
    }
    return changed;
  }

  private branchGrowth(fragment: Fragment, tail: { branch: Branch; state: number }, stretch: number): number {
    const target = this.targets.get(fragment)!;
    const destination = target.fragment!;
    let aim = destination.address + target.offset;
    const address = fragment.address + fragment.size;
    if (stretch !== 0 && destination.pass !== this.pass) {
      if (stretch < 0 || destination.region === fragment.region) aim += stretch;
      else if (aim < address) return 0;
    }
    const displacement = aim - address - 2;
    if (displacement >= -128 && displacement <= 127) return 0;
    tail.state = 1;
    return branchSize(tail.branch, 1) - branchSize(tail.branch, 0);
  }

  private number(expr: Expr): number {
    const value = evaluate(expr, this.scope);
    return value !== null && isConstant(value) ? Number(value.value) : 0;
  }

  private count(expr: Expr): number {
    return Math.max(0, this.number(expr));
  }

  private orgSize(fragment: Fragment, target: Expr): number {
    const value: Value | null = evaluate(target, this.scope);
    if (value === null) return 0;
    let to = Number(value.value);
    if (value.add !== null && value.add.fragment !== null) to += value.add.fragment.address + value.add.offset;
    return Math.max(0, to - fragment.address - fragment.size);
  }

  private lebSize(expr: Expr, signed: boolean): number {
    const value = evaluate(expr, this.scope);
    return value !== null && isConstant(value) ? lebLength(value.value, signed) : 1;
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

/** Bytes of a jump: state 0 is short, 1 near. */
export function branchSize(branch: Branch, state: number): number {
  if (state === 0) return 2;
  const displacement = branch.bits === 16 ? 2 : 4;
  if (branch.kind === 'jmp') return 1 + displacement;
  return branch.nearConditional ? 2 + displacement : 3 + displacement;
}
