/** What is known once every address is settled: the scope in which fixups, sizes and symbols are evaluated. */
import type { Assembler } from './assembler.js';
import { evaluate, type Scope, type Value } from './expression.js';
import type { Fixup } from './fixup.js';
import type { Section } from './sections.js';
import type { AsmSymbol } from './symbols.js';

export interface FinalScope extends Scope {
  /** Where a symbol stands: its own place, or that of the place that it is equated to. Null: nowhere. */
  located(symbol: AsmSymbol): { section: Section; address: bigint } | null;
  /** Offset of a label in its section. */
  address(symbol: AsmSymbol): bigint;
  /** What an equated symbol stands for, whatever its binding. */
  meaning(symbol: AsmSymbol): Value | null;
  /** Where to say that something is wrong. */
  at: { file: string; line: number };
  /** Fixups whose expressions have been reported. */
  readonly meaningless: Set<Fixup>;
}

/** For counts of bytes: what has no meaning is silently none. */
export function countScope(scope: FinalScope): Scope {
  return { ...scope, invalid() {}, signs: true };
}

/** For data and instructions: the distance between weak or indirect symbols is the linker's to say. */
export function fieldScope(scope: FinalScope): FinalScope {
  return {
    ...scope,
    distance: (a, b) => (isPreemptible(a) || isPreemptible(b) ? null : scope.distance(a, b)),
    get at() {
      return scope.at;
    },
    set at(position) {
      scope.at = position;
    },
  };
}

/** Another definition may take its place. */
export function isPreemptible(symbol: AsmSymbol): boolean {
  return symbol.binding === 'weak' || symbol.type === STT_GNU_IFUNC;
}

const STT_GNU_IFUNC = 10;

export function finalScope(asm: Assembler): FinalScope {
  const memo = new Map<AsmSymbol, Value | null>();
  const scope: FinalScope = {
    meaningless: new Set(),
    wholeParts: true,
    at: { file: '', line: 0 },
    address: (symbol) => scope.located(symbol)?.address ?? 0n,
    located(symbol) {
      if (symbol.section !== null) return { section: symbol.section, address: BigInt(symbol.fragment!.address + symbol.offset) };
      if (symbol.equated === null) return null;
      const value = scope.meaning(symbol);
      if (value === null || value.add === null || value.sub !== null) return null;
      const base = scope.located(value.add);
      return base === null ? null : { section: base.section, address: base.address + value.value };
    },
    distance(a, b) {
      const first = scope.located(a);
      const second = scope.located(b);
      return first === null || second === null || first.section !== second.section ? null : first.address - second.address;
    },
    meaning(symbol) {
      let value = memo.get(symbol);
      if (value !== undefined) return value;
      if (symbol.resolving) {
        asm.errorAt(`symbol definition loop encountered at \`${symbol.name}'`, symbol.file, symbol.line);
        memo.set(symbol, { add: null, sub: null, value: 0n });
        return { add: null, sub: null, value: 0n };
      }
      symbol.resolving = true;
      const { at } = scope;
      scope.at = symbol;
      value = evaluate(symbol.equated!, scope);
      scope.at = at;
      symbol.resolving = false;
      if (!memo.has(symbol)) memo.set(symbol, value);
      return memo.get(symbol)!;
    },
    equated(symbol) {
      // Mentioned before .weakref made it another's alias.
      let target = symbol;
      while (target.weakrefTarget !== null) target = target.weakrefTarget;
      if (target !== symbol) return scope.equated(target) ?? { add: target, sub: null, value: 0n };
      if (symbol.equated === null) return null;
      // Another name for a place is a label of its own: global or local, whatever that of the place is.
      return scope.located(symbol) === null ? scope.meaning(symbol) : null;
    },
    invalid(operator, left, right) {
      const name = (value: Value): string => {
        if (value.add === null) return value.sub === null ? '*ABS*' : '*UND*';
        return scope.located(value.add)?.section.name ?? (value.add.common === null ? '*UND*' : '*COM*');
      };
      asm.errorAt(
        right === null
          ? `invalid operand (${name(left)} section) for \`${operator}'`
          : `invalid operands (${name(left)} and ${name(right)} sections) for \`${operator === '!' ? '|~' : operator}'`,
        scope.at.file,
        scope.at.line,
      );
    },
    addressOf: ({ add, sub, value }) => (sub === null ? (add === null ? 0n : scope.address(add)) + value : 1n),
    divisionByZero() {
      asm.warningAt('division by zero', scope.at.file, scope.at.line);
    },
  };
  return scope;
}
