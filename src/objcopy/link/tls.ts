/**
 * Thread-local accesses that need no __tls_get_addr: a static program knows every variable's distance from the thread pointer,
 * so the general, local and initial models become the local-exec one (psABI x86-64 and i386, and U. Drepper, "ELF Handling For
 * Thread-Local Storage", section 5: the code sequences are fixed, and recognised byte by byte).
 */
import type { Relocation } from '../../object.js';

const X64 = { DTPOFF64: 17, TPOFF64: 18, TLSGD: 19, TLSLD: 20, DTPOFF32: 21, TPOFF32: 23, GOTPC32_TLSDESC: 34, TLSDESC_CALL: 35 };
const I386 = { IE: 15, GOTIE: 16, LE: 17, GD: 18, LDM: 19, LDO_32: 32, IE_32: 33, LE_32: 34, GOTDESC: 39, DESC_CALL: 40 };

export interface TlsAccess {
  /** Instead of the relocation; null: none. */
  readonly relocation: Relocation | null;
  /** The next relocation was the call's, which is gone. */
  readonly skipNext: boolean;
}

const only = (relocation: Relocation | null): TlsAccess => ({ relocation, skipNext: false });

/** Rewrites the code in `bytes`; null: not such an access, or not a sequence that is known. */
export function toLocalExec(r: Relocation, bytes: Uint8Array, machine: number, elfClass: 32 | 64, isCode: boolean): TlsAccess | null {
  const at = Number(r.offset);
  return machine === 62 ? relax64(r, bytes, at, elfClass, isCode) : relax32(r, bytes, at, isCode);
}

/** Do `wanted` stand at `at`? */
function stands(bytes: Uint8Array, at: number, ...wanted: readonly number[]): boolean {
  return at >= 0 && at + wanted.length <= bytes.length && wanted.every((byte, i) => bytes[at + i] === byte);
}

function relax64(r: Relocation, bytes: Uint8Array, at: number, elfClass: 32 | 64, isCode: boolean): TlsAccess | null {
  const wide = elfClass === 64;
  switch (r.type) {
    case X64.TLSGD: {
      // data16 lea x@tlsgd(%rip), %rdi; a call padded to 8 bytes
      const start = wide ? at - 4 : at - 3;
      const lea = wide ? stands(bytes, start, 0x66, 0x48, 0x8d, 0x3d) : stands(bytes, start, 0x48, 0x8d, 0x3d);
      const call =
        stands(bytes, at + 4, 0x66, 0x66, 0x48, 0xe8) ||
        stands(bytes, at + 4, 0x66, 0x48, 0xff, 0x15) ||
        stands(bytes, at + 4, 0x66, 0x48, 0x67, 0xe8);
      if (!lea || !call || at + 12 > bytes.length) return null;
      // mov %fs:0, %rax; lea x@tpoff(%rax), %rax
      bytes.set(
        wide ? [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80] : [0x64, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80],
        start,
      );
      return { relocation: { ...r, type: X64.TPOFF32, offset: r.offset + 8n, addend: r.addend + 4n }, skipNext: true };
    }
    case X64.TLSLD: {
      // lea x@tlsld(%rip), %rdi; a call of 5 bytes, or of 6 through the GOT
      const indirect = stands(bytes, at + 4, 0xff, 0x15) || stands(bytes, at + 4, 0x67, 0xe8);
      if (
        !stands(bytes, at - 3, 0x48, 0x8d, 0x3d) ||
        (!indirect && !stands(bytes, at + 4, 0xe8)) ||
        at + (indirect ? 10 : 9) > bytes.length
      )
        return null;
      // mov %fs:0, %rax behind as much padding as there is room for
      const padding = wide
        ? indirect
          ? [0x66, 0x66, 0x66, 0x66]
          : [0x66, 0x66, 0x66]
        : indirect
          ? [0x66, 0x0f, 0x1f, 0x40, 0]
          : [0x0f, 0x1f, 0x40, 0];
      bytes.set([...padding, 0x64, ...(wide ? [0x48] : []), 0x8b, 0x04, 0x25, 0, 0, 0, 0], at - 3);
      return { relocation: null, skipNext: true };
    }
    case X64.DTPOFF32:
      return isCode ? only({ ...r, type: X64.TPOFF32 }) : null;
    case X64.DTPOFF64:
      return isCode ? only({ ...r, type: X64.TPOFF64 }) : null;
    case X64.GOTPC32_TLSDESC: {
      // lea x@tlsdesc(%rip), %rax: mov $x@tpoff, %rax
      if (at < 3 || bytes[at - 2] !== 0x8d || (bytes[at - 1] & 0xc7) !== 0x05) return null;
      bytes[at - 3] = (wide ? 0x48 : 0x40) | ((bytes[at - 3] >> 2) & 1);
      bytes[at - 2] = 0xc7;
      bytes[at - 1] = 0xc0 | ((bytes[at - 1] >> 3) & 7);
      return only({ ...r, type: X64.TPOFF32, addend: r.addend + 4n });
    }
    case X64.TLSDESC_CALL:
      // call *(%rax): a nop of the same size
      if (stands(bytes, at, 0xff, 0x10)) bytes.set([0x66, 0x90], at);
      else if (stands(bytes, at, 0x67, 0xff, 0x10)) bytes.set([0x0f, 0x1f, 0x00], at);
      else return null;
      return only(null);
    default:
      return null;
  }
}

