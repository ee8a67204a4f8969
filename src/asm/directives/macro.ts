import type { DirectiveTable } from './index.js';

export const macroTable: DirectiveTable = {};
