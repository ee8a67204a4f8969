/**
 * `tskvm.config.{ts,js,json}`: boards, described by plain data. `defineConfig` types it; `validateConfig` says where a
 * wrong key or value stands and what would be allowed there. See docs/config.md.
 */
import { TskvmError } from './diagnostics.js';
import { closest } from './suggest.js';
import type { DeviceDefinition, DeviceFactory } from './vmm/device.js';

/** How a board's sources are built. */
export interface BuildConfig {
  /** Object format: `32` (default), `64` or `x32`, as the options of `as`. */
  abi?: '32' | '64' | 'x32';
  /** Folders searched by #include, .include and .incbin. */
  include?: string[];
  /** Macros of the C preprocessor: `{ DEBUG: 1 }` is -DDEBUG=1. */
  define?: Record<string, string | number | boolean>;
  /** Absolute symbols: `{ PORT: 0xf1 }` is --defsym PORT=0xf1. */
  defsym?: Record<string, number>;
  /** Further options for the assembler, as `tskvm as` takes them. */
  as?: string[];
  /** Linker script. */
  script?: string;
}

/** A device of a board: a spec as --device takes it, or a definition from an imported module. */
export type DeviceConfig =
  | string
  | DeviceDefinition
  | { device: string | DeviceDefinition | DeviceFactory; at?: number; options?: Record<string, string | number> };

/** A machine. Everything is optional; what is absent is as on the command line. */
export interface BoardConfig {
  mode?: 'real' | 'protected' | 'long';
  /** Bytes, or a text such as `64M`. */
  memory?: number | string;
  engine?: 'kvm' | 'soft' | 'auto';
  boot?: 'flat' | 'sector' | 'elf' | 'multiboot';
  /** Load address. */
  at?: number;
  devices?: DeviceConfig[];
  build?: BuildConfig;
  /** Seconds. */
  timeout?: number;
}

export interface Config {
  /** `default` is taken when no --board is given. */
  boards?: Record<string, BoardConfig>;
}

/** Types a config file's default export; at run time the identity. */
export function defineConfig(config: Config): Config {
  return config;
}

/** A shape that a value can be checked against: what is allowed stands in its message. */
type Shape =
  | { readonly kind: 'one of'; readonly values: readonly string[] }
  | { readonly kind: 'text' | 'number' | 'size' | 'scalar' | 'device' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'record'; readonly of: Shape }
  | { readonly kind: 'keys'; readonly keys: Readonly<Record<string, Shape>> };

const text: Shape = { kind: 'text' };
const number: Shape = { kind: 'number' };
const oneOf = (...values: string[]): Shape => ({ kind: 'one of', values });

const shape: Shape = {
  kind: 'keys',
  keys: {
    boards: {
      kind: 'record',
      of: {
        kind: 'keys',
        keys: {
          mode: oneOf('real', 'protected', 'long'),
          memory: { kind: 'size' },
          engine: oneOf('kvm', 'soft', 'auto'),
          boot: oneOf('flat', 'sector', 'elf', 'multiboot'),
          at: number,
          devices: { kind: 'list', of: { kind: 'device' } },
          timeout: number,
          build: {
            kind: 'keys',
            keys: {
              abi: oneOf('32', '64', 'x32'),
              include: { kind: 'list', of: text },
              define: { kind: 'record', of: { kind: 'scalar' } },
              defsym: { kind: 'record', of: number },
              as: { kind: 'list', of: text },
              script: text,
            },
          },
        },
      },
    },
  },
};

/** Checks what a config file exported. `source` is the file's text, to find the line; throws a TskvmError. */
export function validateConfig(value: unknown, file: string, source = ''): Config {
  check(value, shape, [], (path, problem, allowed) => {
    const place = path.length > 0 ? `${path.join('.')}: ` : '';
    throw new TskvmError(`${file}${lineOf(path, source)}: ${place}${problem}`, 2, [allowed]);
  });
  return value as Config;
}

type Complain = (path: readonly string[], problem: string, allowed: string) => never;

function check(value: unknown, wanted: Shape, path: readonly string[], complain: Complain): void {
  const shown = typeof value === 'string' ? `\`${value}'` : Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  switch (wanted.kind) {
    case 'one of':
      if (!wanted.values.includes(value as string)) complain(path, `${shown} is not allowed`, `allowed: ${wanted.values.join(', ')}`);
      return;
    case 'text':
      if (typeof value !== 'string') complain(path, `${shown} is not a text`, 'allowed: a string');
      return;
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
        complain(path, `${shown} is not a number`, 'allowed: a number that is not negative');
      return;
    case 'size':
      if (typeof value === 'number' ? !(value > 0) : typeof value !== 'string')
        complain(path, `${shown} is not a size`, "allowed: bytes, or a text such as '64M'");
      return;
    case 'scalar':
      if (!['string', 'number', 'boolean'].includes(typeof value))
        complain(path, `${shown} is not a value`, 'allowed: a string, a number or a boolean');
      return;
    case 'device':
      checkDevice(value, path, complain);
      return;
    case 'list':
      if (!Array.isArray(value)) complain(path, `${shown} is not a list`, 'allowed: a list ([…])');
      (value as unknown[]).forEach((item, i) => check(item, wanted.of, [...path, String(i)], complain));
      return;
    case 'record':
    case 'keys':
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        complain(path, `${shown} is not an object`, allowedKeys(wanted));
      for (const [key, item] of Object.entries(value as object)) {
        if (wanted.kind === 'record') check(item, wanted.of, [...path, key], complain);
        else if (!Object.hasOwn(wanted.keys, key)) unknownKey(key, wanted, path, complain);
        else if (item !== undefined) check(item, wanted.keys[key], [...path, key], complain);
      }
  }
}

const allowedKeys = (wanted: Shape): string =>
  wanted.kind === 'keys' ? `allowed: ${Object.keys(wanted.keys).join(', ')}` : 'allowed: an object ({…})';

function unknownKey(key: string, wanted: Shape & { kind: 'keys' }, path: readonly string[], complain: Complain): never {
  const near = closest(key, Object.keys(wanted.keys));
  return complain([...path, key], `unknown key${near ? `, did you mean \`${near}'?` : ''}`, allowedKeys(wanted));
}

function checkDevice(value: unknown, path: readonly string[], complain: Complain): void {
  const allowed = "allowed: a spec ('console@0xf1'), a device, or { device, at, options }";
  if (typeof value === 'string') return;
  if (typeof value !== 'object' || value === null) complain(path, `${typeof value} is not a device`, allowed);
  const { device, name } = value as { device?: unknown; name?: unknown };
  if (device === undefined && typeof name !== 'string') complain(path, 'this object is not a device: it has no `name`', allowed);
  if (device !== undefined) {
    const keys = ['device', 'at', 'options'];
    for (const key of Object.keys(value as object)) {
      if (!keys.includes(key)) complain([...path, key], 'unknown key', `allowed: ${keys.join(', ')}`);
    }
  }
}

/** `:LINE` of the path's last key in the file's text, as far as reading it in order can tell; else nothing. */
function lineOf(path: readonly string[], source: string): string {
  let at = 0;
  let found = -1;
  for (const key of path) {
    if (/^\d+$/.test(key)) continue;
    const pattern = new RegExp(`(?<![\\w$])["']?${key.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&')}["']?\\s*[:,}(]`, 'g');
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (!match) return '';
    found = match.index;
    at = found + key.length;
  }
  return found < 0 ? '' : `:${source.slice(0, found).split('\n').length}`;
}