function relax32(r: Relocation, bytes: Uint8Array, at: number, isCode: boolean): TlsAccess | null {
  switch (r.type) {
    case I386.GD: {
      // lea x@tlsgd(,%ebx,1), %eax, or lea x@tlsgd(%reg), %eax; a call, together 12 bytes
      const start = stands(bytes, at - 3, 0x8d, 0x04) ? at - 3 : at - 2;
      if (start < 0 || bytes[start] !== 0x8d || start + 12 > bytes.length) return null;
      // movl %gs:0, %eax; subl $x@tpoff, %eax
      bytes.set([0x65, 0xa1, 0, 0, 0, 0, 0x81, 0xe8, 0, 0, 0, 0], start);
      return { relocation: { ...r, type: I386.LE_32, offset: BigInt(start + 8) }, skipNext: true };
    }
    case I386.LDM: {
      const indirect = !stands(bytes, at + 4, 0xe8);
      if (at < 2 || bytes[at - 2] !== 0x8d || at + (indirect ? 10 : 9) > bytes.length) return null;
      // movl %gs:0, %eax; padding
      const padding = indirect ? [0x8d, 0xb6, 0, 0, 0, 0] : [0x90, 0x8d, 0x74, 0x26, 0];
      bytes.set([0x65, 0xa1, 0, 0, 0, 0, ...padding], at - 2);
      return { relocation: null, skipNext: true };
    }
    case I386.LDO_32:
      return isCode ? only({ ...r, type: I386.LE }) : null;
    case I386.IE:
      if (stands(bytes, at - 1, 0xa1)) bytes[at - 1] = 0xb8;
      else if (!immediate(bytes, at, false)) return null;
      return only({ ...r, type: I386.LE });
    case I386.GOTIE:
      return immediate(bytes, at, true) ? only({ ...r, type: I386.LE }) : null;
    case I386.IE_32:
      return immediate(bytes, at, true) ? only({ ...r, type: I386.LE_32 }) : null;
    case I386.GOTDESC:
      // lea x@tlsdesc(%ebx), %eax: lea x@ntpoff, %eax
      if (at < 2 || bytes[at - 2] !== 0x8d || (bytes[at - 1] & 0xc7) !== 0x83) return null;
      bytes[at - 1] ^= 0x86;
      return only({ ...r, type: I386.LE });
    case I386.DESC_CALL:
      if (!stands(bytes, at, 0xff, 0x10)) return null;
      bytes.set([0x66, 0x90], at);
      return only(null);
    default:
      return null;
  }
}

/** `mov`, `add` and `sub` of a GOT entry get the offset itself; `addAsLea`: add becomes lea, which leaves the flags alone. */
function immediate(bytes: Uint8Array, at: number, addAsLea: boolean): boolean {
  if (at < 2 || at + 4 > bytes.length) return false;
  const register = (bytes[at - 1] >> 3) & 7;
  const opcode = bytes[at - 2];
  if (opcode === 0x8b) bytes.set([0xc7, 0xc0 | register], at - 2);
  else if (opcode === 0x03 && addAsLea) bytes.set([0x8d, 0x80 | register | (register << 3)], at - 2);
  else if (opcode === 0x03) bytes.set([0x81, 0xc0 | register], at - 2);
  else if (opcode === 0x2b) bytes.set([0x81, 0xe8 | register], at - 2);
  else return false;
  return true;
}
