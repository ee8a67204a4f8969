/** `tskvm test --watch`: runs everything once, then on every change the guests that it touches. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { FileWatcher } from '../shared/watcher.js';
import { writeStderr } from '../shared/streams.js';
import { runTests, type TestRequest } from '../test.js';
import { WorkerPool } from './pool.js';
import { discover, goldenFile, goldenKinds, type Discovery } from './discover.js';

/** Runs until it is interrupted. */
export function watchTests(paths: readonly string[], request: TestRequest): Promise<number> {
  const roots = paths.length > 0 ? paths : ['.'];
  /** Guest → files that its result depends on. */
  const dependencies = new Map<string, readonly string[]>();
  let pending = new Set<string>();
  let running = false;

  const pool = new WorkerPool(request.overrides, request.jobs);
  let closed = false;

  const refresh = (found: Discovery, since: number): void => {
    if (closed) return;
    const files = new Set<string>();
    for (const { file } of found.guests) {
      for (const kind of goldenKinds) files.add(goldenFile(file, kind));
      for (const dependency of [file, ...(dependencies.get(file) ?? [])]) files.add(dependency);
      // A new guest changes its folder.
      files.add(path.dirname(file));
    }
    for (const root of roots) if (statSync(root, { throwIfNoEntry: false })?.isDirectory()) files.add(root);
    watcher.set(files, since);
  };

  const runAll = async (only: ReadonlySet<string> | null): Promise<void> => {
    let found: Discovery;
    const started = Date.now();
    try {
      found = discover(roots.filter((root) => statSync(root, { throwIfNoEntry: false })));
    } catch (error) {
      writeStderr(`tskvm test: ${(error as Error).message}\n`);
      return;
    }
    const absolute = (file: string): string => path.resolve(file);
    const touched = found.guests.filter(
      ({ file }) =>
        only === null ||
        !dependencies.has(file) ||
        [file, ...goldenKinds.map((kind) => goldenFile(file, kind)), ...(dependencies.get(file) ?? [])].some((dependency) =>
          only.has(absolute(dependency)),
        ),
    );
    // What is saved while they run is to be noticed, too.
    refresh(found, started);
    if (only === null || touched.length > 0) {
      const result = await runTests({ guests: touched, obsolete: only === null ? found.obsolete : [] }, request, pool);
      for (const [file, list] of result.dependencies) dependencies.set(file, list);
      // What was skipped has no dependencies but has been seen.
      for (const { file } of touched) if (!dependencies.has(file)) dependencies.set(file, [file]);
    }
    refresh(found, started);
  };

  const work = async (first: boolean): Promise<void> => {
    if (running) return;
    running = true;
    if (first) await runAll(null);
    while (pending.size > 0) {
      const changed = pending;
      pending = new Set();
      await runAll(changed);
    }
    running = false;
    writeStderr('watching (Ctrl-C ends)\n');
  };

  const watcher = new FileWatcher((files) => {
    for (const file of files) pending.add(file);
    void work(false);
  });
  return new Promise((resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        closed = true;
        watcher.close();
        pool.close();
        resolve(signal === 'SIGINT' ? 130 : 142);
      });
    }
    work(true).catch((error: unknown) => {
      closed = true;
      watcher.close();
      pool.close();
      reject(error as Error);
    });
  });
}
