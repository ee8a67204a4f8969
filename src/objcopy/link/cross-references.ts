/** NOCROSSREFS: sections that are never in memory together must not refer to each other (ld manual, node Miscellaneous Commands). */
import type { DiagnosticBag } from '../../diagnostics.js';
import type { Script } from './ast.js';
import { definitionPlace, sourceOf } from './inputs.js';
import type { OutputSection } from './model.js';
import { InputSection } from './model.js';

export function checkCrossReferences(script: Script, outputs: readonly OutputSection[], diagnostics: DiagnosticBag): void {
  for (const { sections, onlyToFirst } of script.noCrossReferences) {
    for (const output of outputs) {
      if (!sections.includes(output.name) || (onlyToFirst && output.name === sections[0])) continue;
      const forbidden = onlyToFirst ? sections.slice(0, 1) : sections.filter((name) => name !== output.name);
      for (const input of output.inputs) if (!input.discarded) checkSection(input, forbidden, diagnostics);
    }
  }
}

function checkSection(input: InputSection, forbidden: readonly string[], diagnostics: DiagnosticBag): void {
  for (const { symbol, offset } of input.relocations) {
    if (!symbol) continue;
    const global = input.object.globals.get(symbol);
    const local = typeof symbol.section === 'object' ? input.object.sectionOf.get(symbol.section) : undefined;
    const place = global ? (global.place instanceof InputSection ? global.place.output : global.place) : local?.output;
    if (!place || !forbidden.includes(place.name)) continue;
    const where = definitionPlace(input.object, input.section, offset);
    const name = symbol.name || (typeof symbol.section === 'object' ? symbol.section.name : place.name);
    diagnostics.error(
      `${where}: prohibited cross reference from ${input.output!.name} to \`${name}' in ${place.name}`,
      sourceOf(input.object, input.section, offset),
    );
  }
}
