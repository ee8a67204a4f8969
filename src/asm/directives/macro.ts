/** .macro and what belongs to it (gas manual, nodes Macro, Altmacro). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { constant } from '../expression.js';
import { ArgumentReader, expandCall, nameEnd, skipBlanks, skipComma, type Formal } from '../expand.js';
import { collect } from '../expand-collect.js';
import { At, scrub } from '../expand-scrub.js';
import { expansions } from '../expansions.js';
import { findDirective, lowerCase, type DirectiveTable } from './index.js';

export const macroTable: DirectiveTable = {
  '.macro': defineMacro,
  '.endm': (asm, args) => {
    asm.warning('.endm encountered without preceding .macro');
    args.demandEnd();
  },
  '.exitm': exit,
  '.mexit': exit,
  '.purgem': purge,
  '.altmacro': (asm, args) => {
    expansions(asm).alternate = true;
    args.demandEnd();
  },
  '.noaltmacro': (asm, args) => {
    expansions(asm).alternate = false;
    args.demandEnd();
  },
};

/** The operands of a macro or macro-like directive as gas compares them. */
export function operandText(asm: Assembler, args: Arguments): string {
  const blank = args.pos > 0 && /[ \t]/.test(args.text[args.pos - 1]);
  let whole = args.text;
  if (whole.includes('  ')) {
    // Where a comment was, white space behaves differently: look at the statement as written.
    const written = asm.source.text.slice(asm.lines.start, asm.lines.start + whole.length);
    if (written.includes('/*') && !written.includes('\n')) whole = written;
  }
  const text = scrub(whole, args.pos, blank ? At.operands : At.opcode);
  args.pos = args.end;
  return text.trimEnd();
}

function defineMacro(asm: Assembler, args: Arguments): void {
  const state = expansions(asm);
  args.endWithLine();
  const { file, line } = asm;
  const label = asm.lineLabel?.statement === asm.symbols.statement ? asm.lineLabel.symbol : null;
  if (label !== null) {
    label.section = label.fragment = null;
    label.equated = constant(0);
  }
  const text = operandText(asm, args);
  const end = label === null ? nameEnd(text, 0) : 0;
  const written = label?.name ?? text.slice(0, end);
  const name = lowerCase(written);
  const body = collect(asm, 'macro');
  const fail = (message: string): void => asm.errorAt(message, file, line);
  if (body === null) {
    if (!asm.fatal) asm.errorAt(`unexpected end of file in macro \`${written}' definition`, file, line);
    return;
  }
  if (name === '') return fail('Missing macro name');
  const start = label === null ? skipComma(text, end) : skipBlanks(text, 0);
  const rest = text.slice(skipBlanks(text, end) === start && start < text.length && start === end ? end : start);
  const formals: Formal[] = [];
  const left = label === null && start === end && start < text.length ? rest : parseFormals(asm, name, rest, formals, file, line);
  if (left !== '') return fail(`Bad parameter list for macro \`${written}'`);
  if (state.macros.has(name)) return fail(`Macro \`${written}' was already defined`);
  state.macros.set(name, {
    name,
    formals,
    body: body.text,
    file,
    line: body.sameLine ? line - 1 : line,
    plain: null,
    alternate: null,
    known: new Map(),
  });
  if (name.startsWith('.') && findDirective(name) !== undefined)
    asm.warningAt(`attempt to redefine pseudo-op \`${name}' ignored`, file, line);
  // Lines that were instructions may be calls now.
  asm.state.epoch += 1;
  asm.expandMacro = (called, operands) => call(asm, called, operands);
}

/** `name[:req|:vararg][=default]`, separated by blanks or commas. Returns what could not be read. */
function parseFormals(asm: Assembler, macro: string, text: string, formals: Formal[], file: string, line: number): string {
  const { alternate } = expansions(asm);
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const end = nameEnd(text, at);
    const name = text.slice(at, end);
    if (end === at) return text.slice(formals.length > 0 ? at - 1 : at);
    at = skipBlanks(text, alternate && text[end] === '&' ? end + 1 : end);
    let kind: Formal['kind'] = 'optional';
    let value = '';
    if (text[at] === ':') {
      const from = skipBlanks(text, at + 1);
      at = nameEnd(text, from);
      const qualifier = text.slice(from, at);
      if (qualifier === 'req') kind = 'required';
      else if (qualifier === 'vararg') kind = 'vararg';
      else if (qualifier === '') asm.errorAt(`Missing parameter qualifier for \`${name}' in macro \`${macro}'`, file, line);
      else asm.errorAt(`\`${qualifier}' is not a valid parameter qualifier for \`${name}' in macro \`${macro}'`, file, line);
      at = skipBlanks(text, at);
    }
    if (text[at] === '=') {
      const reader = new ArgumentReader(text, asm, alternate);
      reader.at = at + 1;
      value = reader.next();
      at = skipBlanks(text, reader.at);
      if (kind === 'required') {
        asm.warningAt(`Pointless default value for required parameter \`${name}' in macro \`${macro}'`, file, line);
        value = '';
      }
    }
    if (formals.some((formal) => formal.name === name)) {
      asm.errorAt(`A parameter named \`${name}' already exists for macro \`${macro}'`, file, line);
    }
    formals.push({ name, kind, default: value });
    if (kind === 'vararg') break;
    const next = skipComma(text, at);
    if (next !== at && next >= text.length) break;
    at = next;
  }
  return text.slice(at);
}

function call(asm: Assembler, name: string, args: Arguments): boolean {
  const state = expansions(asm);
  const macro = state.macros.get(name) ?? state.macros.get(lowerCase(name));
  if (macro === undefined) return false;
  args.endWithLine();
  const written = args.text.slice(args.pos - 1);
  let expansion = state.alternate ? undefined : macro.known.get(written);
  if (expansion === undefined || expansion.lines === null) {
    const rememberable = !written.includes('  ');
    const made = expandCall(asm, macro, operandText(asm, args), rememberable ? written : null, state.alternate, state.counters);
    if (made === null) return true;
    expansion = made;
  } else state.counters.calls += 1;
  state.pushMacro(expansion.text, macro, expansion.lines);
  return true;
}

function exit(asm: Assembler): void {
  if (!expansions(asm).exit()) asm.warning('ignoring macro exit outside a macro definition.');
}

function purge(asm: Assembler, args: Arguments): void {
  const { macros } = expansions(asm);
  if (args.atEnd()) return;
  do {
    const name = args.name();
    if (name === null || !macros.delete(lowerCase(name))) asm.warning(`Attempt to purge non-existing macro \`${name ?? ''}'`);
  } while (args.comma());
  args.demandEnd();
}
