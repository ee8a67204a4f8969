/**
 * Machine code as text: iced-x86's decoder and formatters, with objdump's spelling of addresses (`1139 <main+0x4>`,
 * `# 4010 <x>`). Loaded only by the commands that disassemble.
 */
import type { Decoder, Instruction } from 'iced-x86';
import type { LazyRequire } from '../../lazy.js';

declare const require: LazyRequire;

export interface DisassembledLine {
  /** Of its first byte. */
  readonly address: bigint;
  /** In bytes. */
  readonly length: number;
  /** `mov    $0x1,%eax`; `(bad)` for what is no instruction. */
  readonly text: string;
}

export interface DisassemblerOptions {
  readonly bits: 16 | 32 | 64;
  readonly syntax: 'att' | 'intel';
  /** -M suffix: mnemonics always say their size. */
  readonly suffixes?: boolean;
  /** `<main+0x4>` for an address, or ''. */
  readonly nameOf: (address: bigint) => string;
  /** How the address of a target is written; absent: in hexadecimal. */
  readonly addressText?: (address: bigint) => string;
}

/** Decodes `bytes`, which stand at `address`, one instruction after the other. */
export function* disassemble(bytes: Uint8Array, address: bigint, options: DisassemblerOptions): Generator<DisassembledLine> {
  const iced = require('iced-x86') as typeof import('iced-x86');
  const decoder: Decoder = new iced.Decoder(options.bits, bytes, iced.DecoderOptions.MPX | iced.DecoderOptions.MovTr);
  const formatter = new iced.Formatter(options.syntax === 'att' ? iced.FormatterSyntax.Gas : iced.FormatterSyntax.Intel);
  formatter.hexPrefix = '0x';
  formatter.hexSuffix = '';
  formatter.uppercaseHex = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.leadingZeros = false;
  formatter.branchLeadingZeros = false;
  formatter.firstOperandCharIndex = 7;
  formatter.showBranchSize = false;
  formatter.alwaysShowScale = options.syntax === 'att';
  formatter.ripRelativeAddresses = true;
  formatter.showZeroDisplacements = true;
  if (options.syntax === 'intel') {
    formatter.spaceAfterOperandSeparator = false;
    formatter.uppercaseKeywords = true;
    formatter.memorySizeOptions = iced.MemorySizeOptions.Always;
  }
  if (options.suffixes) formatter.gasShowMnemonicSizeSuffix = true;
  const instruction: Instruction = new iced.Instruction();
  decoder.ip = address;
  try {
    while (decoder.canDecode) {
      decoder.decodeOut(instruction);
      const at = instruction.ip;
      const { length } = instruction;
      if (instruction.code === iced.Code.INVALID) {
        // objdump gives up one byte and tries again behind it; what the section cuts short it shows as data.
        const start = Number(at - address);
        const cut = decoder.lastError === iced.DecoderError.NoMoreBytes && length > 0 && start + length >= bytes.length;
        yield { address: at, length: 1, text: cut ? byteText(bytes, start) : '(bad)' };
        decoder.position = start + 1;
        decoder.ip = at + 1n;
        continue;
      }
      const start = Number(at - address);
      const idle = idlePrefixes(bytes.subarray(start, start + length), options.bits);
      const text = textOf(instruction);
      // Behind a prefix the mnemonic has no column.
      yield { address: at, length, text: idle === '' ? text : idle + text.replace(/ +/, ' ') };
    }
  } finally {
    instruction.free();
    formatter.free();
    decoder.free();
  }

  function textOf(insn: Instruction): string {
    const op0 = insn.opCount > 0 ? insn.op0Kind : -1;
    const near = op0 === iced.OpKind.NearBranch16 || op0 === iced.OpKind.NearBranch32 || op0 === iced.OpKind.NearBranch64;
    if (near) {
      const mnemonic = formatter.formatMnemonic(insn);
      const target = insn.nearBranchTarget;
      return `${mnemonic.padEnd(6)} ${place(target)}`;
    }
    const text = formatter
      .format(insn)
      .trimEnd()
      .replace(/\((%\w+),\)/, '($1)')
      // The size of an indirect target is the usual one; GNU names a register twice where the instruction does.
      .replace(/^(call|jmp)[lq]( +)\*/, '$1 $2*')
      .replace(/^(imul\S* +\$[^\s,]+),(%\w+)$/, insn.opCount === 3 ? '$1,$2,$2' : '$&');
    if (!insn.isIpRelMemoryOperand) return text;
    const shown = text.replace(/(^|[\s,:*])\(%([re]ip)\)/, '$10x0(%$2)').replace(/\[rip\]/, '[rip+0x0]');
    const target = BigInt.asUintN(64, insn.ipRelMemoryAddress);
    return `${shown}        # ${place(target)}`;
  }

  function place(target: bigint): string {
    return `${(options.addressText ?? hexadecimal)(target)} ${options.nameOf(target)}`.trim();
  }
}

const hexadecimal = (value: bigint): string => value.toString(16);

/** Prefixes of long no-ops, which change nothing: compilers fill with them. */
function idlePrefixes(code: Uint8Array, bits: number): string {
  let sizes = 0;
  let at = 0;
  while (code[at] === 0x66) {
    sizes += 1;
    at += 1;
  }
  const segment = code[at] === 0x2e;
  if (segment) at += 1;
  if (code[at] >= 0x40 && code[at] < 0x50 && bits === 64) at += 1;
  if (code[at] !== 0x0f || code[at + 1] !== 0x1f) return '';
  // Where segments have bases, the prefix stands in the operand.
  return 'data16 '.repeat(Math.max(0, sizes - 1)) + (segment && bits === 64 ? 'cs ' : '');
}

/** What is left of a section that ends in the middle of an instruction. */
function byteText(bytes: Uint8Array, at: number): string {
  return `.byte 0x${bytes[at].toString(16)}`;
}

/** `<main>`, `<main+0x12>` for addresses at or behind a symbol, '' before the first. `symbols` ascending by address. */
export function symbolizer(symbols: readonly { readonly name: string; readonly address: bigint }[]): (address: bigint) => string {
  return (address) => {
    let low = 0;
    let high = symbols.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (symbols[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return '';
    // Of several names for one address, the first (callers sort by preference).
    let at = low - 1;
    while (at > 0 && symbols[at - 1].address === symbols[at].address) at -= 1;
    const { name, address: start } = symbols[at];
    return address === start ? `<${name}>` : `<${name}+0x${(address - start).toString(16)}>`;
  };
}
