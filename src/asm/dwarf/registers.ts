/**
 * DWARF register numbers (System V ABI, i386 and x86-64 supplements, "DWARF Register Number Mapping"), by the names that
 * .cfi_* directives take. 16-bit code counts like 32-bit code.
 */

const numbers32 = new Map<string, number>();
const numbers64 = new Map<string, number>();

function number(map: Map<string, number>, first: number, names: string): void {
  for (const name of names.split(' ')) map.set(name, first++);
}

function numbered(map: Map<string, number>, first: number, prefix: string, from: number, count: number): void {
  for (let i = 0; i < count; i++) map.set(`${prefix}${from + i}`, first + i);
}

function fill(): void {
  number(numbers32, 0, 'eax ecx edx ebx esp ebp esi edi eip eflags');
  number(numbers32, 11, 'st');
  numbered(numbers32, 11, 'st', 0, 8);
  numbered(numbers32, 21, 'xmm', 0, 8);
  numbered(numbers32, 29, 'mm', 0, 8);
  number(numbers32, 37, 'fcw fsw mxcsr es cs ss ds fs gs');
  number(numbers32, 48, 'tr ldtr');
  numbered(numbers32, 93, 'k', 0, 8);

  number(numbers64, 0, 'rax rdx rcx rbx rsi rdi rbp rsp');
  numbered(numbers64, 8, 'r', 8, 8);
  number(numbers64, 16, 'rip');
  numbered(numbers64, 17, 'xmm', 0, 16);
  number(numbers64, 33, 'st');
  numbered(numbers64, 33, 'st', 0, 8);
  numbered(numbers64, 41, 'mm', 0, 8);
  number(numbers64, 49, 'rflags es cs ss ds fs gs');
  number(numbers64, 49, 'eflags');
  number(numbers64, 58, 'fs.base gs.base');
  number(numbers64, 62, 'tr ldtr mxcsr fcw fsw');
  numbered(numbers64, 67, 'xmm', 16, 16);
  numbered(numbers64, 118, 'k', 0, 8);
}

/** The number of the register `name` (lower case, without %; `st(1)` as `st1`) in code of `bits` bits, or undefined. */
export function dwarfRegister(name: string, bits: 16 | 32 | 64): number | undefined {
  if (numbers32.size === 0) fill();
  return (bits === 64 ? numbers64 : numbers32).get(name);
}
