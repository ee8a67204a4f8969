/** -Map: what went where, readable (ld manual, node Options, `-Map`). */
import type { Script } from './ast.js';
import type { SymbolTable } from './inputs.js';
import type { OutputSection } from './model.js';
import type { InputSection } from './model.js';

const hex = (value: bigint | number): string => `0x${value.toString(16).padStart(16, '0')}`;
const short = (value: number): string => `0x${value.toString(16)}`;

export interface MapFacts {
  readonly script: Script;
  readonly outputs: readonly OutputSection[];
  readonly symbols: SymbolTable;
  /** Archive members and who asked for them. */
  readonly pulled: readonly { readonly member: string; readonly by: string; readonly symbol: string }[];
  readonly discarded: readonly InputSection[];
  readonly regions: readonly { readonly name: string; readonly origin: bigint; readonly length: bigint; readonly attributes: string }[];
}

export function linkMap({ outputs, symbols, pulled, discarded, regions }: MapFacts): string {
  const lines: string[] = [];
  if (pulled.length > 0) {
    lines.push('Archive member included to satisfy reference by file (symbol)', '');
    for (const p of pulled) lines.push(p.member, `                              ${p.by} (${p.symbol})`);
    lines.push('');
  }
  if (discarded.length > 0) {
    lines.push('Discarded input sections', '');
    for (const s of discarded) lines.push(row(` ${s.section.name}`, 0n, s.size, s.object.name));
    lines.push('');
  }
  lines.push('Memory Configuration', '', 'Name             Origin             Length             Attributes');
  for (const r of regions) lines.push(`${r.name.padEnd(16)} ${hex(r.origin)} ${hex(r.length)} ${r.attributes}`.trimEnd());
  lines.push(`${'*default*'.padEnd(16)} ${hex(0n)} 0xffffffffffffffff`, '', 'Linker script and memory map', '');
  const bySection = new Map<object, { name: string; address: bigint }[]>();
  for (const s of symbols.byName.values()) {
    if (!s.isDefined) continue;
    const key = s.place ?? symbols;
    const list = bySection.get(key);
    const entry = { name: s.name, address: s.address };
    if (list) list.push(entry);
    else bySection.set(key, [entry]);
  }
  const names = (key: object): void => {
    const list = bySection.get(key);
    list?.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    for (const s of list ?? []) lines.push(`                ${hex(s.address)}                ${s.name}`);
  };
  for (const output of outputs) {
    if (output.removed) continue;
    const load = output.load === output.address ? '' : ` load address ${hex(output.load)}`;
    lines.push(row(output.name, output.address, output.size, '') + load);
    names(output);
    for (const item of output.items) {
      if (item.kind === 'input') {
        lines.push(row(` ${item.section.section.name}`, item.section.address, item.section.size, item.section.object.name));
        names(item.section);
      } else if (item.kind === 'bytes') lines.push(row(' *data*', output.address + BigInt(item.offset), item.size, ''));
    }
    lines.push('');
  }
  const absolutes = bySection.get(symbols);
  if (absolutes) {
    lines.push('Absolute symbols', '');
    names(symbols);
    lines.push('');
  }
  return `${lines.join('\n')}\n`;
}

function row(name: string, address: bigint, size: number, what: string): string {
  const first = name.length > 15 ? `${name}\n${' '.repeat(16)}` : name.padEnd(16);
  return `${first}${hex(address)} ${short(size).padStart(10)} ${what}`.trimEnd();
}
