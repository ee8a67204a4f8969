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
  /** `<main+0x4>` for an address, or ''. */
  readonly nameOf: (address: bigint) => string;
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
  if (options.syntax === 'intel') formatter.spaceAfterOperandSeparator = false;
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
        const cut =
          decoder.lastError === iced.DecoderError.NoMoreBytes && length > 0 && start + length >= bytes.length && bytes.length - start > 1;
        yield { address: at, length: 1, text: cut ? byteText(bytes, start) : '(bad)' };
        decoder.position = start + 1;
        decoder.ip = at + 1n;
        continue;
      }
      yield { address: at, length, text: textOf(instruction) };
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
      return `${mnemonic.padEnd(6)} ${target.toString(16)}${named(target)}`;
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
    return `${shown}        # ${target.toString(16)}${named(target)}`;
  }

  function named(target: bigint): string {
    const name = options.nameOf(target);
    return name === '' ? '' : ` ${name}`;
  }
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
