// Bun parses a bundle from scratch at every start, which takes longer than all the rest. What it keeps is the bytecode of
// its own bundler: made once for a bundle and a version of Bun, after the first command, in dist/bun-VERSION/.
'use strict';
const { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');

/** The function of the bundle dist/NAME.cjs through bytecode; undefined where there is none yet, or it is older than the bundle. */
exports.load = (dist, name) => {
  const file = `${dist}/bun-${process.versions.bun}/${name}.js`;
  try {
    if (statSync(file).mtimeMs >= statSync(`${dist}/${name}.cjs`).mtimeMs) return require(file);
  } catch {
    // The first run.
  }
  return undefined;
};

/** Makes the bytecode; where dist/ cannot be written, tskvm only starts as slowly as before. */
exports.make = (dist, name, source) => {
  if (process.env.TSKVM_NO_BYTECODE) return;
  let folder;
  try {
    folder = mkdtempSync(`${dist}/bun-`);
    writeFileSync(`${folder}/${name}.cjs`, `module.exports=${source}`);
    const options = ['--bytecode', '--target=bun', '--format=cjs', '--minify-whitespace', `--outdir=${folder}/out`];
    const { status } = require('node:child_process').spawnSync(process.execPath, ['build', `${folder}/${name}.cjs`, ...options], {
      stdio: 'ignore',
    });
    if (status !== 0) return;
    const place = `${dist}/bun-${process.versions.bun}`;
    require('node:fs').mkdirSync(place, { recursive: true });
    for (const file of [`${name}.js.jsc`, `${name}.js`]) renameSync(`${folder}/out/${file}`, `${place}/${file}`);
  } catch {
    // A read-only installation.
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
};
