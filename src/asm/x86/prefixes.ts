/** Which prefixes an instruction may have, in gas's order of checks and words. */
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import { BRANCH, FAR } from './traits.js';
import type { EncoderHost, Operand } from './types.js';

/** Prefix bytes and pseudo prefixes that were given with the statement; 0 or false: not given. */
export interface Prefixes {
  segment: number;
  addressSize: boolean;
  dataSize: boolean;
  /** F2 or F3. */
  rep: number;
  repName: string;
  lock: boolean;
  /** rex.wrxb: 0x40 to 0x4f. */
  rex: number;
  notrack: boolean;
  bnd: boolean;
  hle: number;
  vex: '' | 'vex' | 'vex2' | 'vex3' | 'evex';
  forceRex: boolean;
  direction: '' | 'load' | 'store' | 'swap';
  displacement: '' | 'disp8' | 'disp16' | 'disp32';
  nooptimize: boolean;
  hint: number;
}

/** None at all; one object, so that it can be told by identity. */
export const noPrefixes: Prefixes = {
  segment: 0,
  addressSize: false,
  dataSize: false,
  rep: 0,
  repName: '',
  lock: false,
  rex: 0,
  notrack: false,
  bnd: false,
  hle: 0,
  vex: '',
  forceRex: false,
  direction: '',
  displacement: '',
  nooptimize: false,
  hint: 0,
};

const isMemory = (operand: Operand | undefined): boolean => operand?.kind === 'memory';

/** Reports the first prefix that the chosen row does not take. `given`: the row's operands. True: all is well. */
export function checkPrefixes(row: Template, statement: Statement, given: readonly (Operand | undefined)[], host: EncoderHost): boolean {
  const { prefixes } = statement;
  const { flags, mnemonic } = row;
  const fail = (message: string): boolean => {
    host.error(message, statement.column);
    return false;
  };
  const lockable = flags.has('lock') || flags.has('hle') || flags.has('hle-nolock');
  if (prefixes.rep !== 0 && !flags.has('rep') && !flags.has('repz'))
    return fail(`invalid instruction \`${mnemonic}' after \`${prefixes.repName}'`);
  if (prefixes.lock) {
    const exchange = mnemonic === 'xchg';
    const memory = exchange ? given.some(isMemory) : isMemory(given[0]);
    if (!lockable || !memory) return fail("expecting lockable instruction after `lock'");
  }
  if (
    prefixes.dataSize &&
    given.some((operand) => operand?.kind === 'register' && /^(mm|xmm|ymm|zmm|k|bnd|tmm)$/.test(operand.register.class))
  ) {
    return fail(`data size prefix invalid with \`${mnemonic}'`);
  }
  if (prefixes.hle !== 0 && !hleFits(row, statement, given, fail)) return false;
  // gas goes on behind these two: a direct call then has no room for the prefix.
  const bound = !prefixes.bnd || flags.has('bnd') || fail("expecting valid branch instruction after `bnd'");
  const tracked = !prefixes.notrack || flags.has('notrack') || fail("expecting indirect branch instruction after `notrack'");
  if (bound && tracked) return true;
  const direct = (row.traits & BRANCH) !== 0 ? mnemonic === 'call' : (row.traits & FAR) !== 0 && given[0]?.kind === 'immediate';
  if (direct) {
    host.warning(`skipping prefixes on \`${mnemonic}'`, statement.column);
  }
  return false;
}

function hleFits(
  row: Template,
  { prefixes, rows }: Statement,
  given: readonly (Operand | undefined)[],
  fail: (message: string) => boolean,
): boolean {
  const { flags, mnemonic } = row;
  const name = prefixes.hle === 0xf2 ? 'xacquire' : 'xrelease';
  if (flags.has('hle-nolock')) return true;
  // To gas `add (%eax), %ecx` is the other direction of a form that can be locked.
  const reversed = given.length === 2 && given[0]?.kind === 'register' && given[1]?.kind === 'memory';
  if (flags.has('hle') || (reversed && row.rm === 1 && rows.some((other) => other.flags.has('hle') && other.rm === 0 && other.reg === 1)))
    return prefixes.lock || fail(`missing \`lock' with \`${name}'`);
  if (
    reversed &&
    row.rm === 1 &&
    rows.some((other) => other.flags.has('hle-release') && other.rm === 0 && other.reg === 1) &&
    prefixes.hle !== 0xf2
  )
    return fail(`memory destination needed for instruction \`${mnemonic}' after \`xrelease'`);
  if (!flags.has('hle-release')) return fail(`invalid instruction \`${mnemonic}' after \`${name}'`);
  if (prefixes.hle === 0xf2) return fail(`instruction \`${mnemonic}' after \`xacquire' not allowed`);
  return isMemory(given[0]) || fail(`memory destination needed for instruction \`${mnemonic}' after \`xrelease'`);
}
