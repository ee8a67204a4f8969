/** Symbols' attributes: .globl, .weak, .hidden, .type, .size, .set, .comm, .symver, .weakref … (gas manual, node Pseudo Ops). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { assign, type AssignmentKind } from '../assignment.js';
import { constant, isConstant } from '../expression.js';
import { AsmSymbol } from '../symbols.js';
import { commonDirectives } from './common.js';
import { readString } from './string.js';
import type { Directive, DirectiveTable } from './index.js';

/** `.globl a, b`: `effect` for each symbol named. */
function names(effect: (symbol: AsmSymbol, asm: Assembler) => void): Directive {
  return (asm, args) => {
    do {
      const name = symbolName(asm, args);
      if (name === null) return;
      effect(asm.symbols.listed(name), asm);
    } while (args.comma() && !args.atEnd());
    args.demandEnd();
  };
}

/** The symbol name at the cursor, in quotes with a string's escapes; null after an error (gas: read_symbol_name). */
export function symbolName(asm: Assembler, args: Arguments): string | null {
  const at = args.at;
  const name = (args.peek() === 34 ? readString(asm, args) : args.name()) || null;
  args.skipBlanks();
  if (name === null) {
    asm.error('expected symbol name', at);
    args.skip();
  }
  return name;
}

/** The symbol named at the cursor: where there is no name, one that has none, after an error (gas: get_sym_from_input_line_and_check). */
export function namedSymbol(asm: Assembler, args: Arguments): AsmSymbol {
  const at = args.at;
  const name = args.name();
  args.skipBlanks();
  if (name === null) {
    asm.error('Missing symbol name in directive', at);
    return new AsmSymbol('');
  }
  return asm.symbols.listed(name);
}

/** `.weak a, b`, which says so by its own words where a name is missing. */
function attribute(effect: (symbol: AsmSymbol, asm: Assembler) => void): Directive {
  return (asm, args) => {
    do effect(namedSymbol(asm, args), asm);
    while (args.comma() && !args.atEnd());
    args.demandEnd();
  };
}

function set(kind: AssignmentKind): Directive {
  return (asm, args) => {
    const name = symbolName(asm, args);
    if (name === null) return;
    if (!args.comma()) {
      asm.error(`expected comma after "${name}"`, args.at);
      return;
    }
    assign(asm, name, args, kind);
  };
}

const global = names((symbol, asm) => {
  if (symbol.isSection) return asm.warning("can't make section symbol global");
  if (symbol.equated?.kind === 'register') return asm.error("can't make register symbol global");
  symbol.localSaid = false;
  if (symbol.binding === 'local') symbol.binding = 'global';
});

const weak = attribute((symbol, asm) => {
  asm.forget(symbol);
  symbol.binding = 'weak';
});

const local = attribute((symbol) => {
  symbol.localSaid = true;
  symbol.binding = 'local';
});

function visibility(value: number): Directive {
  return attribute((symbol) => {
    symbol.visibility = value;
    symbol.visibilitySaid = true;
  });
}

// prettier-ignore
const typeNames: Record<string, { type: number; unique?: boolean } | undefined> = {
  function: { type: 2 }, '2': { type: 2 }, STT_FUNC: { type: 2 },
  object: { type: 1 }, '1': { type: 1 }, STT_OBJECT: { type: 1 },
  tls_object: { type: 6 }, '6': { type: 6 }, STT_TLS: { type: 6 },
  notype: { type: 0 }, '0': { type: 0 }, STT_NOTYPE: { type: 0 },
  common: { type: 1 }, '5': { type: 1 }, STT_COMMON: { type: 1 },
  gnu_indirect_function: { type: 10 }, '10': { type: 10 }, STT_GNU_IFUNC: { type: 10 },
  gnu_unique_object: { type: 1, unique: true },
};

const type: Directive = (asm, args) => {
  const symbol = namedSymbol(asm, args);
  args.comma();
  const c = args.peek();
  if (c === 64 || c === 37 || c === 35) args.pos += 1;
  const at = args.at;
  const word = args.name() ?? /^[0-9]*/.exec(args.text.slice(args.pos))![0];
  if (/^[0-9]/.test(word)) args.pos += word.length;
  const found = Object.hasOwn(typeNames, word) ? typeNames[word] : undefined;
  if (found === undefined) {
    asm.error(`unrecognized symbol type "${word}"`, at, Math.max(1, word.length));
    args.demandEnd();
    return;
  }
  changeType(asm, symbol, found.type, found.unique === true);
  if (found.unique === true || found.type === 10) asm.gnuExtensions = true;
  args.demandEnd();
};

const [NOTYPE, OBJECT, FUNCTION, TLS, IFUNC] = [0, 1, 2, 6, 10];

/** An object may become thread-local or unique and a function indirect, but not the other way round; other changes are warned about. */
function changeType(asm: Assembler, symbol: AsmSymbol, to: number, unique: boolean): void {
  if (symbol.common !== null && (to !== OBJECT || unique)) {
    asm.error(`cannot change type of common symbol '${symbol.name}'`);
    return;
  }
  const from = symbol.type;
  const kind = (of: number): number => (of === TLS ? OBJECT : of === IFUNC ? FUNCTION : of);
  const special = from === TLS || from === IFUNC || symbol.unique;
  const kept = kind(from) === to && !unique;
  if (to !== NOTYPE && from !== NOTYPE && (kind(from) !== kind(to) || (special && !kept && (from !== to || symbol.unique !== unique)))) {
    asm.warning(`symbol '${symbol.name}' already has its type set`);
  }
  if (kept) return;
  symbol.type = to;
  symbol.unique = unique;
}

