/**
 * What a service sees of its caller: the registers as the stub has saved them on the stack. What is written here is what
 * the caller finds when the service returns, flags included: `iret` takes them from the same place.
 */

/** Offsets in the frame that `stubs.ts` builds: pushal, es, ds, vector, then what `int` pushed. */
const offsets = {
  edi: 0,
  esi: 4,
  ebp: 8,
  ebx: 16,
  edx: 20,
  ecx: 24,
  eax: 28,
  es: 32,
  ds: 34,
  vector: 36,
  ip: 38,
  cs: 40,
  flags: 42,
} as const;

export const FRAME_SIZE = 44;
/** Where the stub looks for what it is to do: 0 return, 1 ask again at once, 2 ask again after an interrupt, 3 stop for ever. */
export const VERDICT = 37;

const CARRY = 1;
const ZERO = 0x40;

export class Registers {
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_SIZE);
  }

  get vector(): number {
    return this.view.getUint8(offsets.vector);
  }
  set verdict(value: 0 | 1 | 2 | 3) {
    this.view.setUint8(VERDICT, value);
  }

  private low(name: keyof typeof offsets): number {
    return this.view.getUint8(offsets[name]);
  }
  private high(name: keyof typeof offsets): number {
    return this.view.getUint8(offsets[name] + 1);
  }
  private word(name: keyof typeof offsets): number {
    return this.view.getUint16(offsets[name], true);
  }
  private setWord(name: keyof typeof offsets, value: number): void {
    this.view.setUint16(offsets[name], value, true);
  }
  private setByte(offset: number, value: number): void {
    this.view.setUint8(offset, value);
  }

  get al(): number {
    return this.low('eax');
  }
  set al(value: number) {
    this.setByte(offsets.eax, value);
  }
  get ah(): number {
    return this.high('eax');
  }
  set ah(value: number) {
    this.setByte(offsets.eax + 1, value);
  }
  get bl(): number {
    return this.low('ebx');
  }
  set bl(value: number) {
    this.setByte(offsets.ebx, value);
  }
  get bh(): number {
    return this.high('ebx');
  }
  set bh(value: number) {
    this.setByte(offsets.ebx + 1, value);
  }
  get cl(): number {
    return this.low('ecx');
  }
  set cl(value: number) {
    this.setByte(offsets.ecx, value);
  }
  get ch(): number {
    return this.high('ecx');
  }
  set ch(value: number) {
    this.setByte(offsets.ecx + 1, value);
  }
  get dl(): number {
    return this.low('edx');
  }
  set dl(value: number) {
    this.setByte(offsets.edx, value);
  }
  get dh(): number {
    return this.high('edx');
  }
  set dh(value: number) {
    this.setByte(offsets.edx + 1, value);
  }
  get ax(): number {
    return this.word('eax');
  }
  set ax(value: number) {
    this.setWord('eax', value);
  }
  get bx(): number {
    return this.word('ebx');
  }
  set bx(value: number) {
    this.setWord('ebx', value);
  }
  get cx(): number {
    return this.word('ecx');
  }
  set cx(value: number) {
    this.setWord('ecx', value);
  }
  get dx(): number {
    return this.word('edx');
  }
  set dx(value: number) {
    this.setWord('edx', value);
  }
  get si(): number {
    return this.word('esi');
  }
  set si(value: number) {
    this.setWord('esi', value);
  }
  get di(): number {
    return this.word('edi');
  }
  set di(value: number) {
    this.setWord('edi', value);
  }
  get bp(): number {
    return this.word('ebp');
  }
  set bp(value: number) {
    this.setWord('ebp', value);
  }
  get ds(): number {
    return this.word('ds');
  }
  get es(): number {
    return this.word('es');
  }
  set es(value: number) {
    this.setWord('es', value);
  }
  get cs(): number {
    return this.word('cs');
  }
  get ip(): number {
    return this.word('ip');
  }
  get flags(): number {
    return this.word('flags');
  }
  set flags(value: number) {
    this.setWord('flags', value);
  }
  get eax(): number {
    return this.view.getUint32(offsets.eax, true);
  }
  set eax(value: number) {
    this.view.setUint32(offsets.eax, value, true);
  }
  get ebx(): number {
    return this.view.getUint32(offsets.ebx, true);
  }
  set ebx(value: number) {
    this.view.setUint32(offsets.ebx, value, true);
  }
  get ecx(): number {
    return this.view.getUint32(offsets.ecx, true);
  }
  set ecx(value: number) {
    this.view.setUint32(offsets.ecx, value, true);
  }
  get edx(): number {
    return this.view.getUint32(offsets.edx, true);
  }
  set edx(value: number) {
    this.view.setUint32(offsets.edx, value, true);
  }

  set edi(value: number) {
    this.view.setUint32(offsets.edi, value, true);
  }

  set carry(on: boolean) {
    this.flags = on ? this.flags | CARRY : this.flags & ~CARRY;
  }
  get carry(): boolean {
    return (this.flags & CARRY) !== 0;
  }
  set zero(on: boolean) {
    this.flags = on ? this.flags | ZERO : this.flags & ~ZERO;
  }

  /** Physical address of es:offset, ds:offset. */
  esAt(offset: number): number {
    return this.es * 16 + (offset & 0xffff);
  }
  dsAt(offset: number): number {
    return this.ds * 16 + (offset & 0xffff);
  }

  /** `ax=0x0e41 bx=0x0007 …`, for messages. */
  toString(): string {
    const names = ['ax', 'bx', 'cx', 'dx', 'si', 'di', 'bp', 'ds', 'es'] as const;
    return names.map((name) => `${name}=0x${this[name].toString(16).padStart(4, '0')}`).join(' ');
  }
}
