/** The instruction encoder's entry points. */
import type { AssembleOptions } from '../index.js';
import type { CodeState, Encoded, EncoderHost } from './types.js';

export type * from './types.js';

/** Encodes one instruction statement; null after an error has been reported. */
export function encodeInstruction(text: string, column: number, host: EncoderHost): Encoded | null {
  host.error(`no such instruction: \`${text}'`, column);
  return null;
}

/** The state that `options` ask for. */
export function createState(options: AssembleOptions): CodeState {
  return {
    bits: options.abi === '32' ? 32 : 64,
    x32: options.abi === 'x32',
    code16gcc: false,
    syntax: options.syntax ?? 'att',
    nakedRegisters: options.nakedRegisters ?? false,
    mnemonic: options.mnemonic ?? 'att',
    allowIndexRegister: false,
    arch: { features: new Set(), cpu: 'generic64', tune: 'generic64', jumps: true },
    options: options.x86 ?? {},
    epoch: 0,
  };
}
