import type { DirectiveTable } from './index.js';

export const cfiTable: DirectiveTable = {};