const size: Directive = (asm, args) => {
  const name = args.name() ?? '';
  if (!args.comma()) {
    asm.error(`expected comma after name \`${name}' in .size directive`, args.at);
    args.pos = args.end;
    return;
  }
  const at = args.at;
  const expr = args.expression();
  if (expr.kind === 'absent') {
    asm.error('missing expression in .size directive', at);
    args.pos = args.end;
    return;
  }
  const symbol = asm.symbols.listed(name);
  symbol.size = expr;
  const known = asm.evaluateNow(expr);
  if (known !== null && isConstant(known)) {
    symbol.knownSize = known.value;
    symbol.size = constant(known.value);
  }
  symbol.sizeLine = asm.line;
  args.demandEnd();
};

/** `.symver name, name@VERSION[, local|hidden|remove]`. */
const symver: Directive = (asm, args) => {
  const symbol = namedSymbol(asm, args);
  if (!args.comma()) {
    asm.error('expected comma after name in .symver', args.at);
    args.pos = args.end;
    return;
  }
  const at = args.at;
  const version = versionedName(args);
  if (symbol.common !== null) {
    asm.error(`\`${version}' can't be versioned to common symbol '${symbol.name}'`);
    return args.skip();
  }
  if (!version.includes('@')) {
    asm.error(`missing version name in \`${version}' for symbol \`${symbol.name}'`, at);
    args.pos = args.end;
    return;
  }
  if (!addVersion(asm, symbol, version)) return args.skip();
  const mode = /^,\s*(local|hidden|remove)/.exec(args.text.slice(args.pos));
  if (mode !== null) {
    args.pos += mode[0].length;
    symbol.versionMode = mode[1] as 'local' | 'hidden' | 'remove';
  }
  args.demandEnd();
};

/** Enters a versioned name, if it is new; false after an error. */
function addVersion(asm: Assembler, symbol: AsmSymbol, version: string): boolean {
  const ats = /@+/.exec(version)![0].length;
  const renamed = symbol.versions?.some((name) => name.includes('@@@')) === true;
  if (ats > 3) asm.error(`invalid version name '${version}' for symbol \`${symbol.name}'`);
  else if (ats === 3 && renamed && symbol.versions![0] !== version) {
    asm.error(`only one version name with \`@@@' is allowed for symbol \`${symbol.name}'`);
  } else {
    symbol.versions ??= [];
    if (!symbol.versions.includes(version)) symbol.versions.unshift(version);
    return true;
  }
  return false;
}

/** A name in which @ may stand, but not begin it. */
function versionedName(args: Arguments): string {
  if (args.peek() === 34) return args.name()!;
  const name = /^(?:[A-Za-z_.${\x80-\xff][\w.$@\x80-\xff]*)?/.exec(args.text.slice(args.pos))![0];
  args.pos += name.length;
  return name;
}

/** `.weakref alias, target`. */
const weakref: Directive = (asm, args) => {
  const name = symbolName(asm, args);
  if (name === null) return;
  let alias = asm.symbols.listed(name);
  if (alias.defined || alias.common !== null) {
    if (!alias.redefinable) {
      asm.error(`symbol \`${name}' is already defined`);
      args.pos = args.end;
      return;
    }
    alias = asm.symbols.replace(alias);
  }
  if (!args.comma()) {
    asm.error(`expected comma after "${name}"`, args.at);
    args.pos = args.end;
    return;
  }
  const targetName = symbolName(asm, args);
  if (targetName === null) return;
  let target = asm.symbols.listed(targetName);
  const chain = [name];
  for (let next = target.weakrefTarget; ; next = target.weakrefTarget) {
    chain.push(target.name);
    if (target === alias) {
      asm.error(`${name}: would close weakref loop: ${chain.join(' => ')}`);
      args.pos = args.end;
      return;
    }
    if (next === null) break;
    target = next;
  }
  asm.forget(alias);
  alias.redefinable = false;
  alias.weakrefTarget = target;
  target.weakrefUsed = true;
  args.demandEnd();
};

/** The symbol stays undefined until something defines it: only its name is read. */
const ignoredNames: Directive = (asm, args) => {
  void asm;
  args.pos = args.end;
};

/** .lsym name, value: an absolute symbol that the symbol table keeps. */
const lsym: Directive = (asm, args) => {
  const name = symbolName(asm, args);
  if (name === null) return;
  if (!args.comma()) {
    asm.error(`expected comma after "${name}"`, args.at);
    args.pos = args.end;
    return;
  }
  const at = args.at;
  const expr = args.expression();
  if (expr.kind !== 'constant') {
    asm.error('bad expression', at);
    args.skip();
    return;
  }
  const { value } = expr;
  const symbol = asm.symbols.listed(name);
  if (symbol.defined) asm.error(`symbol \`${name}' is already defined`, at);
  else {
    asm.forget(symbol);
    symbol.equated = constant(value);
  }
  args.demandEnd();
};

export const symbolDirectives: DirectiveTable = {
  '.globl': global,
  '.global': global,
  '.xdef': global,
  '.weak': weak,
  '.local': local,
  '.hidden': visibility(2),
  '.internal': visibility(1),
  '.protected': visibility(3),
  '.type': type,
  '.size': size,
  '.set': set('set'),
  '.equ': set('set'),
  '.equiv': set('equiv'),
  '.eqv': set('eqv'),
  '.symver': symver,
  '.weakref': weakref,
  '.extern': ignoredNames,
  '.xref': ignoredNames,
  '.lsym': lsym,
  ...commonDirectives,
};
