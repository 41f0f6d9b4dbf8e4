/** States of a persistence template: whether a connection made from it has proved real. */
export const TEMPLATE_STATE = { none: 0, assured: 1 } as const;

export const TEMPLATE_STATE_NAMES = ['NONE', 'ASSURED'] as const;
