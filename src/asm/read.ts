/** The reading loop: lines that have been seen before are emitted from a cache, the others are taken apart. */
import { isNameChar, isNameStart } from './arguments.js';
import type { Assembler } from './assembler.js';
import { LineCache } from './line-cache.js';
import type { Source } from './source.js';
import { statement } from './statements.js';
import type { Encoded } from './x86/index.js';
import { emitKnown, encodeKnown, fillKnown, findKnown, takesShapes, writeKnown } from './x86/known.js';
import { shape } from './x86/shape.js';

/** Distinct lines of expansions remembered at most. */
const CACHE_LIMIT = 1 << 16;

/** Sources shorter than this are read without a cache by text: the table would cost more than it saves. */
const CACHE_FROM = 4096;

const COLON = 58;

/** Reads `asm.source` and everything that it pushes, to the end. */
export function read(asm: Assembler): void {
  const useCache = asm.options.noCache !== true && asm.listing === null;
  let expansions = new Map<string, Encoded>();
  let lines: LineCache | undefined;
  let epoch = asm.state.epoch;
  while (!asm.ended) {
    const { source } = asm;
    if (epoch !== asm.state.epoch) {
      epoch = asm.state.epoch;
      expansions = new Map();
      lines?.clear();
    }
    if (useCache && !asm.skipping && source.atLineStart && !source.scrubbed) {
      if (source.lines !== null) {
        if (readExpansion(asm, source, expansions)) continue;
      } else if (!source.transient && source.text.length >= CACHE_FROM) {
        if (readLine(asm, source, (lines ??= new LineCache()))) continue;
      }
    }
    if (!asm.nextStatement()) break;
    if (!useCache || asm.skipping) statement(asm, asm.lines.text, asm.lines.column);
    else readStatement(asm, expansions);
  }
}

/** The statement at hand: one of several in its line. */
function readStatement(asm: Assembler, cache: Map<string, Encoded>): void {
  const { text } = asm.lines;
  const hit = cache.get(text);
  if (hit !== undefined) {
    asm.emitEncoded(hit);
    return;
  }
  const { epoch } = asm.state;
  asm.encodedInstruction = null;
  statement(asm, text, asm.lines.column);
  if (asm.encodedInstruction !== null && epoch === asm.state.epoch && cache.size < CACHE_LIMIT) cache.set(text, asm.encodedInstruction);
}

/** One line of a file; false when it has to be read the long way, with nothing done. */
function readLine(asm: Assembler, source: Source, cache: LineCache): boolean {
  const { text, pos } = source;
  if (!cache.scan(text, pos)) return false;
  const newline = cache.end;
  const entry = cache.find(text, pos);
  if (entry >= 0) {
    const place = cache.bytesAt(entry);
    const encoded = place >= 0 && asm.emitsPlainly ? undefined : cache.encodedOf(entry);
    if (place >= 0 || encoded !== undefined) {
      begin(asm, source, newline);
      if (encoded === undefined) asm.emitInstructionBytes(cache.pool, place + 1, cache.pool[place]);
      else asm.emitEncoded(encoded);
      return true;
    }
  }
  const { hash, plain } = cache;
  asm.encodedInstruction = null;
  if (plain) {
    let first = pos;
    let c = text.charCodeAt(first);
    while (c === 32 || c === 9) c = text.charCodeAt(++first);
    begin(asm, source, newline);
    if (first === newline) return true;
    if (text.charCodeAt(newline - 1) === COLON && isName(text, first, newline - 1)) {
      asm.define(asm.symbols.findOrMakeIn(text, first, newline - 1), first - pos + 1);
      return true;
    }
    if (c >= 97 && c <= 122 && readKnown(asm, text, pos, first, newline, cache, entry)) return true;
    asm.lines.start = first;
    asm.column = first - pos + 1;
    asm.statement = text.slice(first, newline);
    asm.lines.text = asm.statement;
    asm.lines.column = asm.column;
    statement(asm, asm.statement, asm.column);
  } else {
    if (!asm.nextStatement()) return false;
    statement(asm, asm.lines.text, asm.lines.column);
  }
  // Only a line that is one instruction and nothing else can be kept.
  if (asm.encodedInstruction !== null && asm.source === source && source.pos === newline + 1) {
    if (entry >= 0) cache.complete(entry, asm.encodedInstruction);
    else cache.set(text, pos, newline - pos, hash, asm.encodedInstruction);
  }
  return true;
}

/** Is `text[start, end)` a plain name? */
function isName(text: string, start: number, end: number): boolean {
  if (!isNameStart(text.charCodeAt(start))) return false;
  for (let at = start + 1; at < end; at++) if (!isNameChar(text.charCodeAt(at))) return false;
  return start < end;
}

/**
 * The line from `pos` to `newline`, whose statement begins at `first`, when it is an instruction of a known shape. `entry`: that of
 * the line in the cache, -1: it has none.
 */
function readKnown(asm: Assembler, text: string, pos: number, first: number, newline: number, cache: LineCache, entry: number): boolean {
  if (!takesShapes(asm.state) || !asm.emitsPlainly) return false;
  const known = findKnown(text, first, newline, asm.state);
  if (known === null) return false;
  if (shape.slots === 0) {
    const count = known.encoded.bytes.length;
    const at = asm.reserveInstruction(count);
    if (at < 0) return true;
    const { bytes } = asm.chain.data;
    writeKnown(known, bytes, at);
    cache.setBytes(text, pos, newline - pos, cache.hash, bytes, at, count);
    return true;
  }
  const { hash } = cache;
  const reported = asm.bag.all.length;
  asm.usedChanging = false;
  if (!fillKnown(text, first, first - pos + 1, asm)) return false;
  asm.readTwice = text.startsWith('movq', first) && !text.slice(first, newline).includes('mm');
  const keeps = !asm.usedChanging;
  if (entry < 0 && !asm.section.absolute) {
    emitKnown(known, asm);
    if (keeps && asm.bag.all.length === reported) cache.note(text, pos, newline - pos, hash);
    return true;
  }
  const encoded = encodeKnown(known);
  asm.emitEncoded(encoded);
  if (entry >= 0 && keeps && asm.bag.all.length === reported) cache.complete(entry, encoded);
  return true;
}

/** The next line is at hand, and read up to its line break. */
function begin(asm: Assembler, source: Source, newline: number): void {
  source.line += 1 + asm.lines.extraLines;
  asm.lines.extraLines = 0;
  asm.lines.start = source.pos;
  source.pos = newline + 1;
  asm.symbols.statement += 1;
  asm.line = source.logicalLine;
  asm.file = source.logicalFile;
}

/** The same for a line of an expansion, whose texts are shared by all expansions of the same lines. */
function readExpansion(asm: Assembler, source: Source, cache: Map<string, Encoded>): boolean {
  if (source.pos >= source.text.length) return false;
  const newline = source.text.indexOf('\n', source.pos);
  if (newline < 0) return false;
  const raw = source.lines![source.line + asm.lines.extraLines];
  const hit = cache.get(raw);
  if (hit !== undefined) {
    begin(asm, source, newline);
    asm.emitEncoded(hit);
    return true;
  }
  asm.encodedInstruction = null;
  if (!asm.nextStatement()) return false;
  statement(asm, asm.lines.text, asm.lines.column);
  if (asm.encodedInstruction !== null && asm.source === source && source.pos === newline + 1 && cache.size < CACHE_LIMIT) {
    cache.set(raw, asm.encodedInstruction);
  }
  return true;
}
