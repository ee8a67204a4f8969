/** The help and version texts of `tskvm objcopy`. */
declare const __TSKVM_VERSION__: string;

const targets = 'elf64-x86-64 elf32-i386 elf32-iamcu elf32-x86-64 srec symbolsrec verilog binary ihex';

export const usage = 'Usage: tskvm objcopy [option(s)] in-file [out-file]';

// prettier-ignore
const groups: [string, [string, string][]][] = [
  ['Formats', [
    ['-I, --input-target=FORMAT', 'read FORMAT instead of guessing'],
    ['-O, --output-target=FORMAT', 'write FORMAT instead of the input\'s'],
    ['-F, --target=FORMAT', 'both'],
    ['-B, --binary-architecture=ARCH', 'machine of an input that has none'],
  ]],
  ['Sections', [
    ['-j, --only-section=PATTERN', 'copy only these'],
    ['-R, --remove-section=PATTERN', 'leave these out'],
    ['--keep-section=PATTERN', 'keep these whatever else is stripped'],
    ['--remove-relocations=PATTERN', 'leave out the relocations of these'],
    ['--add-section=NAME=FILE', 'a new section with the contents of FILE'],
    ['--update-section=NAME=FILE', 'other contents'],
    ['--dump-section=NAME=FILE', 'write the contents to FILE'],
    ['--rename-section=OLD=NEW[,FLAGS]', 'another name, and flags'],
    ['--set-section-flags=PATTERN=FLAGS', 'alloc, load, noload, readonly, code, data, rom, …'],
    ['--set-section-alignment=PATTERN=N', 'in bytes'],
    ['--prefix-sections=TEXT', 'before every section\'s name'],
    ['--prefix-alloc-sections=TEXT', 'before the names of those in memory'],
    ['--add-gnu-debuglink=FILE', 'name the file with the debugging information'],
    ['--[de]compress-debug-sections', 'zlib, zlib-gnu or none'],
  ]],
  ['Addresses', [
    ['--gap-fill=VALUE', 'between sections'],
    ['--pad-to=ADDRESS', 'after the last one'],
    ['--set-start=ADDRESS', 'the entry point'],
    ['--change-start=N', 'added to it'],
    ['--change-addresses=N', 'added to every address'],
    ['--change-section-address=PATTERN{=,+,-}N', 'of these sections; also -lma, -vma'],
  ]],
  ['Symbols', [
    ['-S, --strip-all', 'no symbols, relocations, debugging information'],
    ['-g, --strip-debug', 'no debugging information'],
    ['--strip-unneeded', 'only what relocations need'],
    ['-N, --strip-symbol=NAME', 'without this one'],
    ['-K, --keep-symbol=NAME', 'but with this one'],
    ['-L, -G, -W NAME', 'localize; keep only these global; weaken'],
    ['--globalize-symbol=NAME', 'make it global'],
    ['--weaken, --localize-hidden', 'all of them'],
    ['-x, --discard-all', 'no local symbols'],
    ['-X, --discard-locals', 'none of the compiler\'s'],
    ['-w, --wildcard', 'names above are patterns'],
    ['--redefine-sym=OLD=NEW', 'rename'],
    ['--prefix-symbols=TEXT', 'before every name'],
    ['--add-symbol=NAME=[SECTION:]VALUE[,FLAGS]', 'a new one'],
    ['--strip-symbols=FILE, …', 'the plural of each of these reads names from FILE'],
    ['--only-keep-debug', 'only debugging information'],
  ]],
  ['Bytes', [
    ['--reverse-bytes=N', 'in groups of N'],
    ['-i, --interleave[=N], -b, --byte=N', 'one lane out of N bytes'],
    ['--interleave-width=N', 'of several bytes'],
    ['--srec-len=N, --srec-forceS3', 'of S-records'],
    ['--verilog-data-width=N', '1, 2, 4, 8 or 16'],
  ]],
  ['Other', [
    ['-p, --preserve-dates', 'keep the times of the file'],
    ['-v, --verbose', 'say what is copied'],
    ['@FILE', 'read options from FILE'],
    ['-V, --version, -h, --help, --info', 'and nothing else'],
  ]],
];

export const texts = {
  get help(): string {
    const rows = groups.map(([title, options]) => `${title}:\n${options.map(([o, text]) => `  ${o.padEnd(42)} ${text}\n`).join('')}`);
    return `${usage}\n\nCopies an object or flat file, changing its format or parts of it, as GNU objcopy 2.40 does.\n\n${rows.join('')}\nFormats: ${targets}\n`;
  },
  get version(): string {
    return `tskvm objcopy ${__TSKVM_VERSION__}, compatible with GNU objcopy 2.40\n`;
  },
  get info(): string {
    return `${targets.replaceAll(' ', '\n')}\n`;
  },
};
