/** Floating-point data: .float, .double, .tfloat, .hfloat, .bfloat16. */
import type { DirectiveTable } from './index.js';

export const floatTable: DirectiveTable = {};
