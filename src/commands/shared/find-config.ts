/** Where the config file is. Its own file, because every run looks for one and few have one. */
import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['tskvm.config.ts', 'tskvm.config.js', 'tskvm.config.mjs', 'tskvm.config.json'];

/** The config file that is nearest above `start` (a folder), if there is one. */
export function findConfig(start: string): string | undefined {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (existsSync(file)) return file;
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}
