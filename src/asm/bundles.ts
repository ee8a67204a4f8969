/**
 * Bundles (gas manual, node Bundle directives): no instruction, and no sequence between .bundle_lock and .bundle_unlock,
 * crosses a multiple of the bundle's size. Before each stands an alignment that is wanted only where less is left.
 */
import type { Assembler } from './assembler.js';
import type { Chain, Fragment } from './sections.js';

/** gas fills bundles with one-byte nops. */
const plainNop = Uint8Array.of(0x90);

export class Bundles {
  /** Bundles are of 2**power bytes, 0: there are none. */
  private power = 0;
  /** The alignment before the locked sequence, and how often it was locked. */
  private lock: Fragment | null = null;
  private depth = 0;
  /** The alignment before the instruction at hand. */
  private instruction: Fragment | null = null;

  constructor(private readonly asm: Assembler) {
    asm.finishers.unshift(() => {
      if (this.lock !== null) asm.errorAt('.bundle_lock with no matching .bundle_unlock', this.lock.file, this.lock.line);
    });
  }

  /** .bundle_align_mode */
  setPower(power: number): void {
    if (this.lock !== null) this.asm.error('cannot change .bundle_align_mode inside .bundle_lock');
    else this.power = power;
  }

  lockSequence(): void {
    if (this.power === 0) this.asm.error('.bundle_lock is meaningless without .bundle_align_mode');
    else {
      if (this.depth === 0) this.lock = this.alignment();
      this.depth += 1;
    }
  }

  unlockSequence(): void {
    if (this.lock === null) {
      this.asm.error('.bundle_unlock without preceding .bundle_lock');
      return;
    }
    this.depth -= 1;
    if (this.depth > 0) return;
    const size = this.pending(this.lock);
    if (size > 2 ** this.power) this.asm.error(`.bundle_lock sequence is ${size} bytes, but bundle size is only ${2 ** this.power} bytes`);
    else this.finish(this.lock, size);
    this.lock = null;
  }

  /** An instruction comes. */
  before(): void {
    const { lock, asm } = this;
    if (lock !== null && lock.chain !== asm.chain) asm.error('cannot change section or subsection inside .bundle_lock');
    if (lock === null && this.power > 0) this.instruction = this.alignment();
  }

  /** It has been put out. */
  after(): void {
    const { lock, instruction, power } = this;
    if (power === 0) return;
    const limit = 2 ** power;
    if (lock !== null) {
      const size = this.pending(lock);
      if (size > limit) this.asm.error(`.bundle_lock sequence at ${size} bytes, but .bundle_align_mode limit is ${limit} bytes`);
    } else if (instruction !== null) {
      const size = this.pending(instruction);
      if (size > limit) this.asm.error(`single instruction is ${size} bytes long, but .bundle_align_mode limit is ${limit} bytes`);
      this.finish(instruction, size);
    }
  }

  /** An alignment that does nothing yet. */
  private alignment(): Fragment {
    const { asm } = this;
    const fragment = asm.chain.last;
    asm.tail({ kind: 'align', power: 0, fill: plainNop, max: 0, bits: asm.state.bits, tune: asm.state.arch });
    return fragment;
  }

  /** Bytes since an alignment, with jumps at their longest; 0 where output has moved to another place. */
  private pending(from: Fragment): number {
    const { chain } = this.asm;
    if (from.chain !== chain) return 0;
    let size = 0;
    for (let i = from.index + 1; i < chain.fragments.length; i++) size += longest(chain, chain.fragments[i]);
    return size;
  }

  private finish({ tail }: Fragment, size: number): void {
    const align = tail as { power: number; max: number };
    if (size > 1) {
      align.power = this.power;
      align.max = size - 1;
    }
    const { section } = this.asm;
    section.alignPower = Math.max(section.alignPower, this.power);
  }
}

function longest(chain: Chain, fragment: Fragment): number {
  if (fragment === chain.last) return chain.data.length - fragment.start;
  const { tail } = fragment;
  return fragment.size + (tail?.kind === 'branch' ? (tail.branch.kind === 'jmp' ? 5 : 6) : tail?.kind === 'padding' ? 5 : 0);
}
