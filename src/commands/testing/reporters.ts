/** How results are shown: pretty for people, tap, junit, json and github for machines. */
import { writeStderr, writeStdout, useColor } from '../shared/streams.js';
import { goldenDiff } from './diff.js';
import type { Mismatch } from './golden.js';
import type { Outcome } from './execute.js';

export interface TestResult {
  readonly file: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped, in one line. */
  readonly reason: string;
  readonly mismatches: readonly Mismatch[];
  /** Absent when it was not run. */
  readonly outcome?: Outcome;
  /** Golden files that --update wrote. */
  readonly written: readonly string[];
}

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  milliseconds: number;
}

export interface Reporter {
  start?(count: number, seed: number | undefined): void;
  result(result: TestResult): void;
  end(totals: Totals, obsolete: readonly string[]): void;
}

export const reporterNames = ['pretty', 'tap', 'junit', 'json', 'github'] as const;
export type ReporterName = (typeof reporterNames)[number];

export const summary = ({ passed, failed, skipped }: Totals): string => `${passed} passed, ${failed} failed, ${skipped} skipped\n`;

/** The command that takes the new output for right. */
export const acceptCommand = (file: string): string =>
  `tskvm test --update ${/^[\w./@%+=:,-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`}`;

/** Everything about a failure, indented by nothing, colours on request. */
export function explain(result: TestResult, colour: boolean): string {
  let text = '';
  for (const { file, kind, expected, actual } of result.mismatches) {
    text += `${expected === null ? '' : `--- ${file}\n+++ what the guest gave\n`}${goldenDiff(kind, expected ?? new Uint8Array(0), actual, colour)}`;
  }
  const quiet = result.mismatches.some(({ kind }) => kind === 'err');
  if (result.outcome && !quiet && !/^KVM_EXIT_HLT\n$/.test(result.outcome.err)) text += result.outcome.err;
  if (result.mismatches.length > 0) text += `to accept: ${acceptCommand(result.file)}\n`;
  return text;
}

export function makeReporter(name: ReporterName): Reporter {
  return { pretty, tap, junit, json, github }[name]();
}

function pretty(): Reporter {
  const colour = useColor(1);
  const live = colour && process.stdout.isTTY === true;
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  let total = 0;
  let done = 0;
  let failed = 0;
  const progress = (): void => {
    if (live) writeStdout(`\r\x1b[K${done}/${total}${failed > 0 ? paint(31, `, ${failed} failed`) : ''}`);
  };
  const clear = (): void => {
    if (live) writeStdout('\r\x1b[K');
  };
  return {
    start(count, seed) {
      total = count;
      if (seed !== undefined) writeStdout(`random order, seed ${seed}\n`);
      progress();
    },
    result(result) {
      done += 1;
      const time = result.outcome ? ` (${result.outcome.milliseconds.toFixed(0)} ms)` : '';
      if (result.verdict === 'failed') {
        failed += 1;
        clear();
        writeStdout(`${paint(31, 'FAIL')} ${result.file}${time}: ${result.reason}\n${explain(result, colour)}`);
      } else if (result.verdict === 'skipped') {
        clear();
        writeStdout(`${paint(33, 'skip')} ${result.file}: ${result.reason}\n`);
      } else if (result.written.length > 0) {
        clear();
        writeStdout(`${paint(32, 'ok')}   ${result.file}${time}, wrote ${result.written.join(', ')}\n`);
      } else if (!live || total <= 50) {
        clear();
        writeStdout(`${paint(32, 'ok')}   ${result.file}${time}\n`);
      }
      progress();
    },
    end(totals, obsolete) {
      clear();
      for (const file of obsolete) writeStdout(`obsolete: ${file} has no source beside it\n`);
      const line = summary(totals);
      writeStdout(totals.failed > 0 ? `${paint(31, line.trimEnd())}\n` : line);
    },
  };
}

/** TAP version 13 (https://testanything.org). */
function tap(): Reporter {
  let number = 0;
  return {
    start(count) {
      writeStdout(`TAP version 13\n1..${count}\n`);
    },
    result(result) {
      number += 1;
      const name = result.file.replace(/[#\\]/g, '\\$&');
      const skip = result.verdict === 'skipped' ? ` # SKIP ${result.reason}` : '';
      writeStdout(`${result.verdict === 'failed' ? 'not ok' : 'ok'} ${number} - ${name}${skip}\n`);
      if (result.verdict !== 'failed') return;
      const block = (text: string): string =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => `    ${line}\n`)
          .join('');
      writeStdout(
        `  ---\n  message: ${JSON.stringify(result.reason)}\n  severity: fail\n  output: |\n${block(explain(result, false))}  ...\n`,
      );
    },
    end(totals, obsolete) {
      for (const file of obsolete) writeStdout(`# obsolete: ${file}\n`);
      writeStdout(`# ${summary(totals)}`);
    },
  };
}

const xml = (text: string): string =>
  // XML 1.0 has no place for most control characters, escaped or not.
  text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd').replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);

function junit(): Reporter {
  const results: TestResult[] = [];
  return {
    result: (result) => void results.push(result),
    end(totals) {
      const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);
      const cases = results.map((result) => {
        const open = `    <testcase classname="tskvm" name="${xml(result.file)}" file="${xml(result.file)}" time="${seconds(result.outcome?.milliseconds ?? 0)}"`;
        if (result.verdict === 'passed') return `${open}/>\n`;
        if (result.verdict === 'skipped') return `${open}><skipped message="${xml(result.reason)}"/></testcase>\n`;
        return `${open}><failure message="${xml(result.reason)}">${xml(explain(result, false))}</failure></testcase>\n`;
      });
      const counts = `tests="${results.length}" failures="${totals.failed}" skipped="${totals.skipped}" time="${seconds(totals.milliseconds)}"`;
      writeStdout(
        `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n  <testsuite name="tskvm" ${counts}>\n${cases.join('')}  </testsuite>\n</testsuites>\n`,
      );
      writeStderr(summary(totals));
    },
  };
}

function json(): Reporter {
  const results: unknown[] = [];
  return {
    result({ file, verdict, reason, mismatches, outcome, written }) {
      results.push({
        file,
        verdict,
        reason: reason || undefined,
        status: outcome?.status,
        ending: outcome?.ending,
        milliseconds: outcome && Math.round(outcome.milliseconds * 10) / 10,
        mismatches: mismatches.map((m) => ({
          file: m.file,
          kind: m.kind,
          diff: goldenDiff(m.kind, m.expected ?? new Uint8Array(0), m.actual, false),
        })),
        written,
      });
    },
    end(totals, obsolete) {
      writeStdout(`${JSON.stringify({ ...totals, milliseconds: Math.round(totals.milliseconds), obsolete, results }, null, 2)}\n`);
      writeStderr(summary(totals));
    },
  };
}

/** Annotations of GitHub Actions, beside what `pretty` shows. */
function github(): Reporter {
  const inner = pretty();
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return {
    start: inner.start,
    result(result) {
      inner.result(result);
      if (result.verdict !== 'failed') return;
      const line = /^[^:\n]*:(\d+): Error/m.exec(result.outcome?.err ?? '')?.[1];
      writeStdout(
        `::error file=${property(result.file)}${line ? `,line=${line}` : ''},title=${property(result.reason)}::${data(explain(result, false))}\n`,
      );
    },
    end: inner.end,
  };
}
