/** The devices that we bring: name → how to make one. A new device is its file and its line here. */
import type { DeviceFactory } from '../device.js';
import { consoleDevice } from './console.js';
import { debugExitDevice } from './debug-exit.js';
import { debugconDevice } from './debugcon.js';

export interface BuiltinDevice {
  readonly make: DeviceFactory;
  /** Options of its spec (`name@port,key=value`): key → what it means. */
  readonly options: Readonly<Record<string, string>>;
}

// prettier-ignore
export const devices: Readonly<Record<string, BuiltinDevice>> = {
  'console':    { make: consoleDevice,   options: {} },
  'debugcon':   { make: debugconDevice,  options: {} },
  'debug-exit': { make: debugExitDevice, options: {} },
};
