/**
 * Loads the user's TypeScript and JavaScript modules (devices, config) without a build step. `import … from 'tskvm'`
 * works in them even where no node_modules is near: it is the running tskvm itself. These modules are code and run with
 * the user's rights.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig, validateConfig, type Config } from '../../config.js';
import { TskvmError } from '../../diagnostics.js';
import { exitStatus } from '../../exit-status.js';
import { readFile } from '../../host-node.js';
import type { LazyRequire } from '../../lazy.js';
import { defineDevice } from '../../vmm/device.js';

declare const require: LazyRequire;

/** What `import … from 'tskvm'` gives: the cheap parts at once, the rest when it is touched. */
function library(): object {
  const whole = (): Record<string, unknown> => require('../../index.js') as Record<string, unknown>;
  const api: Record<string, unknown> = { defineDevice, defineConfig };
  return new Proxy(api, {
    get: (target, name) => (typeof name === 'string' && !Object.hasOwn(target, name) ? whole()[name] : target[name as string]),
    has: (target, name) => Object.hasOwn(target, name) || Object.hasOwn(whole(), name),
  });
}

type Jiti = ReturnType<typeof import('jiti').createJiti>;
let loader: Jiti | undefined;

/** Where translated modules are kept; false when there is no such place: a user without a home, a disk that is read-only. */
function cacheFolder(): string | false {
  try {
    let folder = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
    // One by one: Node never comes back from making folders within folders under /proc.
    for (const part of ['', 'tskvm', 'jiti']) {
      folder = path.join(folder, part);
      if (!existsSync(folder)) mkdirSync(folder);
    }
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return false;
  }
}

function jiti(): Jiti {
  if (loader) return loader;
  const { createJiti } = require('jiti') as typeof import('jiti');
  loader = createJiti(path.join(process.cwd(), '_'), {
    virtualModules: { tskvm: library() },
    fsCache: cacheFolder(),
    interopDefault: false,
  });
  return loader;
}

/** The default export of a module, or the module itself when it has none. Throws a TskvmError that names the file. */
export async function loadUserModule(file: string): Promise<unknown> {
  const full = path.resolve(file);
  // Not there, a directory, not permitted: said in the usual words, before the loader says it in its own.
  readFile(file);
  try {
    if (file.endsWith('.json')) return JSON.parse(readFileSync(full, 'utf8'));
    const module = await jiti().import<{ default?: unknown }>(full);
    return module.default ?? module;
  } catch (error) {
    throw loadFailure(error, file, full);
  }
}

/** Every file of the user's that has been loaded so far: watch looks at them. */
export function loadedUserFiles(): string[] {
  return loader
    ? Object.keys(loader.cache).filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`) && file.endsWith('s'))
    : [];
}

/** Forgets what has been loaded, so that changed files are read again. */
export function forgetUserModules(files: readonly string[]): void {
  if (loader) for (const file of files) delete loader.cache[file];
}

function loadFailure(error: unknown, file: string, full: string): TskvmError {
  const { message, stack = '', name } = error instanceof Error ? error : new Error(String(error));
  const line = new RegExp(`${full.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&')}:(\\d+)(?::(\\d+))?`).exec(`${message}\n${stack}`)?.[1];
  // Babel's message has the place on a second line; V8's JSON message is one line.
  const first = message.split('\n')[0].trim();
  const what = name === 'Error' || first.startsWith(name) ? first : `${name}: ${first}`;
  return new TskvmError(`${file}${line ? `:${line}` : ''}: ${what}`, exitStatus.usage);
}

/** Loads and checks a config file. */
export async function loadConfig(file: string): Promise<Config> {
  const shown = path.relative('', file) || file;
  const value = await loadUserModule(shown.startsWith('..') ? file : shown);
  return validateConfig(value, shown, readFileSync(file, 'utf8'));
}
