/** */
export const system = '';
