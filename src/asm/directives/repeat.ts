/** .rept, .irp, .irpc (gas manual, nodes Rept, Irp, Irpc). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { ArgumentReader, ExpansionError, fill, nameEnd, parseTemplate, skipBlanks, skipComma } from '../expand.js';
import { collect } from '../expand-collect.js';
import { expansions } from '../expansions.js';
import type { DirectiveTable } from './index.js';
import { operandText } from './macro.js';

const irp = (asm: Assembler, args: Arguments): void => iterate(asm, args, false);
const irpc = (asm: Assembler, args: Arguments): void => iterate(asm, args, true);

export const repeatTable: DirectiveTable = {
  '.rept': repeat,
  '.rep': repeat,
  '.irp': irp,
  '.irep': irp,
  '.irpc': irpc,
  '.irepc': irpc,
  '.endr': (asm, args) => {
    asm.warning('.endr encountered without preceding .rept, .irp, or .irpc');
    args.demandEnd();
  },
};

function repeat(asm: Assembler, args: Arguments): void {
  const { line } = asm;
  const { source } = asm;
  let count = args.absoluteNumber();
  if (count < 0) {
    asm.error('negative count for REPT - ignored');
    count = 0;
  }
  // What stands behind the count is the first line of what is repeated.
  const rest = args.rest();
  const body = collect(asm, 'repeat');
  if (body === null) {
    if (asm.fatal) return;
    // gas says so behind the end of what it has read.
    asm.errorAt('REPT without ENDR', asm.source.logicalFile, asm.source.logicalLine + (source === asm.source ? 1 : 0));
    return;
  }
  asm.line = body.sameLine || rest !== '' ? line - 1 : line;
  const text = rest === '' ? body.text : `${rest}${body.sameLine ? ';' : '\n'}${body.text}`;
  expansions(asm).pushRepeat(text === '\n' ? null : text, count, null, '');
}

function iterate(asm: Assembler, args: Arguments, characters: boolean): void {
  const { line, file } = asm;
  const state = expansions(asm);
  args.endWithLine();
  const text = operandText(asm, args);
  const body = collect(asm, 'repeat');
  if (body === null) {
    if (!asm.fatal) asm.errorAt('unexpected end of file in irp or irpc', file, line);
    return;
  }
  asm.line = body.sameLine ? line - 1 : line;
  const end = nameEnd(text, 0);
  if (end === 0) {
    asm.error('missing model parameter');
    return;
  }
  const values = characters ? splitCharacters(text, skipComma(text, end)) : splitArguments(asm, text, skipComma(text, end));
  try {
    const template = parseTemplate(asm, body.text, [text.slice(0, end)], state.alternate, null);
    const expand = (i: number): string => fill(template, [values[i]], state.counters);
    state.pushRepeat(expand(0), values.length, expand, '');
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    asm.error(error.message);
  }
}

/** The values of .irp; one empty value when there is none. */
function splitArguments(asm: Assembler, text: string, at: number): string[] {
  if (at >= text.length) return [''];
  const reader = new ArgumentReader(text, asm, expansions(asm).alternate);
  const values: string[] = [];
  for (reader.at = at; reader.at < text.length; reader.at = skipComma(text, reader.at)) values.push(reader.next());
  return values;
}

/** The characters of .irpc: blanks count only between quotes. */
function splitCharacters(text: string, at: number): string[] {
  if (at >= text.length) return [''];
  const values: string[] = [];
  let quoted = text[at] === '"';
  if (quoted) at += 1;
  while (at < text.length) {
    if (text[at] === '"') {
      quoted = !quoted;
      const next = skipBlanks(text, at + 1);
      if (next >= text.length) break;
    }
    values.push(text[at]);
    at += 1;
    if (!quoted) at = skipBlanks(text, at);
  }
  return values;
}
