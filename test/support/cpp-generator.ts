/** Random sources for the C preprocessor: macros that expand one another, conditionals, odd tokens. */
import { Random } from './random.js';

const objects = ['A', 'B', 'C', 'D', 'E'];
/** Function-like macros and their number of parameters; 'v' is (...), 'w' is (x, ...). */
const functions: Record<string, number | 'v' | 'w'> = { F: 1, G: 2, H: 1, K: 2, V: 'v', W: 'w', Z: 0 };
const plain = [
  'A',
  'B',
  'C',
  'D',
  'E',
  'x',
  'y',
  'foo',
  '1',
  '0x1f',
  '%eax',
  '$',
  '@',
  '"str A"',
  "'c'",
  '+',
  '-',
  '<',
  '>',
  '(',
  ')',
  '.',
  '..',
  '=',
  '==',
  '&',
  '|',
  '!',
  ',',
  '#',
  '##',
  ':',
  ';',
  '*',
  '[',
  ']',
  '{',
  '}',
  '/',
  '\\',
  '1.5e+3',
  '.L',
  'F',
  'G',
  '__LINE__',
  '$A',
  'L',
  '->',
  '%',
  "it's",
];

/** One source text; many of them have errors, which must be the same errors. */
export function generateCpp(seed: number): string {
  const random = new Random(seed);
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const blank = (): string => pick(['', '', ' ', ' ', '  ', '\t']);

  const call = (depth = 0): string => {
    const name = pick(Object.keys(functions));
    const argument = (): string => {
      let text = '';
      for (let i = random.below(4); i > 0; i--) {
        text += blank();
        text +=
          random.chance(0.25) && depth < 3
            ? call(depth + 1)
            : pick(['A', 'B', 'C', 'D', 'E', 'x', '1', '+', '-', '%', '(a,b)', '"s"', '.', 'foo', 'F', 'G', '$', '#', '=', '2']);
      }
      return text + blank();
    };
    const wanted = functions[name];
    const count = (wanted === 'v' ? random.below(4) + 1 : wanted === 'w' ? random.below(3) + 1 : wanted) + (random.chance(0.03) ? 1 : 0);
    return `${name}${pick(['', '', ' '])}(${Array.from({ length: count }, argument).join(',')}${random.chance(0.03) ? '\n' : ''})`;
  };

  const body = (params: readonly string[]): string => {
    let text = '';
    for (let i = 0, count = random.below(7); i < count; i++) {
      const kind = random.next();
      let token =
        kind < 0.45 && params.length > 0
          ? pick(params)
          : kind < 0.55
            ? call(2)
            : pick(['A', 'B', 'C', 'D', 'E', 'x', '1', '+', '-', '.', 'foo', ',', '(', ')', '$', '%', '=', '"s"', 'F', 'G', '<', '2', '/']);
      if (params.includes(token) && random.chance(0.15)) token = `#${blank()}${token}`;
      text += (i > 0 && random.chance(0.2) ? `${blank()}##${blank()}` : blank() || (random.chance(0.5) ? ' ' : '')) + token;
    }
    return text;
  };

  const expression = (depth = 0): string => {
    const kind = random.next();
    if (depth > 3 || kind < 0.3)
      return pick([
        '0',
        '1',
        '2',
        '-1',
        '3u',
        '0x10',
        'A',
        'B',
        'foo',
        "'a'",
        'defined(A)',
        'defined B',
        '!defined(F)',
        '010',
        '100L',
        '5ULL',
        '__LINE__',
      ]);
    if (kind < 0.4) return pick(['-', '!', '~', '+']) + expression(depth + 1);
    if (kind < 0.55) return `(${expression(depth + 1)})`;
    if (kind < 0.62) return `${expression(depth + 1)} ? ${expression(depth + 1)} : ${expression(depth + 1)}`;
    const operator = pick(['+', '-', '*', '/', '%', '<<', '>>', '<', '>', '<=', '>=', '==', '!=', '&', '|', '^', '&&', '||']);
    return expression(depth + 1) + (random.chance(0.5) ? operator : ` ${operator}`) + expression(depth + 1);
  };

  const functionDefinition = (): string => {
    const name = pick(Object.keys(functions));
    const kind = functions[name];
    const params = kind === 'v' ? ['...'] : kind === 'w' ? ['x', pick(['...', 'rest...'])] : ['x', 'y'].slice(0, kind);
    const names = params.map((param) => (param === '...' ? '__VA_ARGS__' : param.replace('...', '')));
    const last = names[names.length - 1];
    let text = body(names);
    if (typeof kind === 'string' && random.chance(0.3))
      text += pick([`, ## ${last}`, `,##${last} z`, ` __VA_OPT__(,) ${last}`, ` q __VA_OPT__(x ${last}) z`]);
    return `#define ${name}(${params.join(pick([',', ', ']))})${blank()}${text}`;
  };

  const lines: string[] = [];
  let depth = 0;
  for (let i = 0; i < 40; i++) {
    const kind = random.next();
    if (kind < 0.15) lines.push(`#${blank()}define ${pick(objects)}${random.chance(0.9) ? ' ' : ''}${body([]).trimStart()}`);
    else if (kind < 0.3) lines.push(functionDefinition());
    else if (kind < 0.35) lines.push(`#undef ${pick([...objects, ...Object.keys(functions)])}`);
    else if (kind < 0.45) {
      lines.push(pick([`#if ${expression()}`, `#ifdef ${pick(objects)}`, `#ifndef ${pick(objects)}`, `# if ${expression()}`]));
      depth += 1;
    } else if (kind < 0.52 && depth > 0) lines.push(pick(['#else', `#elif ${expression()}`, '#elifdef A']));
    else if (kind < 0.6 && depth > 0) {
      lines.push('#endif');
      depth -= 1;
    } else if (kind < 0.8) {
      let line = blank() + blank();
      for (let k = random.below(4) + 1; k > 0; k--) line += call() + blank();
      lines.push(line);
    } else if (kind < 0.83) {
      lines.push(
        pick([
          "# a comment A it's",
          '#A',
          '/* c */ A',
          'A /* x\n y A */ B',
          '// A',
          'A // B',
          'A \\\nB',
          '',
          '\n\n',
          '\n\n\n\n\n\n\n\n\n',
          '#',
          '#line 50',
          '#line 7 "q.c"',
        ]),
      );
    } else {
      let line = blank();
      for (let k = random.below(8); k > 0; k--) line += pick(plain) + blank();
      lines.push(line);
    }
  }
  for (; depth > 0; depth--) lines.push('#endif');
  return `${lines.join('\n')}\nend\n`;
}
