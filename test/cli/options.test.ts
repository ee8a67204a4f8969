/** getopt's rules, response files, the quick parser against commander. */
import { Command, Option } from 'commander';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryHost } from '../../src/host.js';
import { parseAsOptions } from '../../src/commands/shared/as-options.js';
import { expandResponseFiles } from '../../src/commands/shared/getopt.js';
import { parseFlags, quickParse, type CommandSpec } from '../../src/commands/shared/spec.js';
import { closest } from '../../src/suggest.js';

const test = suite('options');
const host = memoryHost({
  'a.rsp': `-I "with space" 'single\\'s' back\\ slash @b.rsp`,
  'b.rsp': '--32\n\n  -o\tx.o',
  'loop.rsp': '@loop.rsp',
});
const parse = (...argv: string[]): ReturnType<typeof parseAsOptions> => parseAsOptions(argv, host);
const message = (...argv: string[]): string => {
  try {
    parse(...argv);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test('options and files in any order, values joined or apart', () => {
  const request = parse('a.s', '-o', 'x.o', '-Idir', '-I', 'dir2', '--32', 'b.s', '-', '--', '-c.s');
  assert.equal(request.inputs, ['a.s', 'b.s', '-', '-c.s']);
  assert.is(request.output, 'x.o');
  assert.is(request.options.abi, '32');
  assert.equal(request.options.includePaths, ['dir', 'dir2']);
});

test('one dash is as good as two, abbreviations are enough', () => {
  assert.is(parse('-32').options.abi, '32');
  assert.equal(parse('-defs', 'A=0x10', '--defsym=B=010', '-defsym', 'C=-1').options.defsym, [
    { name: 'A', value: 16n },
    { name: 'B', value: 8n },
    { name: 'C', value: 0xffff_ffff_ffff_ffffn },
  ]);
  assert.equal(parse('-gdwarf-5').options.debug, { format: 'dwarf', version: 5 });
  assert.equal(parse('-g').options.debug, { format: 'dwarf' });
});

test('letters cluster', () => {
  const request = parse('-LRZo', 'x');
  assert.ok(request.options.keepLocals && request.options.readonlyData && request.options.force);
  assert.is(request.output, 'x');
});

test('listing letters', () => {
  assert.equal([...(parse('-a').listing ?? [])].join(''), 'hls');
  const request = parse('-alhn=out.lst');
  assert.equal([...(request.listing ?? [])].join(''), 'lhn');
  assert.is(request.listingFile, 'out.lst');
  assert.is(message('-az'), "invalid listing option `z'");
});

// As GNU as 2.40 words them.
const refused: [string[], string][] = [
  [['--zzz'], "unrecognized option '--zzz'"],
  [['-y'], "unrecognized option '-y'"],
  [['--de'], "option '--de' is ambiguous; possibilities: '--debug-prefix-map' '--defsym'"],
  [['--warn=3'], "option '--warn' doesn't allow an argument"],
  [['-o'], "option requires an argument -- 'o'"],
  [['--defsym', 'a'], 'bad defsym; format is --defsym name=value'],
  [['-wx'], "invalid option -- 'x'"],
  [['-k32'], "invalid option -- '3'"],
  [['-gz'], "unknown option `-gz'"],
  [['-mvexwig=3'], "invalid -mvexwig= option: `3'"],
  [['-msse-check=q'], "invalid -msse-check= option: `q'"],
  [['-malign-branch=q'], "invalid -malign-branch= option: `q'"],
  [['-malign-branch-boundary=24'], 'invalid -malign-branch-boundary= value: 24'],
  [['-malign-branch-prefix-size=6'], 'invalid -malign-branch-prefix-size= value: 6'],
  [['--size-check=w'], "Invalid --size-check= option: `w'"],
  [['--elf-stt-common=4'], "Invalid --elf-stt-common= option: `4'"],
  [['--gdwarf-cie-version=2'], "Invalid --gdwarf-cie-version `2'"],
  [['-Qx'], 'unrecognized option -Qx'],
  [['--emulation=elf_i386'], 'emulations not handled in this configuration'],
  [['@loop.rsp'], 'too many @-files encountered'],
];
for (const [argv, expected] of refused) test(`refused: ${argv.join(' ')}`, () => assert.is(message(...argv), expected));

test('what is not supported is refused by name', () => {
  for (const option of ['--mri', '-M', '--compress-debug-sections=zstd'])
    assert.match(message(option), new RegExp(`'${option}' is not supported`));
});

test('response files', () => {
  assert.equal(expandResponseFiles(['x', '@a.rsp', '@none', 'y'], host), [
    'x',
    '-I',
    'with space',
    "single's",
    'back slash',
    '--32',
    '-o',
    'x.o',
    '@none',
    'y',
  ]);
});

test('suggestions', () => {
  assert.is(closest('devsym', ['defsym', 'march']), 'defsym');
  assert.is(closest('xyzzy', ['defsym', 'march']), undefined);
  assert.is(closest('bulid', ['build', 'run']), 'build');
});

const spec: CommandSpec = {
  name: 'x',
  description: '',
  operands: '<source...>',
  examples: [],
  options: [
    { flags: '-o, --output <file>', description: '' },
    { flags: '-D, --define <name>', description: '', repeat: true },
    { flags: '--no-fixups', description: '' },
    { flags: '-q, --quiet', description: '' },
    { flags: '--32', description: '' },
    { flags: '--coverage [file]', description: '' },
    { flags: '--max-exits <n>', description: '' },
  ],
  run: () => 0,
};

test('the quick parser reads what commander reads', () => {
  const word = fc.constantFrom(
    '-o',
    '--output',
    '--output=f',
    '-of',
    '-D',
    '-DA=1',
    '--define',
    '-q',
    '--quiet',
    '--32',
    '--no-fixups',
    '--coverage',
    '--coverage=c',
    '--max-exits',
    '7',
    'a.S',
    'b',
    '-',
    '--',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      const quick = quickParse(spec, argv);
      const command = new Command('x')
        .argument('<source...>')
        .exitOverride()
        .configureOutput({ writeErr() {} });
      for (const { flags, repeat } of spec.options) {
        const option = new Option(flags);
        if (repeat) option.argParser((value: string, all: string[] | undefined) => [...(all ?? []), value]);
        command.addOption(option);
      }
      let slow: { operands: string[]; options: object } | null = null;
      try {
        command.parse(argv, { from: 'user' });
        slow = { operands: command.args, options: command.opts() };
      } catch {
        // Refused.
      }
      if (quick === null) return;
      assert.ok(slow, `commander refuses ${argv.join(' ')}`);
      const { fixups, ...rest } = slow.options as Record<string, unknown>;
      assert.equal(quick.operands, slow.operands);
      assert.equal(quick.options.fixups ?? true, fixups);
      const { fixups: _, ...quickRest } = quick.options;
      assert.equal(quickRest, rest);
    }),
    { seed: 7, numRuns: 2000 },
  );
  assert.equal(quickParse(spec, ['a.S', '-qx']), null);
  assert.equal(quickParse(spec, ['a.S', '--hlep']), null);
  assert.equal(quickParse(spec, []), null);
  assert.is(parseFlags(spec.options[6]).key, 'maxExits');
});

test.run();
