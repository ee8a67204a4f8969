/** The directives (C11 6.10): one entry a name. */
import { evaluateCondition, type ConditionHost } from './condition.js';
import type { Found } from './include.js';
import { lexText } from './lexer.js';
import { parseDefinition, sameDefinition, type Macro } from './macro.js';
import type { Preprocessor } from './preprocessor.js';
import type { Conditional } from './source.js';
import { EOF, HEADER, NAME, NUMBER, PADDING, STRING, WHITE, type Token } from './tokens.js';

interface Directive {
  /** Done inside skipped groups too. */
  readonly conditional?: boolean;
  run(cpp: Preprocessor, hash: Token): void;
}

const directives: Record<string, Directive> = {
  define: { run: (cpp) => define(cpp) },
  undef: { run: (cpp) => undefine(cpp) },
  include: { run: (cpp, hash) => include(cpp, 'include', hash) },
  include_next: { run: (cpp, hash) => include(cpp, 'include_next', hash) },
  import: { run: (cpp, hash) => include(cpp, 'import', hash) },
  if: { conditional: true, run: (cpp, hash) => openIf(cpp, 'if', hash, () => evaluate(cpp, 'if')) },
  ifdef: {
    conditional: true,
    run: (cpp, hash) => openIf(cpp, 'ifdef', hash, () => nameDefined(cpp, 'ifdef') === true),
  },
  ifndef: {
    conditional: true,
    run: (cpp, hash) => openIf(cpp, 'ifndef', hash, () => nameDefined(cpp, 'ifndef') === false),
  },
  elif: {
    conditional: true,
    run: (cpp, hash) => otherwise(cpp, 'elif', hash, () => evaluate(cpp, 'elif')),
  },
  elifdef: {
    conditional: true,
    run: (cpp, hash) => otherwise(cpp, 'elifdef', hash, () => nameDefined(cpp, 'elifdef') === true),
  },
  elifndef: {
    conditional: true,
    run: (cpp, hash) => otherwise(cpp, 'elifndef', hash, () => nameDefined(cpp, 'elifndef') === false),
  },
  else: { conditional: true, run: (cpp, hash) => otherwise(cpp, 'else', hash, () => true) },
  endif: { conditional: true, run: (cpp, hash) => endIf(cpp, hash) },
  error: { run: (cpp, hash) => cpp.error(`#error${rest(cpp)}`, hash) },
  warning: { run: (cpp, hash) => cpp.warning(`#warning${rest(cpp)}`, hash) },
  line: { run: (cpp) => renumber(cpp) },
  pragma: { run: (cpp, hash) => pragma(cpp, hash) },
  // Written out for C only: an assembler might choke on it.
  ident: { run: (cpp, hash) => ident(cpp, 'ident', hash) },
  sccs: { run: (cpp, hash) => ident(cpp, 'sccs', hash) },
  assert: { run: (cpp, hash) => assertion(cpp, true, hash) },
  unassert: { run: (cpp, hash) => assertion(cpp, false, hash) },
};

/** `hash` begins a line: true when a directive was done; false when the line is the assembler's (a comment, `#` something). */
export function runDirective(cpp: Preprocessor, hash: Token): boolean {
  const { expander } = cpp;
  const args = expander.parsingArgs;
  const prevent = expander.preventExpansion;
  expander.parsingArgs = 0;
  expander.preventExpansion = 0;
  expander.inDirective = true;
  const level = expander.contexts;
  const name = cpp.nextFromFile();
  const directive = name.kind === NAME && Object.hasOwn(directives, name.text) ? directives[name.text] : undefined;
  let done = true;
  if (directive !== undefined) {
    const { source } = cpp;
    const opens = name.text === 'ifndef' || name.text === 'if';
    if (source.conditionals.length === 0 && !(opens && source.guard === undefined))
      source.guard = source.guardClosed || source.guard === undefined ? null : source.guard;
    if (!cpp.skipping || directive.conditional === true) {
      if (
        args !== 0 &&
        !cpp.skipping &&
        directive.conditional !== true &&
        name.text !== 'define' &&
        name.text !== 'undef' &&
        name.text.startsWith('include')
      ) {
        cpp.error(`#${name.text} cannot stand in a macro's arguments`, name);
      } else directive.run(cpp, hash);
    }
  } else if (name.kind !== EOF) done = cpp.skipping;
  if (done) {
    expander.dropContexts(level);
    expander.takeLookahead();
    while (!cpp.source.needLine) cpp.nextFromFile();
  } else expander.backup(name);
  expander.inDirective = false;
  expander.parsingArgs = args;
  expander.preventExpansion = prevent;
  const { pendingInclude } = cpp;
  if (pendingInclude !== null) {
    cpp.pendingInclude = null;
    cpp.enter(pendingInclude);
  }
  return done;
}

