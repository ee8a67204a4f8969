/** The devices that we bring: name → how to make one. A new device is its file and its line here. Boards are lists of them. */
import type { LazyRequire } from '../../lazy.js';
import type { DeviceFactory } from '../device.js';
import { consoleDevice } from './console.js';
import { debugExitDevice } from './debug-exit.js';
import { debugconDevice } from './debugcon.js';

declare const require: LazyRequire;

export interface BuiltinDevice {
  readonly make: DeviceFactory;
  /** Options of its spec (`name@port,key=value`): key → what it means. */
  readonly options: Readonly<Record<string, string>>;
}

const firmware = { firmware: "true: initialised as a PC's firmware leaves it" };

// prettier-ignore
export const devices: Readonly<Record<string, BuiltinDevice>> = {
  'console':    { make: consoleDevice,   options: {} },
  'debugcon':   { make: debugconDevice,  options: {} },
  'debug-exit': { make: debugExitDevice, options: {} },
  'pic':        { make: (o) => (require('./pic.js') as typeof import('./pic.js')).picDevice(o), options: firmware },
  'pit':        { make: (o) => (require('./pit.js') as typeof import('./pit.js')).pitDevice(o), options: firmware },
  'bios':       { make: (o) => (require('../bios/index.js') as typeof import('../bios/index.js')).biosDevice(o),
                  options: { drive: 'boot drive, 0x80 (default) or 0x00', date: 'the clock at the start, for example 2024-01-31T12:00:00' } },
};

/** A built-in device on a board. */
export interface BoardDevice {
  readonly name: string;
  readonly options: Record<string, string>;
}

export type BoardName = 'bare' | 'pc' | 'seed' | 'none';

// prettier-ignore
const boards: Readonly<Record<BoardName, readonly string[]>> = {
  none: [],
  seed: ['console'],
  bare: ['console', 'debugcon', 'debug-exit'],
  pc:   ['console', 'debugcon', 'debug-exit', 'bios'],
};

export const boardNames = Object.keys(boards) as BoardName[];

/**
 * The devices of one of our boards. `--irqchip soft` brings the interrupt controllers and the timer, which the pc board
 * has by itself, running as its firmware leaves them.
 */
export function boardDevices(board: BoardName, irqchip: 'kernel' | 'soft' | 'none' | undefined): BoardDevice[] {
  const list: BoardDevice[] = boards[board].map((name) => ({ name, options: {} }));
  const options: Record<string, string> = board === 'pc' ? { firmware: 'true' } : {};
  if (irqchip === 'soft' || (irqchip === undefined && board === 'pc')) list.push({ name: 'pic', options }, { name: 'pit', options });
  return list;
}
