/** The directives (C11 6.10): one entry a name. */
import type { Assertion } from './assertions.js';
import { characters } from './characters.js';
import { evaluateCondition, type ConditionHost } from './condition.js';
import type { Found } from './include.js';
import { lexText } from './lexer.js';
import { parseDefinition, sameDefinition, type Macro } from './macro.js';
import { pragma } from './pragmas.js';
import type { Preprocessor } from './preprocessor.js';
import type { LazyRequire } from '../../lazy.js';
import type { Conditional } from './source.js';
import { EOF, HEADER, NAME, NUMBER, PADDING, STRING, WHITE, type Token } from './tokens.js';

declare const require: LazyRequire;

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
  error: { run: (cpp, hash) => cpp.error(`#error ${rest(cpp).trimStart()}`, hash) },
  warning: { run: (cpp, hash) => cpp.warning(`#warning ${rest(cpp).trimStart()}`, hash) },
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
    if (!cpp.skipping || directive.conditional === true) directive.run(cpp, hash);
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
    if (cpp.pendingOnce) cpp.once.add(pendingInclude.path);
    cpp.pendingOnce = false;
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
export function raw(cpp: Preprocessor): Token {
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

export function nothingMore(cpp: Preprocessor, directive: string): void {
  const t = raw(cpp);
  if (t.kind !== EOF) cpp.warning(`extra tokens at end of #${directive} directive`, t);
}

/** The name that #define, #undef, #ifdef take. */
function macroName(cpp: Preprocessor, directive: string, defining: boolean): string | null {
  const t = cpp.nextFromFile();
  if (t.kind === NAME) {
    if (!defining || t.text !== 'defined') return t.text;
    cpp.error(`"${t.text}" cannot be used as a macro name`, t);
  } else if (t.kind === EOF) cpp.error(`no macro name given in #${directive} directive`, t);
  else cpp.error('macro names must be identifiers', t);
  return null;
}

function define(cpp: Preprocessor): void {
  const name = macroName(cpp, 'define', true);
  if (name === null) return;
  const tokens: Token[] = [];
  let parameters = true;
  for (let t = cpp.nextFromFile(); t.kind !== EOF; t = cpp.nextFromFile()) {
    if (tokens.length === 0) parameters = t.text === '(' && (t.flags & WHITE) === 0;
    else if (t.text === ')') parameters = false;
    else if (t.text === '...' && parameters && tokens[tokens.length - 1].kind !== NAME) cpp.variableArguments = true;
    tokens.push(t);
  }
  cpp.variableArguments = false;
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
    replaced: false,
    file: source.name,
    line: source.presumedLine,
  };
  const old = cpp.macros.get(name);
  if (old !== undefined && !sameDefinition(old, macro)) {
    const where = old.line > 0 ? [`it was defined at ${old.file}:${old.line}`] : [];
    cpp.bag.warning(`"${name}" redefined`, cpp.at(source.presumedLine), {
      notes: where,
    });
  }
  if (old !== undefined) old.replaced = true;
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
  const old = cpp.macros.get(name);
  if (old !== undefined) {
    if (old.builtin !== null || name === '__STDC__') cpp.warning(`undefining "${name}"`, null);
    old.replaced = true;
  }
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
  if (open.sawElse) cpp.error(`#${directive} after #else`, hash, `the conditional began at line ${open.line}`);
  if (directive === 'else') open.sawElse = true;
  open.directive = directive === 'else' ? 'else' : 'elif';
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
    assertion: (at) => {
      cpp.warning('assertions are a deprecated extension', at);
      const found = assertionAt(cpp, 'if');
      const answers = found === null ? undefined : cpp.assertions.get(found.predicate);
      return answers !== undefined && (found!.answer === null || answers.has(found!.answer));
    },
    error: (message, at) => cpp.error(message, at),
    warning: (message, at) => cpp.warning(message, at),
  };
  return evaluateCondition(directive, host);
}

/** `predicate` or `predicate(answer)` at the cursor of the directive. */
function assertionAt(cpp: Preprocessor, kind: 'if' | 'assert' | 'unassert'): Assertion | null {
  const { readAssertion } = require('./assertions.js') as typeof import('./assertions.js');
  return readAssertion(kind, {
    raw: () => raw(cpp),
    backup: (t) => cpp.expander.backup(t),
    error: (message, at) => cpp.error(message, at),
  });
}