/** The next token of the directive, macros replaced. */
function next(cpp: Preprocessor): Token {
  for (;;) {
    const t = cpp.expander.next();
    if (t.kind !== PADDING) return t;
  }
}

/** The next token of the directive as it stands. */
function raw(cpp: Preprocessor): Token {
  cpp.expander.preventExpansion += 1;
  const t = next(cpp);
  cpp.expander.preventExpansion -= 1;
  return t;
}

/** The rest of the line as its author wrote it, with one blank where some stood. */
function rest(cpp: Preprocessor): string {
  let text = '';
  for (let t = cpp.nextFromFile(); t.kind !== EOF; t = cpp.nextFromFile()) text += ((t.flags & WHITE) !== 0 ? ' ' : '') + t.text;
  return text;
}

function nothingMore(cpp: Preprocessor, directive: string): void {
  const t = raw(cpp);
  if (t.kind !== EOF) cpp.warning(`extra tokens at end of #${directive} directive`, t);
}

/** The name that #define, #undef, #ifdef take. */
function macroName(cpp: Preprocessor, directive: string, defining: boolean): string | null {
  const t = cpp.nextFromFile();
  if (t.kind === NAME) {
    if (!defining || (t.text !== 'defined' && t.text !== '__has_include' && t.text !== '__has_include_next')) return t.text;
    cpp.error(`"${t.text}" cannot be used as a macro name`, t);
  } else if (t.kind === EOF) cpp.error(`no macro name given in #${directive} directive`, t);
  else cpp.error('macro names must be identifiers', t);
  return null;
}

function define(cpp: Preprocessor): void {
  const name = macroName(cpp, 'define', true);
  if (name === null) return;
  const tokens: Token[] = [];
  for (let t = cpp.nextFromFile(); t.kind !== EOF; t = cpp.nextFromFile()) tokens.push(t);
  defineTokens(cpp, name, tokens);
}

function defineTokens(cpp: Preprocessor, name: string, tokens: readonly Token[]): void {
  const parsed = parseDefinition(name, tokens, (message, at, warning) =>
    warning === true ? cpp.warning(message, at) : cpp.error(message, at),
  );
  if (parsed === null) return;
  const { source } = cpp;
  const macro: Macro = {
    name,
    ...parsed,
    builtin: null,
    disabled: false,
    file: source.name,
    line: source.presumedLine,
  };
  const old = cpp.macros.get(name);
  if (old !== undefined && !sameDefinition(old, macro)) {
    const where = old.line > 0 ? [`it was defined at ${old.file}:${old.line}`] : [];
    cpp.bag.warning(old.builtin !== null ? `redefining builtin "${name}"` : `"${name}" redefined`, cpp.at(source.presumedLine), {
      notes: where,
    });
  }
  cpp.macros.set(macro);
}

/** -D and -U. */
export function defineFromOption(cpp: Preprocessor, text: string, undefined_: boolean): void {
  if (undefined_) {
    cpp.macros.delete(text);
    return;
  }
  const equals = text.indexOf('=');
  const head = equals < 0 ? text : text.slice(0, equals);
  const tokens = lexText(`${head} ${equals < 0 ? '1' : text.slice(equals + 1)}`);
  if (tokens.length === 0 || tokens[0].kind !== NAME) cpp.fatal(`macro names must be identifiers: -D ${text}`);
  defineTokens(cpp, tokens[0].text, tokens.slice(1));
}

function undefine(cpp: Preprocessor): void {
  const name = macroName(cpp, 'undef', true);
  if (name === null) return;
  if ((cpp.macros.get(name)?.builtin ?? null) !== null) cpp.warning(`undefining "${name}"`, null);
  cpp.macros.delete(name);
  nothingMore(cpp, 'undef');
}

/** null after a reported error: the group is skipped whichever way it asks. */
function nameDefined(cpp: Preprocessor, directive: string): boolean | null {
  const name = macroName(cpp, directive, false);
  if (name === null) return null;
  nothingMore(cpp, directive);
  return cpp.macros.has(name);
}

function openIf(cpp: Preprocessor, directive: string, hash: Token, condition: () => boolean): void {
  const { source } = cpp;
  const outer = cpp.skipping;
  const mayGuard = source.guard === undefined && source.conditionals.length === 0;
  let guard: string | null = null;
  if (mayGuard && directive === 'ifndef') guard = /^[ \t]*([A-Za-z_]\w*)/.exec(source.text.slice(source.pos, source.end))?.[1] ?? null;
  if (mayGuard && directive === 'if') {
    guard =
      /^[ \t]*![ \t]*defined[ \t]*(?:\([ \t]*([A-Za-z_]\w*)[ \t]*\)|([A-Za-z_]\w*))[ \t]*$/
        .exec(source.text.slice(source.pos, source.end))
        ?.slice(1)
        .find((name) => name !== undefined) ?? null;
  }
  const open: Conditional = {
    line: hash.line,
    directive,
    wasSkipping: outer,
    taken: outer,
    sawElse: false,
    guard,
  };
  if (!outer) {
    const holds = condition();
    open.taken = holds;
    cpp.skipping = !holds;
  }
  source.conditionals.push(open);
  if (mayGuard) source.guard = guard;
}

