/** All schedulers and modes, in the order in which a full run takes them. */
export const MODES = ['nat', 'dr', 'tun'] as const;
export const SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'sed',
  'nq',
  'fo',
  'ovf',
  'sh',
  'dh',
  'mh',
  'lblc',
  'lblcr',
  'twos',
] as const;