function assertion(cpp: Preprocessor, on: boolean, hash: Token): void {
  const directive = on ? 'assert' : 'unassert';
  cpp.warning(`#${directive} is a deprecated GCC extension`, hash);
  const found = assertionAt(cpp, directive);
  if (found === null) return;
  const { predicate, answer } = found;
  const answers = cpp.assertions.get(predicate);
  if (answer === null) {
    cpp.assertions.delete(predicate);
    return;
  }
  if (on && answers?.has(answer) === true) return cpp.warning(`"${predicate}" re-asserted`, hash);
  if (!on) answers?.delete(answer);
  else if (answers === undefined) cpp.assertions.set(predicate, new Set([answer]));
  else answers.add(answer);
  if (answers?.size === 0) cpp.assertions.delete(predicate);
  nothingMore(cpp, directive);
}

/** The header's name behind #include or __has_include; null after a reported error. */
export function headerName(cpp: Preprocessor, directive: string): { name: string; angled: boolean } | null {
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
        break;
      }
      name += ((u.flags & WHITE) !== 0 ? ' ' : '') + u.text;
    }
    return { name, angled: true };
  }
  cpp.error(
    directive.startsWith('__') ? `operator "${directive}" requires a header-name` : `#${directive} expects "FILENAME" or <FILENAME>`,
    t,
  );
  return null;
}

export function locate(cpp: Preprocessor, name: string, angled: boolean, following: boolean): Found | null {
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
  if (directive === 'import') cpp.warning('#import is a deprecated GCC extension', hash);
  if (directive === 'include_next' && cpp.sources.length === 1) cpp.warning('#include_next in primary source file', hash);
  const found = locate(cpp, header.name, header.angled, directive === 'include_next');
  if (found === null) cpp.fatal(`${header.name}: No such file or directory`, hash);
  if (directive === 'import') {
    // Read once: neither when it has been, nor ever again.
    if (cpp.dependencies.has(found.path)) return;
    cpp.pendingOnce = true;
  }
  cpp.pendingInclude = found;
}

/** `__has_include(…)`, `__has_include_next(…)` */
export function hasInclude(cpp: Preprocessor, operator: string, following: boolean, at: Token): boolean {
  const open = raw(cpp);
  const inParentheses = open.text === '(';
  if (!inParentheses) {
    cpp.error(`missing '(' before "${operator}" operand`, at);
    cpp.expander.backup(open);
  }
  const header = headerName(cpp, operator);
  if (inParentheses) {
    const close = raw(cpp);
    if (close.text !== ')') cpp.error(`missing ')' after "${operator}" operand`, close);
  }
  return header !== null && locate(cpp, header.name, header.angled, following) !== null;
}

/** `#line 12 "file"` */
function renumber(cpp: Preprocessor): void {
  const t = next(cpp);
  if (t.kind !== NUMBER || !/^\d+$/.test(t.text)) {
    cpp.error(t.kind === EOF ? 'unexpected end of file after #line' : `"${t.text}" after #line is not a positive integer`, t);
    return;
  }
  // Lines are counted in 32 bits.
  const line = Number(BigInt.asUintN(32, BigInt(t.text)));
  if (BigInt(t.text) > 0xffffffffn) cpp.warning('line number out of range', t);
  const { source } = cpp;
  const name = next(cpp);
  if (name.kind === STRING && name.text[0] === '"') {
    nothingMore(cpp, 'line');
    source.name = String.fromCharCode(...characters(name.text.slice(1, -1)).map(Number));
  } else if (name.kind !== EOF) {
    cpp.error(`"${name.text}" is not a valid filename`, name);
    return;
  }
  while (!source.needLine) cpp.nextFromFile();
  source.lineDelta = line - source.line - 1;
  cpp.printer.fileChange(source, line, '');
}

function ident(cpp: Preprocessor, directive: string, hash: Token): void {
  const t = next(cpp);
  if (t.kind !== STRING) cpp.error(`invalid #${directive} directive`, hash);
  else nothingMore(cpp, directive);
}