function otherwise(cpp: Preprocessor, directive: string, hash: Token, condition: () => boolean): void {
  const { source } = cpp;
  const open = source.conditionals[source.conditionals.length - 1];
  if (open === undefined) {
    cpp.error(`#${directive} without #if`, hash);
    return;
  }
  if (open.sawElse) cpp.error(`#${directive} after #else`, hash);
  if (directive === 'else') open.sawElse = true;
  if (source.conditionals.length === 1 && open.guard !== null) source.guard = null;
  if (open.taken) {
    cpp.skipping = true;
    if (directive === 'else' && !open.wasSkipping) nothingMore(cpp, 'else');
    return;
  }
  cpp.skipping = false;
  const holds = condition();
  if (directive === 'else') nothingMore(cpp, 'else');
  open.taken = holds;
  cpp.skipping = !holds;
}

function endIf(cpp: Preprocessor, hash: Token): void {
  const { source } = cpp;
  const open = source.conditionals.pop();
  if (open === undefined) {
    cpp.error('#endif without #if', hash);
    return;
  }
  if (!open.wasSkipping) nothingMore(cpp, 'endif');
  cpp.skipping = open.wasSkipping;
  if (source.conditionals.length === 0 && open.guard !== null && open.guard === source.guard) source.guardClosed = true;
}

function evaluate(cpp: Preprocessor, directive: string): boolean {
  const host: ConditionHost = {
    next: () => next(cpp),
    nextRaw: () => raw(cpp),
    isDefined: (name) => cpp.macros.has(name),
    assertion: () => {
      const { predicate, answer } = readAssertion(cpp);
      const answers = cpp.assertions.get(predicate);
      return answers !== undefined && (answer === null || answers.has(answer));
    },
    error: (message, at) => cpp.error(message, at),
    warning: (message, at) => cpp.warning(message, at),
  };
  return evaluateCondition(directive, host);
}

/** `predicate` or `predicate(answer)`; answer null when there is none. */
function readAssertion(cpp: Preprocessor): { predicate: string; answer: string | null } {
  const name = raw(cpp);
  if (name.kind !== NAME) cpp.error('predicate must be an identifier', name);
  const open = raw(cpp);
  if (open.text !== '(') {
    cpp.expander.backup(open);
    return { predicate: name.text, answer: null };
  }
  const parts: string[] = [];
  for (let t = raw(cpp); t.text !== ')'; t = raw(cpp)) {
    if (t.kind === EOF) {
      cpp.error("missing ')' to complete answer", t);
      break;
    }
    parts.push(t.text);
  }
  return { predicate: name.text, answer: parts.join(' ') };
}

function assertion(cpp: Preprocessor, on: boolean, hash: Token): void {
  cpp.warning(`#${on ? 'assert' : 'unassert'} is a deprecated GCC extension`, hash);
  const { predicate, answer } = readAssertion(cpp);
  const answers = cpp.assertions.get(predicate);
  if (on) {
    if (answer === null) cpp.error('assertion without predicate', hash);
    else if (answers === undefined) cpp.assertions.set(predicate, new Set([answer]));
    else answers.add(answer);
  } else if (answer === null) cpp.assertions.delete(predicate);
  else answers?.delete(answer);
}

/** The header's name behind #include or __has_include; null after a reported error. */
function headerName(cpp: Preprocessor, directive: string): { name: string; angled: boolean } | null {
  const { source } = cpp;
  if (cpp.expander.atFile && !source.needLine) {
    const { text, end } = source;
    let i = source.pos;
    while (i < end && (text[i] === ' ' || text[i] === '\t')) i += 1;
    const close = text[i] === '<' ? text.indexOf('>', i) + 1 : text[i] === '"' ? text.indexOf('"', i + 1) + 1 : 0;
    if (close > 0 && close <= end) {
      source.pos = close;
      return { name: text.slice(i + 1, close - 1), angled: text[i] === '<' };
    }
  }
  const t = next(cpp);
  if (t.kind === STRING || t.kind === HEADER) return { name: t.text.slice(1, -1), angled: false };
  if (t.text === '<') {
    let name = '';
    for (let u = next(cpp); u.text !== '>'; u = next(cpp)) {
      if (u.kind === EOF) {
        cpp.error('missing terminating > character', u);
        return null;
      }
      name += ((u.flags & WHITE) !== 0 && name !== '' ? ' ' : '') + u.text;
    }
    return { name, angled: true };
  }
  cpp.error(
    directive.startsWith('__') ? `operator "${directive}" requires a header-name` : `#${directive} expects "FILENAME" or <FILENAME>`,
    t,
  );
  return null;
}

