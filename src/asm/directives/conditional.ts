import type { DirectiveTable } from './index.js';

export const conditionalTable: DirectiveTable = {};
