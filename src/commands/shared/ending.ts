/** Endings other than a plain halt, in words and as JSON. */
import type { Explanation } from '../../vmm/explain.js';
import type { Machine } from '../../vmm/machine.js';
import { reportJson, reportText, showsRegisters } from '../../vmm/report.js';
import type { RunResult } from '../../vmm/result.js';
export { showsRegisters };

/** Ways to end that are the guest's own choice: -q says nothing about them. */
const peaceful = new Set(['halt', 'debug-exit', 'power-off', 'reset', 'quit', 'output-closed']);

/** What the user is told on standard error. */
export function endingText(result: RunResult, quiet: boolean, explanation: Explanation | null = null): string {
  if (result.ending.kind === 'output-closed' || (quiet && peaceful.has(result.ending.kind))) return '';
  return `${reportText(result, explanation)}\n`;
}

/** The same, explained where an explanation helps. */
export function explained(machine: Machine, result: RunResult): string {
  return endingText(result, false, showsRegisters(result.ending) ? machine.explain(result) : null);
}

/** One line. */
export function endingJson(result: RunResult, explanation: Explanation | null = null): string {
  return `${JSON.stringify(reportJson(result, explanation))}\n`;
}

/** --stats: exits by reason, accesses by port, what was emulated, the time. */
export function statisticsText({ statistics }: RunResult): string {
  const { exits, coalesced, accesses, fixups, milliseconds, output, ports, deviceMilliseconds } = statistics;
  const lines = [`${milliseconds.toFixed(1)} ms, ${accesses} accesses (${coalesced} coalesced), ${output} bytes of output`];
  for (const [name, count] of Object.entries(exits)) lines.push(`  ${name.padEnd(28)} ${count}`);
  for (const [port, { device, in: reads, out: writes }] of Object.entries(ports ?? {})) {
    lines.push(`  port ${port.padEnd(8)} ${(device ?? 'unclaimed').padEnd(14)} ${reads} in, ${writes} out`);
  }
  for (const [name, count] of Object.entries(fixups)) lines.push(`  emulated ${name.padEnd(19)} ${count}`);
  if (deviceMilliseconds !== undefined) lines.push(`  ${deviceMilliseconds.toFixed(1)} ms in devices`);
  return `${lines.join('\n')}\n`;
}
