/** Code size, syntax and CPU (gas manual, chapter 80386 Dependent Features: i386-Directives, i386-Syntax, i386-16bit, i386-Arch). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import type { Bundles } from '../bundles.js';
import type { LazyRequire } from '../../lazy.js';
import { archName, defaultArch, withCpu, withExtension } from '../x86/arch.js';
import type { ArchState } from '../x86/types.js';
import type { DirectiveTable } from './index.js';

declare const require: LazyRequire;

/** .code16 and relatives. What stands behind them on the line is read as a statement of its own, as gas does. */
function setBits(asm: Assembler, bits: 16 | 32 | 64, gcc: boolean): void {
  const { state } = asm;
  const needed = bits === 64 ? '64' : bits === 32 ? '386' : '';
  if (needed !== '' && state.arch.cpu !== '' && !state.arch.features.has(needed)) {
    asm.error(`${bits}bit mode not supported on \`${archName(state)}'.`);
  } else {
    asm.codeSizeSet = true;
    state.bits = bits;
    state.code16gcc = gcc;
    state.epoch += 1;
  }
}

function setSyntax(asm: Assembler, args: Arguments, syntax: 'att' | 'intel'): void {
  const word = args.atEnd() ? '' : (args.name() ?? '?');
  if (word !== '' && word !== 'prefix' && word !== 'noprefix') asm.error('bad argument to syntax directive.');
  args.demandEnd();
  asm.state.syntax = syntax;
  asm.state.nakedRegisters = word === 'noprefix';
  asm.state.epoch += 1;
}

function setMnemonic(asm: Assembler, mnemonic: 'att' | 'intel'): void {
  asm.state.mnemonic = mnemonic;
  asm.state.epoch += 1;
}

function setIndexRegister(asm: Assembler, allowed: boolean): void {
  asm.state.allowIndexRegister = allowed;
  asm.state.epoch += 1;
}

/** .sse_check and .operand_check. */
function setCheck(asm: Assembler, args: Arguments, name: string, set: (level: 'none' | 'warning' | 'error') => void): void {
  if (args.atEnd()) {
    asm.error(`missing argument for ${name} directive`);
    return;
  }
  const word = args.name();
  if (word === 'none' || word === 'warning' || word === 'error') set(word);
  else asm.error(`bad argument to ${name} directive.`);
  asm.state.epoch += 1;
  args.demandEnd();
}

interface SavedArch {
  readonly arch: ArchState;
  readonly bits: 16 | 32 | 64;
  readonly gcc: boolean;
}

function arch(asm: Assembler, args: Arguments): void {
  const { state } = asm;
  if (args.atEnd()) {
    asm.error('missing cpu architecture');
    return;
  }
  const name = args.name() ?? '';
  let stack = asm.parts.get('arch') as SavedArch[] | undefined;
  if (stack === undefined) asm.parts.set('arch', (stack = []));
  if (name === 'push' || name === 'pop') {
    if (name === 'push') stack.push({ arch: state.arch, bits: state.bits, gcc: state.code16gcc });
    else restore(asm, stack);
    args.demandEnd();
    return;
  }
  const next =
    name === 'default'
      ? defaultArch(state.abi === '32' ? 32 : 64)
      : name[0] === '.'
        ? withExtension(state.arch, name.slice(1))
        : withCpu(state.arch, name);
  if (next === null) {
    asm.error(`no such architecture: \`${name}'`);
    archModifier(asm, args);
    return;
  }
  if (name === 'iamcu') {
    asm.error(`\`iamcu' is not supported on \`${state.abi === '32' ? 'i386' : 'x86_64'}'`);
    archModifier(asm, args);
    return;
  }
  state.arch = next;
  state.epoch += 1;
  if (name[0] === '.') args.demandEnd();
  else archModifier(asm, args);
}

/** `, jumps` or `, nojumps` behind a CPU. */
function archModifier(asm: Assembler, args: Arguments): void {
  const comma = args.pos;
  if (args.comma()) {
    const modifier = args.atEnd() ? null : (args.name() ?? '');
    if (modifier === null) args.pos = comma;
    else if (modifier === 'jumps' || modifier === 'nojumps') asm.state.arch = { ...asm.state.arch, jumps: modifier === 'jumps' };
    else asm.error(`no such architecture modifier: \`${modifier}'`);
  }
  args.demandEnd();
}

function restore(asm: Assembler, stack: SavedArch[]): void {
  const { state } = asm;
  const saved = stack[stack.length - 1];
  if (saved === undefined) {
    asm.error('.arch stack is empty');
    return;
  }
  if (saved.bits !== state.bits || saved.gcc !== state.code16gcc) {
    asm.error(`this \`.arch pop' requires \`.code${saved.bits}${saved.gcc ? 'gcc' : ''}' to be in effect`);
    return;
  }
  stack.pop();
  state.arch = saved.arch;
  state.epoch += 1;
}

function bundles(asm: Assembler): Bundles {
  if (asm.bundles === null) {
    const { Bundles } = require('../bundles.js') as typeof import('../bundles.js');
    asm.bundles = new Bundles(asm);
  }
  return asm.bundles;
}

export const codeTable: DirectiveTable = {
  '.code16': (asm) => setBits(asm, 16, false),
  '.code16gcc': (asm) => setBits(asm, 16, true),
  '.code32': (asm) => setBits(asm, 32, false),
  '.code64': (asm) => setBits(asm, 64, false),
  '.att_syntax': (asm, args) => setSyntax(asm, args, 'att'),
  '.intel_syntax': (asm, args) => setSyntax(asm, args, 'intel'),
  '.att_mnemonic': (asm) => setMnemonic(asm, 'att'),
  '.intel_mnemonic': (asm) => setMnemonic(asm, 'intel'),
  '.allow_index_reg': (asm) => setIndexRegister(asm, true),
  '.disallow_index_reg': (asm) => setIndexRegister(asm, false),
  '.sse_check': (asm, args) => setCheck(asm, args, 'sse_check', (level) => (asm.state.options = { ...asm.state.options, sseCheck: level })),
  '.operand_check': (asm, args) =>
    setCheck(asm, args, 'operand_check', (level) => (asm.state.options = { ...asm.state.options, operandCheck: level })),
  '.arch': arch,
  '.bundle_align_mode': (asm, args) => {
    const power = Number(BigInt.asUintN(32, args.absolute()));
    args.demandEnd();
    const most = asm.addressSize * 8 - 1;
    if (power <= most) bundles(asm).setPower(power);
    else asm.fatalError(`.bundle_align_mode alignment too large (maximum ${most})`);
  },
  '.bundle_lock': (asm, args) => {
    args.demandEnd();
    bundles(asm).lockSequence();
  },
  '.bundle_unlock': (asm, args) => {
    args.demandEnd();
    bundles(asm).unlockSequence();
  },
  '.this_gcc_requires_the_gnu_assembler': (_asm, args) => void args.rest(),
  '.noopt': (_asm, args) => void args.rest(),
  '.optim': (_asm, args) => void args.rest(),
};
