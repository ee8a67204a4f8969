/** The registers (SDM volume 1, chapter 3; names as AT&T syntax writes them, without the %). */

export type RegisterClass =
  | 'r8' | 'r16' | 'r32' | 'r64' | 'sreg' | 'cr' | 'dr' | 'tr' | 'st' | 'mm'
  | 'xmm' | 'ymm' | 'zmm' | 'k' | 'bnd' | 'tmm'
  /** %rip, %eip; %eiz, %riz (no index, SIB forced). */
  | 'ip' | 'iz' | 'flat';

export interface Register {
  readonly name: string;
  readonly class: RegisterClass;
  /** Hardware number, 0 to 31. */
  readonly number: number;
  /** Width in bits. */
  readonly bits: number;
  /** %ah, %ch, %dh, %bh: cannot go with REX. */
  readonly high?: boolean;
  /** %spl, %bpl, %sil, %dil: need REX. */
  readonly rex?: boolean;
}
