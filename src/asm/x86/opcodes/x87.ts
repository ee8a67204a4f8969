/** */
export const x87 = '';
