/**
 * A device of the user's that never returns would hold everything: the guest, the time-out, Ctrl-C. Calls into such devices
 * are counted in shared memory, and a second thread looks at it. When one call has lasted too long, that thread stops the
 * first one through V8's debugger protocol and lets it say what happened and end the process in the usual way, terminal
 * restored. If the call is not even JavaScript (a blocking system call), the thread says so itself and kills the process.
 */
import { exitStatus } from '../../exit-status.js';
import type { DeviceDefinition } from '../../vmm/device.js';
import type { Machine } from '../../vmm/machine.js';
import { placeText } from '../../vmm/report.js';
import type { Worker } from 'node:worker_threads';
import type { LazyRequire } from '../../lazy.js';
import { writeStderr } from './streams.js';

declare const require: LazyRequire;

/** Seconds that a device's callback may take. */
const PATIENCE = 5;
/** Seconds that the debugger has to get through: on a busy machine even that takes its time. */
const RESCUE = 10;

const callbacks = ['attach', 'in', 'out', 'inBlock', 'outBlock', 'read', 'write', 'reset', 'save', 'restore', 'close'] as const;
type Callback = (typeof callbacks)[number];
type Method = (...values: unknown[]) => unknown;

/** [0]: which call is going on (0: none), [1]: calls so far, [2]: the debugger has let go of this thread. */
let cell: Int32Array | null = null;
/** What each number in `cell[0]` stands for. */
const calls: { readonly device: string; readonly callback: Callback }[] = [];
let machine: Machine | null = null;
let worker: Worker | null = null;

/** What is running the guest: it knows where the guest is. */
export function watchMachine(running: Machine): void {
  machine = running;
}

/** The same device, with its calls watched. */
export function watched(definition: DeviceDefinition): DeviceDefinition {
  const shared = (cell ??= startThread());
  const guarded = Object.create(definition) as Record<string, Method>;
  for (const callback of callbacks) {
    const method = definition[callback] as Method | undefined;
    if (typeof method !== 'function') continue;
    const number = calls.push({ device: definition.name, callback });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker?.postMessage(definition.name);
    const guard = function (...values: unknown[]): unknown {
      shared[0] = number;
      shared[1]++;
      try {
        return method.apply(definition, values);
      } finally {
        shared[0] = 0;
      }
    };
    // The number of parameters says which sizes the device takes.
    Object.defineProperty(guard, 'length', { value: method.length });
    guarded[callback] = guard;
  }
  return guarded as unknown as DeviceDefinition;
}

/** Called by the second thread, in the middle of the call that does not return. */
function stuck(): void {
  const call = calls[(cell as Int32Array)[0] - 1];
  if (call === undefined) return;
  let place = '';
  try {
    if (machine !== null && call.callback !== 'attach')
      place = `, used by ${placeText(machine.placeOf(call.callback.startsWith('out') ? -1 : null))}`;
  } catch {
    // The place is a help, no more.
  }
  writeStderr(`device ${call.device} has not returned from its ${call.callback} for ${PATIENCE} s${place}\n`);
  // The call is ended by the other thread when this function has returned; then the process ends as it always does. While a
  // debugger holds on to it, Node would say that it waits.
  let turns = 0;
  const leave = (): void => {
    if ((cell as Int32Array)[2] === 1 || ++turns > 500) process.exit(exitStatus.deviceError);
    setTimeout(leave, 10);
  };
  setImmediate(leave);
}

const thread = `
const { parentPort, workerData: { cell, patience, rescue, hook } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
let call = 0, count = -1, since = 0;
const names = [];
parentPort.on('message', (name) => names.push(name));
parentPort.unref();
// A clock that nobody sets.
const now = () => performance.now();
const timer = setInterval(() => {
  if (cell[0] === 0 || cell[0] !== call || cell[1] !== count) {
    call = cell[0];
    count = cell[1];
    since = now();
  } else if (now() - since >= patience * 1000) {
    clearInterval(timer);
    stop();
  }
}, 250);
function kill() {
  writeSync(2, 'device ' + names[call - 1] + ' has not returned for ' + patience + ' s and blocks the whole process: killed\\n');
  process.kill(process.pid, 'SIGKILL');
}
function stop() {
  setTimeout(kill, rescue * 1000);
  try {
    interrupt();
  } catch {
    // Not V8 (Bun): its debugger cannot be reached from here.
    kill();
  }
}
function interrupt() {
  const { Session } = require('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  session.on('Debugger.paused', () => {
    session.post('Runtime.evaluate', { expression: hook });
    session.post('Runtime.terminateExecution', () => {});
    session.post('Debugger.resume', () => {
      session.disconnect();
      cell[2] = 1;
    });
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}
`;

function startThread(): Int32Array {
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
  const shared = new Int32Array(new SharedArrayBuffer(12));
  const name = '__tskvm_stuck';
  Object.defineProperty(globalThis, name, { value: stuck, enumerable: false });
  const workerData = { cell: shared, patience: PATIENCE, rescue: RESCUE, hook: `globalThis.${name}()` };
  worker = new Worker(thread, { eval: true, workerData });
  worker.unref();
  return shared;
}
