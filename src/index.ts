/** The library: `import { assemble, objcopy, Machine, defineDevice, defineConfig } from 'tskvm'`. */
export { assemble } from './asm/index.js';
export type { AssembleInput, AssembleOptions, AssembleResult } from './asm/index.js';
export { defineDevice } from './vmm/device.js';
export type { DeviceContext, DeviceDefinition, DeviceFactory } from './vmm/device.js';
export type { ObjectFile, ObjectSection, ObjectSymbol, Relocation, Image } from './object.js';
export type { Diagnostic, Position } from './diagnostics.js';
export type { Host } from './host.js';
export { memoryHost } from './host.js';
