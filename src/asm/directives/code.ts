import type { DirectiveTable } from './index.js';

export const codeTable: DirectiveTable = {};
