import type { DirectiveTable } from './index.js';

export const dwarfTable: DirectiveTable = {};
