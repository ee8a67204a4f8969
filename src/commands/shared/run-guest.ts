/** Runs a loaded machine to its end and reports it: what the guest wrote is stdout, the rest is stderr. */
import { exitStatus } from '../../exit-status.js';
import type { LazyRequire } from '../../lazy.js';
import type { Image } from '../../object.js';
import { createMachine, type Machine } from '../../vmm/machine.js';
import type { RunResult } from '../../vmm/result.js';
import type { MachineRequest } from './machine-options.js';
import { writeStderr } from './streams.js';

declare const require: LazyRequire;

/** Makes the machine, loads the image or file (null: starts from a drive), runs it; returns the exit status. The process is to end after it. */
export async function runGuest(request: MachineRequest, source: Image | Uint8Array | null): Promise<number> {
  checkOutputs(request);
  const machine = createMachine(request.options);
  try {
    machine.load(source);
    if (request.loadSnapshot !== undefined) await loadSnapshot(machine, request.loadSnapshot);
    const closeLogs = openLogs(machine, request, source);
    if (request.options.devices !== undefined) (require('./watchdog.js') as typeof import('./watchdog.js')).watchMachine(machine);
    const result = request.terminal === undefined ? await machine.run() : await request.terminal.run(machine, source);
    closeLogs?.();
    if (request.record !== undefined) saveRecording(machine, result, request.record);
    writeOutputs(machine, request);
    report(request, machine, result, source);
    return result.ending.kind === 'output-closed' ? exitStatus.closedPipe : result.status;
  } finally {
    machine.release();
  }
}

/** What is wanted of the machine as it is at the end of its run. */
export function writeOutputs(machine: Machine, request: MachineRequest): void {
  if (request.saveSnapshot !== undefined) saveSnapshot(machine, request.saveSnapshot);
  if (request.screen !== undefined) showScreen(machine, request.screen);
  if (request.screenshot !== undefined) saveScreenshot(machine, request.screenshot);
}

/** A path that cannot be written is found before the guest runs. */
export function checkOutputs({ saveSnapshot: snapshot, record, screen, screenshot }: MachineRequest): void {
  if (snapshot === undefined && record === undefined && screen === undefined && screenshot === undefined) return;
  const { checkOutputFile } = require('./output-file.js') as typeof import('./output-file.js');
  for (const file of [snapshot, record, screen, screenshot]) if (file !== undefined) checkOutputFile(file, exitStatus.usage);
}

function showScreen(machine: Machine, file: string): void {
  const { screenText } = require('./screen.js') as typeof import('./screen.js');
  const { writeOutputFile } = require('./output-file.js') as typeof import('./output-file.js');
  writeOutputFile(file, screenText(machine), exitStatus.usage);
}

function saveScreenshot(machine: Machine, file: string): void {
  const { screenPng } = require('./screen.js') as typeof import('./screen.js');
  const { writeOutputFile } = require('./output-file.js') as typeof import('./output-file.js');
  writeOutputFile(file, screenPng(machine), exitStatus.usage);
}

export async function loadSnapshot(machine: Machine, file: string): Promise<void> {
  const { decodeSnapshot } = require('../../vmm/snapshot.js') as typeof import('../../vmm/snapshot.js');
  const { nodeHost } = require('../../host-node.js') as typeof import('../../host-node.js');
  await machine.engine.ready?.();
  machine.restore(decodeSnapshot(nodeHost.readFile(file), file));
}

function saveSnapshot(machine: Machine, file: string): void {
  const { encodeSnapshot } = require('../../vmm/snapshot.js') as typeof import('../../vmm/snapshot.js');
  const { writeOutputFile } = require('./output-file.js') as typeof import('./output-file.js');
  writeOutputFile(file, encodeSnapshot(machine.snapshot()), exitStatus.usage);
}

function saveRecording(machine: Machine, result: RunResult, file: string): void {
  const { writeOutputFile } = require('./output-file.js') as typeof import('./output-file.js');
  writeOutputFile(file, machine.recording(result), exitStatus.usage);
}

export function openLogs(machine: Machine, request: MachineRequest, source: unknown): (() => void) | null {
  if (request.logPorts === undefined && request.logExits === undefined) return null;
  withLines(machine, source);
  const { startLogs } = require('./run-logs.js') as typeof import('./run-logs.js');
  return startLogs(machine, request.logPorts, request.logExits);
}

/** The lines of a file that was linked elsewhere are only read when something is to be named by them. */
function withLines(machine: Machine, source: unknown): void {
  if (!(source instanceof Uint8Array)) return;
  const { addSourceLines } = require('./source-lines.js') as typeof import('./source-lines.js');
  addSourceLines(machine, source);
}

function report(request: MachineRequest, machine: Machine, result: RunResult, source: unknown): void {
  const { ending } = result;
  // The usual end needs nothing else to be loaded.
  if (ending.kind === 'halt' && !ending.forever && !request.json && !request.statistics) {
    if (!request.quiet) writeStderr('KVM_EXIT_HLT\n');
    return;
  }
  const { endingText, endingJson, showsRegisters, statisticsText } = require('./ending.js') as typeof import('./ending.js');
  if (showsRegisters(ending)) withLines(machine, source);
  const explanation = showsRegisters(ending) ? machine.explain(result) : null;
  if (request.json) writeStderr(endingJson(result, explanation));
  else writeStderr(endingText(result, request.quiet, explanation));
  if (request.statistics && !request.json) writeStderr(statisticsText(result));
}
