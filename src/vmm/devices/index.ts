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

const date = 'the clock at the start, for example 2024-01-31T12:00:00';

// prettier-ignore
export const devices: Readonly<Record<string, BuiltinDevice>> = {
  'console':    { make: consoleDevice,   options: {} },
  'debugcon':   { make: debugconDevice,  options: {} },
  'debug-exit': { make: debugExitDevice, options: {} },
  'pic':        { make: (o) => (require('./pic.js') as typeof import('./pic.js')).picDevice(o), options: firmware },
  'pit':        { make: (o) => (require('./pit.js') as typeof import('./pit.js')).pitDevice(o), options: firmware },
  'uart':       { make: (o) => (require('./uart.js') as typeof import('./uart.js')).uartDevice(o), options: { com: '1 (default) to 4: ports 0x3f8, 0x2f8, 0x3e8, 0x2e8', to: 'stdio (default), none, file:NAME, pty, tcp:127.0.0.1:PORT' } },
  'i8042':      { make: (o) => (require('./i8042.js') as typeof import('./i8042.js')).keyboardDevice(o), options: { keys: 'keystrokes that are typed, for example hello{ret}', mouse: 'movements and clicks that are made, for example 10:-5;left', ...firmware } },
  'rtc':        { make: (o) => (require('./rtc.js') as typeof import('./rtc.js')).rtcDevice(o), options: { date } },
  'power':      { make: () => (require('./power.js') as typeof import('./power.js')).powerDevice(), options: {} },
  'post':       { make: () => (require('./post.js') as typeof import('./post.js')).postDevice(), options: {} },
  'pci':        { make: () => (require('./pci.js') as typeof import('./pci.js')).pciDevice(), options: {} },
  'ata':        { make: () => (require('./ata.js') as typeof import('./ata.js')).ataDevice(), options: {} },
  'vga':        { make: () => (require('./vga/index.js') as typeof import('./vga/index.js')).vgaDevice(), options: {} },
  'fw-cfg':     { make: (o) => (require('./fw-cfg.js') as typeof import('./fw-cfg.js')).firmwareConfigDevice(o), options: { cpus: 'number of vCPUs that it tells' } },
  'testdev':    { make: () => (require('./testdev.js') as typeof import('./testdev.js')).testDevice(), options: {} },
  'random':     { make: (o) => (require('./random.js') as typeof import('./random.js')).randomDevice(o), options: { seed: 'a number: the same bits in every run' } },
  'clock':      { make: () => (require('./clock.js') as typeof import('./clock.js')).clockDevice(), options: {} },
  'stopwatch':  { make: () => (require('./stopwatch.js') as typeof import('./stopwatch.js')).stopwatchDevice(), options: {} },
  'bios':       { make: (o) => (require('../bios/index.js') as typeof import('../bios/index.js')).biosDevice(o),
                  options: { drive: 'boot drive: 0x80 (default), 0x00 or, for a CD, 0xe0', date } },
};

/** A built-in device on a board. */
export interface BoardDevice {
  readonly name: string;
  readonly options: Record<string, string>;
}

export type BoardName = 'bare' | 'pc' | 'seed' | 'none';

// prettier-ignore
const boards: Readonly<Record<BoardName, readonly string[]>> = {
  bare: ['console', 'debugcon', 'debug-exit'],
  pc:   ['console', 'debugcon', 'debug-exit', 'uart', 'i8042', 'rtc', 'vga', 'power', 'post', 'pci', 'ata',
         'fw-cfg', 'testdev', 'random', 'clock', 'stopwatch', 'bios'],
  seed: ['console'],
  none: [],
};

export const boardNames = Object.keys(boards) as BoardName[];

/**
 * The devices of one of our boards. `--irqchip soft` brings the interrupt controllers and the timer, which the pc board
 * has by itself, running as its firmware leaves them.
 */
export function boardDevices(board: BoardName, irqchip: 'kernel' | 'soft' | 'none' | undefined): BoardDevice[] {
  const initialised: Record<string, string> = { firmware: 'true' };
  const list: BoardDevice[] = boards[board].map((name) => ({ name, options: name === 'i8042' ? { ...initialised } : {} }));
  const options: Record<string, string> = board === 'pc' ? initialised : {};
  if (irqchip === 'soft' || (irqchip === undefined && board === 'pc')) list.push({ name: 'pic', options }, { name: 'pit', options });
  return list;
}
