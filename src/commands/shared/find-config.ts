/** Where the config file is. Its own file, because every run looks for one and few have one. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const names = ['tskvm.config.ts', 'tskvm.config.js', 'tskvm.config.mjs', 'tskvm.config.json'];

/** The config file that is nearest above `start` (a folder), if there is one. */
export function findConfig(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    for (const name of names) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
    if (folder === dirname(folder)) return undefined;
  }
}
