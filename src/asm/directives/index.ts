/**
 * The registry: directive name → what carries it out. A family is one file; those that few sources use are loaded when
 * one of their names is met.
 */
import type { LazyRequire } from '../../lazy.js';
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { dataDirectives } from './data.js';
import { layoutDirectives } from './layout.js';
import { sectionDirectives } from './section.js';
import { stringDirectives } from './string.js';
import { symbolDirectives } from './symbol.js';
import { families } from './families.js';

declare const require: LazyRequire;

/** Carries out one directive. `args` stands behind the name; `name` is in lower case, with its dot. */
export type Directive = (asm: Assembler, args: Arguments, name: string) => void;

/** A family: names (with dots, lower case) → entries. */
export type DirectiveTable = Readonly<Record<string, Directive>>;

const table = new Map<string, Directive>();
for (const family of [dataDirectives, stringDirectives, layoutDirectives, sectionDirectives, symbolDirectives]) {
  for (const name in family) table.set(name, family[name]);
}
const lazy = new Map<string, keyof typeof families>();
for (const family in families)
  for (const name of families[family as keyof typeof families]) lazy.set(name, family as keyof typeof families);

/** In lower case as far as ASCII goes: other bytes of a name stay. */
export function lowerCase(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}

/** The directive `name` (with its dot, any case), or undefined. */
export function findDirective(name: string): Directive | undefined {
  const found = table.get(name);
  if (found !== undefined) return found;
  const lower = lowerCase(name);
  if (lower !== name) return findDirective(lower);
  const family = lazy.get(name);
  if (family === undefined) return undefined;
  const entries = loadFamily(family);
  for (const entry in entries) table.set(entry, entries[entry]);
  const loaded = table.get(name);
  if (loaded === undefined) lazy.delete(name);
  return loaded;
}

/** Every name, for suggestions. */
export function directiveNames(): string[] {
  return [...table.keys(), ...lazy.keys()];
}

function loadFamily(family: keyof typeof families): DirectiveTable {
  switch (family) {
    case 'conditional':
      return (require('./conditional.js') as typeof import('./conditional.js')).conditionalTable;
    case 'macro':
      return (require('./macro.js') as typeof import('./macro.js')).macroTable;
    case 'repeat':
      return (require('./repeat.js') as typeof import('./repeat.js')).repeatTable;
    case 'include':
      return (require('./include.js') as typeof import('./include.js')).includeTable;
    case 'listing':
      return (require('./listing.js') as typeof import('./listing.js')).listingTable;
    case 'object':
      return (require('./object.js') as typeof import('./object.js')).objectTable;
    case 'message':
      return (require('./message.js') as typeof import('./message.js')).messageTable;
    case 'cfi':
      return (require('./cfi.js') as typeof import('./cfi.js')).cfiTable;
    case 'dwarf':
      return (require('./dwarf.js') as typeof import('./dwarf.js')).dwarfTable;
    case 'code':
      return (require('./code.js') as typeof import('./code.js')).codeTable;
    case 'float':
      return (require('./float.js') as typeof import('./float.js')).floatTable;
  }
}
