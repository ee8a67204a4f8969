/** The pragmas that mean something to a preprocessor; all others are left out, as for every assembler source. */
import { characters } from './characters.js';
import { headerName, locate, nothingMore, raw } from './directives.js';
import type { Preprocessor } from './preprocessor.js';
import { EOF, NAME, STRING, type Token } from './tokens.js';

type Handler = (cpp: Preprocessor, name: string, hash: Token) => void;

const pragmas: Record<string, Handler> = {
  once(cpp, _, hash) {
    if (cpp.sources.length === 1) cpp.warning('#pragma once in main file', hash);
    nothingMore(cpp, 'pragma');
    cpp.once.add(cpp.source.path);
  },
  push_macro: pushOrPop,
  pop_macro: pushOrPop,
};

const gccPragmas: Record<string, Handler> = {
  poison(cpp) {
    cpp.poisonedAllowed = true;
    let t = raw(cpp);
    for (; t.kind === NAME; t = raw(cpp)) {
      if (cpp.poisoned.has(t.text)) continue;
      const macro = cpp.macros.get(t.text);
      if (macro !== undefined) {
        cpp.warning(`poisoning existing macro "${t.text}"`, t);
        macro.replaced = true;
        cpp.macros.delete(t.text);
      }
      cpp.poisoned.add(t.text);
    }
    if (t.kind !== EOF) cpp.error('invalid #pragma GCC poison directive', t);
    cpp.poisonedAllowed = false;
  },
  system_header(cpp, _, hash) {
    const { source } = cpp;
    if (cpp.sources.length === 1) return cpp.warning('#pragma system_header ignored outside include file', hash);
    nothingMore(cpp, 'pragma');
    while (!source.needLine) cpp.nextFromFile();
    source.system = 1;
    cpp.printer.fileChange(source, source.presumedLine + 1, '');
  },
  dependency(cpp, _, hash) {
    const header = headerName(cpp, 'pragma dependency');
    if (header === null || locate(cpp, header.name, header.angled, false) !== null) return;
    cpp.warning(`cannot find source file ${header.name}`, hash);
  },
  warning: said,
  error: said,
};

/** `#pragma …`: its first word is still to be read. */
export function pragma(cpp: Preprocessor, hash: Token): void {
  const first = raw(cpp);
  if (first.kind !== NAME) return;
  const own = first.text === 'GCC' ? raw(cpp) : first;
  const known = first.text === 'GCC' ? gccPragmas : pragmas;
  if (own.kind !== NAME || !Object.hasOwn(known, own.text)) return;
  // The place of a pragma that is carried out shows in the output.
  cpp.printer.lineChange(first);
  known[own.text](cpp, own.text, hash);
}

/** The string of `("…")`; null where something else stands. */
export function parenthesizedString(read: () => Token, backup: (t: Token) => void): Token | null {
  const expect = (fits: (t: Token) => boolean): Token | null => {
    const t = read();
    if (t.kind === EOF) backup(t);
    return fits(t) ? t : null;
  };
  if (expect((t) => t.text === '(') === null) return null;
  const string = expect((t) => t.kind === STRING);
  return string !== null && expect((t) => t.text === ')') !== null ? string : null;
}

function pushOrPop(cpp: Preprocessor, pragmaName: string, hash: Token): void {
  const string = parenthesizedString(
    () => raw(cpp),
    () => {},
  );
  if (string === null) cpp.error(`invalid #pragma ${pragmaName} directive`, hash);
  nothingMore(cpp, 'pragma');
  if (string === null) return;
  const name = string.text.slice(1, -1);
  const stack = cpp.pushed.get(name) ?? [];
  const current = cpp.macros.get(name);
  if (pragmaName === 'push_macro') stack.push(current ?? null);
  else if (stack.length > 0) {
    const macro = stack.pop()!;
    if (current !== undefined) current.replaced = true;
    if (macro === null) cpp.macros.delete(name);
    else cpp.macros.set(macro);
  }
  cpp.pushed.set(name, stack);
}

/** #pragma GCC warning "…", #pragma GCC error "…" */
function said(cpp: Preprocessor, severity: string, hash: Token): void {
  const text = raw(cpp);
  if (text.kind !== STRING || text.text === '""') return cpp.error(`invalid "#pragma GCC ${severity}" directive`, hash);
  const message = String.fromCharCode(...characters(text.text.slice(1, -1)).map(Number));
  if (severity === 'error') cpp.error(message, hash);
  else cpp.warning(message, hash);
}
