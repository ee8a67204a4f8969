/** The library: `import { assemble, link, createMachine, defineDevice, defineConfig } from 'tskvm'`. See docs/api.md. */
export { assemble } from './asm/index.js';
export type { AssembleInput, AssembleOptions, AssembleResult } from './asm/index.js';
export { preprocess } from './asm/cpp/index.js';
export type { PreprocessOptions, PreprocessResult } from './asm/cpp/index.js';
export { flatten } from './objcopy/flatten.js';
export { link } from './objcopy/link/index.js';
export type { LinkFile, LinkOptions, LinkResult } from './objcopy/link/index.js';
export { objcopy } from './objcopy/index.js';
export { parseOptions as parseObjcopyOptions } from './objcopy/options.js';
export { toBytes } from './objcopy/model.js';
export type { ObjcopyOptions } from './objcopy/options.js';
export type { ObjcopyHost, ObjcopyResult } from './objcopy/index.js';
export { readElf } from './objcopy/elf/read.js';
export { writeElf } from './objcopy/elf/write.js';
export { bytesInput, captureSink, createMachine, Machine, endingText, registerText, reportText, streamInput } from './vmm/index.js';
export type {
  Access,
  DevicePlacement,
  Ending,
  GeneralRegisters,
  InputSource,
  MachineOptions,
  OutputSink,
  RunResult,
  StartMode,
  SystemRegisters,
} from './vmm/index.js';
export { defineDevice } from './vmm/device.js';
export type { AccessSize, DeviceContext, DeviceDefinition, DeviceFactory, Range, StopReason } from './vmm/device.js';
export { defineConfig } from './config.js';
export type { BoardConfig, BuildConfig, Config, DeviceConfig } from './config.js';
export { exitStatus } from './exit-status.js';
export type { Image, ObjectFile, ObjectSection, ObjectSymbol, Relocation } from './object.js';
export { TskvmError } from './diagnostics.js';
export type { Diagnostic, Position } from './diagnostics.js';
export { renderDiagnostic } from './frame.js';
export { HostError, memoryHost } from './host.js';
export type { Host } from './host.js';
export { nodeHost } from './host-node.js';