function locate(cpp: Preprocessor, name: string, angled: boolean, following: boolean): Found | null {
  const { source } = cpp;
  if (following && cpp.sources.length > 1) return cpp.search.find(name, angled, null, source.searchIndex);
  return cpp.search.find(name, angled, {
    path: source.path,
    index: source.searchIndex,
    system: source.system,
    directory: source.directory,
  });
}

function include(cpp: Preprocessor, directive: string, hash: Token): void {
  const header = headerName(cpp, directive);
  if (header === null) return;
  if (header.name === '') {
    cpp.error(`empty filename in #${directive}`, hash);
    return;
  }
  nothingMore(cpp, directive);
  if (directive === 'include_next' && cpp.sources.length === 1) cpp.warning('#include_next in primary source file', hash);
  const found = locate(cpp, header.name, header.angled, directive === 'include_next');
  if (found === null) cpp.fatal(`${header.name}: No such file or directory`, hash);
  cpp.pendingInclude = found;
  if (directive === 'import' && cpp.dependencies.has(found.path)) cpp.pendingInclude = null;
}

/** `__has_include(…)`, `__has_include_next(…)` in a condition. */
export function hasInclude(cpp: Preprocessor, operator: string, following: boolean, at: Token): boolean {
  const open = raw(cpp);
  if (open.text !== '(') {
    cpp.error(`missing '(' before "${operator}" operand`, at);
    return false;
  }
  const header = headerName(cpp, operator);
  if (header === null) return false;
  const close = raw(cpp);
  if (close.text !== ')') cpp.error(`missing ')' after "${operator}" operand`, close);
  return locate(cpp, header.name, header.angled, following) !== null;
}

/** `#line 12 "file"` */
function renumber(cpp: Preprocessor): void {
  const t = next(cpp);
  if (t.kind !== NUMBER || !/^\d+$/.test(t.text)) {
    cpp.error(t.kind === EOF ? 'unexpected end of file after #line' : `"${t.text}" after #line is not a positive integer`, t);
    return;
  }
  const line = Number(t.text);
  if (line === 0 || line > 0x7fffffff) cpp.warning('line number out of range', t);
  const { source } = cpp;
  const name = next(cpp);
  if (name.kind === STRING) {
    source.name = name.text.slice(1, -1).replace(/\\(.)/g, '$1');
    nothingMore(cpp, 'line');
  } else if (name.kind !== EOF) {
    cpp.error(`invalid filename "${name.text}"`, name);
    return;
  }
  while (!source.needLine) cpp.nextFromFile();
  source.lineDelta = line - source.line - 1;
  cpp.printer.fileChange(source, line, '');
}

function ident(cpp: Preprocessor, directive: string, hash: Token): void {
  const t = next(cpp);
  if (t.kind !== STRING) cpp.error(`invalid #${directive} directive`, hash);
}

/** The pragmas that mean something to a preprocessor; all others are left out, as for every assembler source. */
function pragma(cpp: Preprocessor, hash: Token): void {
  const first = raw(cpp);
  if (first.text === 'once') {
    if (cpp.sources.length === 1) cpp.warning('#pragma once in main file', first);
    cpp.once.add(cpp.source.path);
    return;
  }
  if (first.text === 'push_macro' || first.text === 'pop_macro') {
    const open = raw(cpp);
    const name = raw(cpp);
    if (open.text !== '(' || name.kind !== STRING || raw(cpp).text !== ')') {
      cpp.warning(`invalid #pragma ${first.text} directive`, hash);
      return;
    }
    pushOrPop(cpp, first.text === 'push_macro', name.text.slice(1, -1));
    return;
  }
  if (first.text !== 'GCC') return;
  const second = raw(cpp);
  if (second.text === 'poison') {
    for (let t = raw(cpp); t.kind === NAME; t = raw(cpp)) {
      cpp.macros.delete(t.text);
      cpp.poisoned.add(t.text);
    }
  } else if (second.text === 'error' || second.text === 'warning') {
    const text = raw(cpp);
    if (text.kind === STRING) cpp[second.text](text.text.slice(1, -1), hash);
    else cpp.warning(`invalid "#pragma GCC ${second.text}" directive`, hash);
  }
}

function pushOrPop(cpp: Preprocessor, push: boolean, name: string): void {
  const stack = cpp.pushed.get(name) ?? [];
  if (push) stack.push(cpp.macros.get(name) ?? null);
  else if (stack.length > 0) {
    const macro = stack.pop()!;
    if (macro === null) cpp.macros.delete(name);
    else cpp.macros.set(macro);
  }
  cpp.pushed.set(name, stack);
}
