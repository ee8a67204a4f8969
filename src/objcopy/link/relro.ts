/** Whether the data segment has a part that is read-only after relocation (ld manual, node Builtin Functions, DATA_SEGMENT_RELRO_END). */
import type { ScriptExpr, TopStatement } from './ast.js';
import { SEC } from './flags.js';
import { matcher } from './match.js';
import type { InputObject } from './model.js';

/**
 * Does a pattern between DATA_SEGMENT_ALIGN and DATA_SEGMENT_RELRO_END match a loaded section? Even one that went elsewhere
 * counts, as a read-only .eh_frame. If nothing does, the data segment is laid out as with -z norelro.
 */
export function hasRelroInputs(statements: readonly TopStatement[], objects: readonly InputObject[]): boolean {
  const from = statements.findIndex((s) => s.kind === 'assign' && calls(s.value, 'DATA_SEGMENT_ALIGN'));
  const to = statements.findIndex((s) => s.kind === 'assign' && calls(s.value, 'DATA_SEGMENT_RELRO_END'));
  if (from < 0 || to < from) return false;
  const names = new Set<string>();
  for (const { sections } of objects)
    for (const s of sections) if (!s.discarded && s.size > 0 && (s.traits & SEC.LOAD) !== 0) names.add(s.section.name);
  return statements.slice(from, to).some(
    (statement) =>
      statement.kind === 'output' &&
      statement.body.some(
        (inner) =>
          inner.kind === 'input' &&
          inner.sections.some(({ pattern }) => {
            const test = matcher(pattern);
            return [...names].some((name) => test(name));
          }),
      ),
  );
}

function calls(e: ScriptExpr, name: string): boolean {
  switch (e.kind) {
    case 'unary':
      return calls(e.operand, name);
    case 'binary':
      return calls(e.left, name) || calls(e.right, name);
    case 'ternary':
      return calls(e.condition, name) || calls(e.yes, name) || calls(e.no, name);
    case 'call':
      return e.name === name || e.args.some((arg) => calls(arg, name));
    default:
      return false;
  }
}
