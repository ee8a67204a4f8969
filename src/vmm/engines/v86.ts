/** The npm package v86: what we use of its objects, and loading it. */
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { TskvmError } from '../../diagnostics.js';
import { exposeInside } from './soft-ports.js';

/** What we use of v86's processor object. */
export interface V86Cpu {
  mem8: Uint8Array;
  memory_size: Int32Array;
  reg32: Int32Array;
  instruction_pointer: Int32Array;
  previous_ip: Int32Array;
  flags: Int32Array;
  flags_changed: Int32Array;
  sreg: Uint16Array;
  segment_offsets: Int32Array;
  segment_limits: Uint32Array;
  segment_is_null: Uint8Array;
  segment_access_bytes: Uint8Array;
  is_32: Int32Array;
  stack_size_32: Int32Array;
  cpl: Uint8Array;
  protected_mode: Int32Array;
  tss_size_32: Int32Array;
  cr: Int32Array;
  dreg: Int32Array;
  idtr_size: Int32Array;
  idtr_offset: Int32Array;
  gdtr_size: Int32Array;
  gdtr_offset: Int32Array;
  in_hlt: Uint8Array;
  io: Record<string, unknown>;
  devices: unknown;
  main_loop(): number;
  reset_cpu(): void;
  get_eflags(): number;
  update_state_flags(): void;
  full_clear_tlb(): void;
  jit_clear_cache(): void;
  /** Code in this run of physical memory has been overwritten. */
  jit_dirty_cache(start: number, end: number): void;
  run_hardware_timers(): number;
  [name: string]: unknown;
}

export interface V86Instance {
  v86: { cpu: V86Cpu };
  add_listener(name: string, callback: (value?: unknown) => void): void;
  destroy(): Promise<void>;
}

declare const require: { resolve(id: string): string };
/** Node has it; the compiler's library without the DOM does not say so. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  instantiate(module: object, imports: unknown): Promise<{ exports: unknown }>;
};

export interface Loaded {
  V86: new (settings: Record<string, unknown>) => V86Instance;
  /** Makes an instance of v86's module with these imports. */
  instantiate(imports: unknown): Promise<{ exports: unknown }>;
}

let loaded: Loaded | null = null;

/**
 * The npm package, loaded once a process. Its CommonJS build stands in a package of ES modules, where `require` does not
 * find its exports, so it is evaluated here. @throws TskvmError when it is not installed
 */
export function loadV86(): Loaded {
  if (loaded !== null) return loaded;
  try {
    const source = require.resolve('v86/build/libv86.js');
    const module = { exports: {} as Loaded };
    const wrapper = runInThisContext(`(function (module, exports, require) {${readFileSync(source, 'utf8')}\n})`, { filename: source }) as (
      ...words: unknown[]
    ) => void;
    wrapper(module, module.exports, require);
    if (typeof module.exports.V86 !== 'function') throw new Error('no V86 in it');
    const bytes = exposeInside(readFileSync(require.resolve('v86/build/v86.wasm')));
    if (bytes === null) throw new Error('another build of v86');
    const wasm = new WebAssembly.Module(bytes);
    return (loaded = { V86: module.exports.V86, instantiate: (imports) => WebAssembly.instantiate(wasm, imports) });
  } catch {
    throw new TskvmError('the soft engine needs the npm package v86, which is not installed here', 2, ['npm install v86@0.5.462']);
  }
}
