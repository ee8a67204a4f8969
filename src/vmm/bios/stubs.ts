/**
 * The code behind the interrupt vectors: saves the registers in a frame (registers.ts), tells the BIOS device its address
 * by one port write, and returns with what the device has put there. Timer, keyboard and the other hardware interrupts
 * end in the controller's EOI, as the real ones do. A caller with interrupts on has them on inside, too: a program that
 * only looks for keys in a loop spends nearly all its time here.
 */

/** Private port: a long write of a frame's physical address calls the service of the frame's vector. */
export const CALL_PORT = 0x0b05;
/** A write to this port hands a scan code to the keyboard service. */
export const KEY_PORT = 0x0b09;
/** Reads after their interrupts: 1 when the mouse's handler, the alarm's vector is to be called. */
export const MOUSE_PORT = 0x0b0a;
export const CLOCK_PORT = 0x0b0b;

export const SEGMENT = 0xf000;
/** One entry of 5 bytes for each vector, from here on. */
export const ENTRIES = 0xe000;
const ENTRY_SIZE = 5;
const COMMON = 0xe600;

/** The source of `code`; a test assembles it. Offsets are those of SEGMENT. */
export const source = `
common:
  pushw %ds
  pushw %es
  pushal
  movzwl %sp, %ebp
  xorl %esi, %esi
  movw %ss, %si
  shll $4, %esi
  addl %ebp, %esi
  cld
again:
  testb $2, 43(%bp)
  jz 1f
  sti
1:
  movw $0x0b05, %dx
  movl %esi, %eax
  outl %eax, %dx
  movb 37(%bp), %al
  decb %al
  js done
  sti
  jz again
  decb %al
  jnz never
  hlt
  jmp again
never:
  cli
  hlt
  jmp never
done:
  popal
  popw %es
  popw %ds
  addw $2, %sp
  iret

tick:
  pushl %eax
  pushw %ds
  xorw %ax, %ax
  movw %ax, %ds
  incl 0x46c
  cmpl $0x1800b0, 0x46c
  jb 1f
  movl $0, 0x46c
  incb 0x470
1:
  int $0x1c
  movb $0x20, %al
  outb %al, $0x20
  popw %ds
  popl %eax
  iret

key:
  pushw %ax
  pushw %dx
  inb $0x64, %al
  andb $0x21, %al
  cmpb $1, %al
  jne 1f
  inb $0x60, %al
  movb $0x4f, %ah
  stc
  int $0x15
  jnc 1f
  movw $0x0b09, %dx
  outb %al, %dx
1:
  movb $0x20, %al
  outb %al, $0x20
  popw %dx
  popw %ax
  iret

first:
  pushw %ax
  movb $0x20, %al
  outb %al, $0x20
  popw %ax
  iret

second:
  pushw %ax
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %ax
nothing:
  iret

clock:
  pushw %ax
  pushw %dx
  movw $0x0b0b, %dx
  inb %dx, %al
  testb %al, %al
  jz 1f
  int $0x4a
1:
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %dx
  popw %ax
  iret

mouse:
  pushal
  pushw %ds
  pushw %es
  cld
  movw $0x0b0a, %dx
  inb %dx, %al
  testb %al, %al
  jz 1f
  movw $0x9fc0, %ax
  movw %ax, %ds
  xorw %ax, %ax
  movb 0x28, %al
  pushw %ax
  movb 0x29, %al
  pushw %ax
  movb 0x2a, %al
  pushw %ax
  pushw $0
  lcallw *0x22
  addw $8, %sp
1:
  movb $0x20, %al
  outb %al, $0xa0
  outb %al, $0x20
  popw %es
  popw %ds
  popal
  iret
`;

/** `source`, assembled. */
export const code =
  '1e066660660fb7ec6631f68cd666c1e6046601eefcf6462b027401fbba050b6689f066ef8a4625fec8780efb74e7fec8' +
  '7503f4ebe0faf4ebfc6661071f83c402cf66501e31c08ed866ff066c0466813e6c04b0001800720d66c7066c04000000' +
  '00fe067004cd1cb020e6201f6658cf5052e46424213c01750de460b44ff9cd157304ba090beeb020e6205a58cf50b020' +
  'e62058cf50b020e6a0e62058cf5052ba0b0bec84c07402cd4ab020e6a0e6205a58cf66601e06fcba0a0bec84c0741cb8' +
  'c09f8ed831c0a0280050a0290050a02a00506a00ff1e220083c408b020e6a0e620071f6661cf';

/** Offsets of the labels in `code`. */
// prettier-ignore
export const labels = { common: 0x0, tick: 0x41, key: 0x6f, first: 0x8d, second: 0x94, nothing: 0x9c, clock: 0x9d, mouse: 0xb2 } as const;

/** The entry of a vector that has none of its own. */
const entryOf = (vector: number): number => ENTRIES + vector * ENTRY_SIZE;

/** Where a vector points: code of its own, or its entry, which pushes its number and goes on in `common`. */
export function vectorOffset(vector: number): number {
  const own = (label: keyof typeof labels): number => COMMON + labels[label];
  if (vector === 0x08) return own('tick');
  if (vector === 0x09) return own('key');
  if (vector >= 0x0a && vector <= 0x0f) return own('first');
  if (vector === 0x70) return own('clock');
  if (vector === 0x74) return own('mouse');
  if (vector >= 0x71 && vector <= 0x77) return own('second');
  return vector === 0x1c || vector === 0x4a ? own('nothing') : entryOf(vector);
}

/** What lies at SEGMENT:ENTRIES. */
export function stubBytes(): Uint8Array {
  const bytes = new Uint8Array(COMMON - ENTRIES + code.length / 2);
  for (let vector = 0; vector < 256; vector++) {
    const at = vector * ENTRY_SIZE;
    const distance = COMMON - (entryOf(vector) + ENTRY_SIZE);
    // push $vector; jmp common
    bytes.set([0x6a, vector, 0xe9, distance & 0xff, (distance >> 8) & 0xff], at);
  }
  for (let i = 0; i < code.length / 2; i++) bytes[COMMON - ENTRIES + i] = Number.parseInt(code.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}
