/**
 * -malign-branch-boundary (gas manual, node i386-Options): branches, and pairs that fuse into one, neither cross nor end at
 * a boundary. Before each instruction of a kind that matters stands a tail of this kind: room for nops before a branch or a
 * pair, for prefixes before other instructions. Prefixes are put on the instructions before a branch where that is enough.
 */
import type { Fragment, Tail } from './sections.js';
import type { BranchKind } from './x86/branch-class.js';

/** Prefixes before one branch at most; also where a run of instructions is no longer looked at. */
const LONGEST = 20;

export type PaddingTail = Extract<Tail, { kind: 'padding' }>;

/** The variable part of a padding tail, as relaxation knows it. */
export interface Padding {
  role: 'nops' | 'pair' | 'prefix' | 'none';
  readonly branch: BranchKind | 'fused' | null;
  readonly condition: number;
  readonly fuses: 'test' | 'compare' | 'count' | null;
  readonly prefix: number;
  /** Prefixes that the instruction can take. */
  most: number;
  /** Bytes here now. */
  length: number;
  /** Of a pair: bytes of its first instruction. */
  compareSize: number;
  /** Place of the branch's fragment (nops, pair), or of the padding that prefixes save (the first of their run). */
  target: number;
  /** Of the first of a run: prefixes that the run can take together, and has now. */
  runMost: number;
  runLength: number;
  /** Of the first of a run: distance to the branch's padding without any prefixes. */
  distance: number;
}

export function padding(role: Padding['role'], facts: Pick<Padding, 'branch' | 'condition' | 'fuses' | 'prefix' | 'most'>): Padding {
  return { role, ...facts, length: 0, compareSize: 0, target: -1, runMost: 0, runLength: 0, distance: 0 };
}

/** Conditions (without their lowest bit) of the jcc that each kind of instruction fuses with. */
const FUSED_WITH = { test: [0, 1, 2, 3, 4, 5, 6, 7], compare: [1, 2, 3, 6, 7], count: [2, 6, 7] };

/** The padding of one section's fragments. `address` and `tails` are relaxation's own and change under way. */
export class BranchPadding {
  constructor(
    private readonly fragments: readonly Fragment[],
    private readonly address: Float64Array,
    private readonly tails: Float64Array,
    private readonly boundary: number,
    private readonly usesPrefixes: boolean,
  ) {
    this.pair();
    if (usesPrefixes) this.collectRuns();
  }

  private at(i: number): Padding | null {
    const tail = this.fragments[i].tail;
    return tail?.kind === 'padding' && tail.padding.role !== 'none' ? tail.padding : null;
  }

  /** Nothing but fixed bytes. At the end of a subsection there may be padding. */
  private isPlain(i: number): boolean {
    const { tail, chain, index } = this.fragments[i];
    if (index === chain.fragments.length - 1) return false;
    return (
      tail === null || (tail.kind === 'fill' && tail.count.kind === 'constant') || (tail.kind === 'padding' && tail.padding.role === 'none')
    );
  }

  private nextFilled(i: number): number {
    do i += 1;
    while (i < this.fragments.length && this.isPlain(i) && this.fragments[i].size === 0);
    return i;
  }

  /** Finds the branch of each padding, and joins what fuses. */
  private pair(): void {
    for (let i = 0; i < this.fragments.length; i++) {
      const here = this.at(i);
      if (here?.role === 'nops') here.target = this.nextFilled(i);
      else if (here?.role === 'pair') {
        const compare = this.nextFilled(i);
        const between = this.nextFilled(compare);
        const branch = this.fusedBranch(here, between);
        if (branch >= 0) {
          here.target = branch;
          here.compareSize = this.fragments[compare].size;
          this.at(between)!.role = 'none';
          i = branch;
        } else here.role = here.most > 0 && this.usesPrefixes ? 'prefix' : 'none';
      }
    }
  }

  /** The jcc behind the padding at `between` if it fuses with `first`, or -1. */
  private fusedBranch(first: Padding, between: number): number {
    const pad = between < this.fragments.length ? this.at(between) : null;
    if (pad?.role !== 'nops' || pad.branch !== 'jcc' || !FUSED_WITH[first.fuses!].includes(pad.condition)) return -1;
    return this.nextFilled(between);
  }

  /** The runs of instructions before a branch that can take prefixes. */
  private collectRuns(): void {
    for (let i = 0; i < this.fragments.length; i++) {
      const first = this.at(i);
      if (first?.role !== 'prefix') continue;
      let next = i;
      for (; next < this.fragments.length; next++) {
        if (this.isPlain(next)) continue;
        const here = this.at(next);
        if (here === null) break;
        if (here.role !== 'prefix') {
          first.target = next;
          break;
        }
        if (first.runMost >= LONGEST) {
          first.runMost = LONGEST;
          here.role = 'none';
        } else first.runMost += here.most;
      }
      i = next;
    }
  }

  /** Bytes of the tail of fragment `i`, which now starts at `start`; what is before it has moved by `stretch` in this pass. */
  size(i: number, start: number, stretch: number): number {
    const here = this.at(i);
    if (here === null) return 0;
    if (here.role !== 'prefix') return (here.length = this.wanted(i, start));
    if (here.target < 0) return here.length;
    if (here.distance === 0) here.distance = this.address[here.target] - (start - stretch);
    const wanted = this.wanted(here.target, start + here.distance);
    if (wanted !== here.runLength) this.distribute(i, (here.runLength = wanted > here.runMost ? 0 : wanted));
    return here.length;
  }

  /** Padding that the branch of tail `i` needs when its fragment starts at `start`. */
  private wanted(i: number, start: number): number {
    const { target, compareSize } = (this.fragments[i].tail as PaddingTail).padding;
    const branch = this.fragments[target];
    const size = compareSize + branch.size + (branch.tail?.kind === 'branch' ? this.tails[target] : 0);
    const offset = (start + this.fragments[i].size) % this.boundary;
    return offset + size >= this.boundary ? this.boundary - offset : 0;
  }

  private distribute(first: number, bytes: number): void {
    const { target } = this.at(first)!;
    for (let i = first; i < target; i++) {
      const here = this.at(i);
      if (here === null) continue;
      here.length = Math.min(bytes, here.most);
      bytes -= here.length;
    }
  }
}
