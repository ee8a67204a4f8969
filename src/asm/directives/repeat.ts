import type { DirectiveTable } from './index.js';

export const repeatTable: DirectiveTable = {};
