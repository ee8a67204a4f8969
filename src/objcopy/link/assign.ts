/** Assignments to symbols (ld manual, nodes Assignments, PROVIDE), and those that count before there is a layout. */
import type { Assignment, TopStatement } from './ast.js';
import { evaluate, type Phase, type Surroundings } from './evaluate.js';
import type { SymbolTable } from './inputs.js';
import type { LinkSymbol } from './model.js';
import { OutputSection } from './model.js';
import type { Regions } from './regions.js';

/** Gives a symbol its value, as far as there is one; returns it when it has one now. */
export function assignSymbol(statement: Assignment, s: Surroundings, symbols: SymbolTable, iteration: number): LinkSymbol | null {
  const { name, value } = statement;
  const known = symbols.byName.get(name);
  if (statement.provide) {
    const open = known && (known.state === 'undefined' || known.state === 'weak-undefined' || known.byLinker);
    if (!open && known?.providedBy !== statement) return null;
  }
  s.self = { name, used: false };
  let v = evaluate(value, s);
  // A symbol that is made from itself keeps its value until everything else has one.
  if (s.self.used && s.phase !== 'final') return null;
  if (statement.provide && known) known.providedBy = statement;
  // A name that nothing has mentioned so far is defined from here on, whatever value it will have.
  const seen = symbols.byName.get(name);
  if (v === null && (!seen || (seen.state === 'undefined' && !seen.referenced))) v = { value: 0n, space: null };
  if (v === null) return null;
  const symbol = seen ?? symbols.get(name);
  if (!symbol.scripted && (symbol.isDefined || symbol.state === 'common')) symbol.byObject = true;
  symbol.scripted = symbol.referenced = true;
  symbol.iteration = iteration;
  symbol.state = 'defined';
  symbol.byLinker = symbol.atEnd = false;
  symbol.object = null;
  symbol.place = v.space === null ? s.inside : v.space === 'absolute' ? null : v.space;
  symbol.value = v.value;
  symbol.nearby = null;
  symbol.nowhere = false;
  if (statement.hidden) {
    symbol.visibility = 2;
    symbol.hiddenByScript = true;
  }
  if (s.source) {
    const { visibility } = s.source;
    symbol.type = s.source.type;
    if (visibility !== 0 && (symbol.visibility === 0 || visibility < symbol.visibility)) symbol.visibility = visibility;
  }
  return symbol;
}

/** HIDDEN( ) and PROVIDE_HIDDEN( ) hide whatever has the name, even where an object defines it. */
export function hideAssigned(statements: readonly TopStatement[], symbols: SymbolTable): void {
  for (const statement of statements) {
    for (const s of statement.kind === 'output' ? statement.body : [statement]) {
      if (s.kind !== 'assign' || !s.hidden) continue;
      const symbol = s.provide ? symbols.byName.get(s.name) : symbols.get(s.name);
      if (symbol) {
        symbol.visibility = 2;
        symbol.hiddenByScript = true;
      }
    }
  }
}

/** Expressions before there are output sections. `first`: nor objects; `mark`: symbols of objects have values. */
export function assignEarly(phase: 'first' | 'mark', statements: readonly TopStatement[], symbols: SymbolTable, regions: Regions): void {
  const placeholder = new OutputSection('');
  const names = new Set(statements.map((s) => (s.kind === 'output' ? s.name : '')));
  const surroundings = (inside: OutputSection | null, statement: Assignment): Surroundings => ({
    phase: phase satisfies Phase,
    iteration: 0,
    dot: 0n,
    inside,
    at: statement.at,
    segment: { phase: 'none', base: 0n, pageSize: 0n, relroPageSize: 0n, relroEnd: 0n, relroOffset: 0n, end: 0n },
    relro: false,
    sizeofHeaders: () => 0n,
    constants: { MAXPAGESIZE: 0x1000n, COMMONPAGESIZE: 0x1000n },
    section: (name) => (names.has(name) ? placeholder : undefined),
    region: (name) => regions.find(name),
    segmentStart: () => undefined,
    symbol: (name) => symbols.get(name),
    isDefined: (name) => {
      const symbol = symbols.byName.get(name);
      return symbol !== undefined && (symbol.isDefined || symbol.state === 'common');
    },
    failed: () => {},
  });
  for (const statement of statements) {
    const inner = statement.kind === 'output' ? statement.body : [statement];
    const inside = statement.kind === 'output' ? placeholder : null;
    for (const s of inner) {
      if (s.kind !== 'assign' || s.name === '.') continue;
      const symbol = assignSymbol(s, surroundings(inside, s), symbols, 0);
      if (symbol?.place === placeholder) symbol.place = null;
    }
  }
}
