/**
 * Contents whose length depends on addresses that relaxation still moves: call frame information, line programs. They
 * are made anew in every pass, each time from the addresses as they are, and are kept once nothing moves any more.
 */
import { Fixup, packField } from '../fixup.js';
import { ByteBuffer, writeUint } from '../../bytes.js';
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import type { Chain, Fragment, Section } from '../sections.js';

/** A place in the output: a fragment and the offset from its start. */
export interface Place {
  readonly fragment: Fragment;
  readonly offset: number;
}

/** Address of a place in its section, as of the present relaxation pass. */
export const addressOf = (place: Place): number => place.fragment.address + place.offset;

interface Field {
  readonly at: number;
  readonly size: number;
  readonly expression: Expr;
  readonly pcrel: boolean;
}

/** Bytes in the making, and the fields in them that wait for a symbol. */
export class LateBytes extends ByteBuffer {
  readonly fields: Field[] = [];

  /** Where the first byte will stand in its section. */
  readonly base: number;

  constructor(
    /** The fragment at whose end the bytes stand. */
    readonly fragment: Fragment,
    capacity = 256,
  ) {
    super(capacity);
    this.base = fragment.address + fragment.size;
  }

  /** Address in the section of the next byte. */
  get address(): number {
    return this.base + this.length;
  }

  uint(size: number, value: number): void {
    const at = this.reserve(size);
    writeUint(this.bytes, at, Math.min(size, 4), value);
  }

  /** `size` bytes for an expression; `pcrel`: its distance from the field. */
  field(size: number, expression: Expr, pcrel = false): void {
    this.fields.push({ at: this.length, size, expression, pcrel });
    this.reserve(size);
  }

  /** LEB128 of a non-negative integer. */
  uleb(value: number): void {
    if (value < 0 || value > 0x7fffffff) return this.bigUleb(BigInt.asUintN(64, BigInt(value)));
    while (value >= 0x80) {
      this.u8((value & 0x7f) | 0x80);
      value >>= 7;
    }
    this.u8(value);
  }

  /** LEB128 of a signed integer of at most 32 bits. */
  sleb(value: number): void {
    for (;;) {
      const low = value & 0x7f;
      value >>= 7;
      if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return this.u8(low);
      this.u8(low | 0x80);
    }
  }

  bigUleb(value: bigint): void {
    if (value <= 0x7fffffffn) return this.uleb(Number(value));
    while (value >= 0x80n) {
      this.u8(Number(value & 0x7fn) | 0x80);
      value >>= 7n;
    }
    this.u8(Number(value));
  }

  bigSleb(value: bigint): void {
    while (value < -0x80000000n || value > 0x7fffffffn) {
      this.u8(Number(value & 0x7fn) | 0x80);
      value >>= 7n;
    }
    this.sleb(Number(value));
  }

  /** Fills with zeros (DW_CFA_nop) up to a multiple of `alignment` bytes in the section. */
  pad(alignment: number): void {
    const over = this.address % alignment;
    if (over > 0) this.reserve(alignment - over);
  }

  /** Overwrites 4 bytes at `at`. */
  patch32(at: number, value: number): void {
    writeUint(this.bytes, at, 4, value);
  }
}

/**
 * Appends to subsection 0 of `section` what `make` writes. `make` is called whenever addresses have moved and must not keep
 * what it made; `settled` once, when they are final.
 */
export function appendLate(asm: Assembler, section: Section, make: (out: LateBytes) => void, settled?: () => void): void {
  appendLateTo(asm, section.chain(0), make, settled);
}

/** The same for any subsection. */
export function appendLateTo(asm: Assembler, chain: Chain, make: (out: LateBytes) => void, settled?: () => void): void {
  const { section } = chain;
  // What is only known at the end concerns the file, not a line of it.
  const { file } = asm;
  const line = 0;
  const bits = asm.state.bits;
  let made: LateBytes | null = null;
  let moves = -1;
  const build = (): LateBytes => {
    if (made !== null && moves === asm.moves && made.base === fragment.address + fragment.size) return made;
    moves = asm.moves;
    made = new LateBytes(fragment, made?.length);
    make(made);
    return made;
  };
  const fragment: Fragment = chain.close(
    {
      kind: 'computed',
      // Before the first pass most addresses are not known at all.
      size: (pass) => (pass === 0 ? 0 : build().length),
      emit() {
        const out = build();
        settled?.();
        for (const { at, size, expression, pcrel } of out.fields) {
          const offset = fragment.size + at;
          const role = 'data';
          // Distances count from the field itself, not from its end as an instruction's do.
          const trailing = pcrel ? -size : 0;
          section.fixups.push(
            new Fixup(fragment, offset, expression, packField(size, pcrel, false, role, bits, 0, trailing), line, file, undefined),
          );
        }
        return out.toUint8Array();
      },
    },
    line,
    file,
  );
}
