// What a day's work feels: golden tests, saves in watch mode, a cold start on Bun. Wall-clock time, alternating with the
// shell, make, as, objcopy and the C program that do the same.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const GUESTS = 500;
const SAVES = 15;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const summary = (ours, theirs) => ({
  ours: median(ours),
  theirs: median(theirs),
  min: Math.min(...ours),
  max: Math.max(...ours),
  theirMin: Math.min(...theirs),
  theirMax: Math.max(...theirs),
});
const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;

function time(command, args) {
  const begun = milliseconds();
  const { status } = spawnSync(command, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: status ${status}`);
  return milliseconds() - begun;
}

/**
 * @param loop the prebuilt C program
 * @param add takes a row: what, against, goal, figures in milliseconds, the ratio as text
 */
export async function measureFlow({ root, temporary, runs, loop, add }) {
  const tskvm = path.join(root, 'bin', 'tskvm.js');
  const hello = path.join(root, 'examples', 'hello', 'test.S');
  const ratio = (result) => `${(result.ours / result.theirs).toFixed(2)}×`;

  const folder = path.join(temporary, 'golden');
  mkdirSync(folder);
  const image = path.join(temporary, 'hello.bin');
  execFileSync(process.execPath, [tskvm, 'build', hello, '-o', image]);
  for (let i = 0; i < GUESTS; i++) {
    copyFileSync(hello, path.join(folder, `g${i}.S`));
    copyFileSync(hello.replace(/S$/, 'out'), path.join(folder, `g${i}.out`));
    copyFileSync(image, path.join(folder, `g${i}.bin`));
  }
  const shell = `cd ${folder}; for f in *.bin; do ${loop} $f >out 2>/dev/null; cmp -s out \${f%.bin}.out || exit 1; done`;
  const [ours, theirs] = [[], []];
  for (let i = 0; i < runs; i++) {
    ours.push(time(process.execPath, [tskvm, 'test', folder]));
    theirs.push(time('sh', ['-c', shell]));
  }
  const golden = summary(ours, theirs);
  add(`${GUESTS} golden guests`, 'a shell loop over the C program with ready binaries', '0.5', golden, ratio(golden));

  const saves = await measureSaves({ tskvm, hello, temporary, loop });
  add('save to output in watch mode', 'as, objcopy and the C program', '0.5', saves, ratio(saves));

  const bun = [path.join(root, 'node_modules', '.bin', 'bun'), process.env.BUN ?? ''].find((file) => file !== '' && existsSync(file));
  if (bun === undefined) return;
  const words = [tskvm, 'build-run', '-q', hello];
  // The first run leaves the bytecode.
  time(bun, words);
  const makefile = path.join(temporary, 'Makefile');
  const object = path.join(temporary, 'hello.o');
  writeFileSync(
    makefile,
    `all:\n\tas -32 ${hello} -o ${object}\n\tobjcopy -O binary ${object} ${image}\n\tgcc -o ${loop}2 ${path.join(root, 'bench', 'kvm_loop.c')}\n\t${loop}2 ${image}\n`,
  );
  const [onBun, flow] = [[], []];
  for (let i = 0; i < runs * 3; i++) {
    onBun.push(time(bun, words));
    flow.push(time('make', ['-f', makefile]));
  }
  const cold = summary(onBun, flow);
  add('cold build-run of hello on Bun', 'the whole flow with make (as, objcopy, gcc, run)', '0.7', cold, ratio(cold));
}

async function measureSaves({ tskvm, hello, temporary, loop }) {
  const source = readFileSync(hello, 'utf8');
  const file = path.join(temporary, 'saved.S');
  const built = path.join(temporary, 'saved');
  writeFileSync(file, source);
  const watch = spawn(process.execPath, [tskvm, 'watch', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  let wanted = null;
  watch.stdout.on('data', (data) => {
    output += data;
    if (output.endsWith('Hello\n')) wanted?.();
  });
  const shown = () => new Promise((resolve) => (output.endsWith('Hello\n') ? resolve() : (wanted = resolve)));
  const pause = (length) => new Promise((resolve) => setTimeout(resolve, length));
  const [ours, theirs] = [[], []];
  try {
    await shown();
    for (let i = 0; i < SAVES; i++) {
      await pause(150);
      output = '';
      const begun = milliseconds();
      writeFileSync(file, `${source}# ${i}\n`);
      await shown();
      ours.push(milliseconds() - begun);
      theirs.push(time('sh', ['-c', `as -32 ${file} -o ${built}.o && objcopy -O binary ${built}.o ${built}.bin && ${loop} ${built}.bin`]));
    }
  } finally {
    watch.kill('SIGKILL');
  }
  return summary(ours, theirs);
}
