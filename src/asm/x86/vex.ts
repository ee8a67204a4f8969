/** VEX, XOP and EVEX prefixes (SDM volume 2, 2.3 and 2.7; AMD volume 3, 1.2.7). */
import type { Address } from './address.js';
import { put } from './emit.js';
import type { Prefixes } from './prefixes.js';
import type { Template } from './rows.js';
import { findRows } from './table.js';
import type { EncoderHost, RegisterOperand, RoundingOperand } from './types.js';

/** Outside 64-bit code W means nothing where it tells general registers of 32 bits from those of 64. */
function widthIgnored(row: Template, host: EncoderHost): boolean {
  if (host.state.bits === 64) return false;
  if (/^vmovd$|^vpcmpestr[im]$/.test(row.mnemonic)) return true;
  const general = row.operands.some((kind) => kind.register === 'r32');
  return general && findRows(row.mnemonic)!.some((other) => other.encoding === row.encoding && other.w === 1);
}

export function putVex(
  row: Template,
  reg: number,
  vOperand: RegisterOperand | undefined,
  address: Address | undefined,
  rmNumber: number,
  prefixes: Prefixes,
  host: EncoderHost,
): void {
  const { options } = host.state;
  const w = row.w === -1 || (row.w === 0 && options.vexwig === 1 && widthIgnored(row, host)) ? (options.vexwig ?? 0) : row.w;
  const l = row.l === -1 ? (options.avxscalar === 256 ? 1 : 0) : row.l;
  const r = (reg >> 3) & 1;
  const x = address?.rexX ?? 0;
  const b = address?.rexB ?? (rmNumber >> 3) & 1;
  const v = (vOperand?.register.number ?? 0) & 15;
  if (row.encoding === 'vex' && row.map === 1 && w === 0 && x === 0 && b === 0 && prefixes.vex !== 'vex3') {
    put(0xc5);
    put(((r ^ 1) << 7) | ((v ^ 15) << 3) | (l << 2) | row.pp);
    return;
  }
  put(row.encoding === 'xop' ? 0x8f : 0xc4);
  put(((r ^ 1) << 7) | ((x ^ 1) << 6) | ((b ^ 1) << 5) | row.map);
  put((w << 7) | ((v ^ 15) << 3) | (l << 2) | row.pp);
}

const roundingBits: Record<string, number> = { 'rn-sae': 0, 'rd-sae': 1, 'ru-sae': 2, 'rz-sae': 3 };
const rcigBits: Record<string, number> = { rne: 0, rd: 1, ru: 2, rz: 3 };

export function putEvex(
  row: Template,
  regOperand: RegisterOperand | undefined,
  vOperand: RegisterOperand | undefined,
  address: Address | undefined,
  rmNumber: number,
  hasRegisterRm: boolean,
  mask: RegisterOperand['register'] | undefined,
  zeroing: boolean,
  rounding: RoundingOperand['mode'] | null,
  broadcast: number,
  host: EncoderHost,
): void {
  const { options } = host.state;
  const w = row.w === -1 || (row.w === 0 && options.evexwig === 1 && widthIgnored(row, host)) ? (options.evexwig ?? 0) : row.w;
  let l: number = row.l === -1 ? (options.evexlig === 512 ? 2 : options.evexlig === 256 ? 1 : 0) : row.l;
  let b = broadcast !== 0 ? 1 : 0;
  if (rounding !== null) {
    b = 1;
    l = rounding === 'sae' ? (options.evexrcig !== undefined ? rcigBits[options.evexrcig] : 0) : roundingBits[rounding];
  }
  const reg = regOperand?.register.number ?? 0;
  const v = vOperand?.register.number ?? 0;
  const x = hasRegisterRm ? (rmNumber >> 4) & 1 : (address?.rexX ?? 0);
  const rexB = hasRegisterRm ? (rmNumber >> 3) & 1 : (address?.rexB ?? 0);
  const v2 = (v >> 4) & 1 || (address?.indexHigh ?? 0);
  put(0x62);
  put(((((reg >> 3) & 1) ^ 1) << 7) | ((x ^ 1) << 6) | ((rexB ^ 1) << 5) | ((((reg >> 4) & 1) ^ 1) << 4) | row.map);
  put((w << 7) | (((v & 15) ^ 15) << 3) | 4 | row.pp);
  put((zeroing ? 0x80 : 0) | (l << 5) | (b << 4) | ((v2 ^ 1) << 3) | (mask?.number ?? 0));
}
