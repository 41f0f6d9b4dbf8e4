/** The options of a rule that say how packets are wrapped for a server behind a tunnel. */
import { METHOD, type Method } from '../connections/flags.ts';
import { RuleError } from '../services/rule-error.ts';
import { IPIP, TUNNEL_CHECKSUM, TUNNEL_TYPE, type Tunnel, type TunnelType } from '../services/tunnel.ts';
import type { RuleOption } from './ipvsadm-options.ts';
import type { Options } from './option-words.ts';

const CHECKSUMS = {
  'tun-nocsum': TUNNEL_CHECKSUM.none,
  'tun-csum': TUNNEL_CHECKSUM.full,
  'tun-remcsum': TUNNEL_CHECKSUM.remote,
} as const;
type ChecksumOption = keyof typeof CHECKSUMS;
const CHECKSUM_OPTIONS = Object.keys(CHECKSUMS) as ChecksumOption[];

export const TUNNEL_OPTIONS: readonly RuleOption[] = ['tun-type', 'tun-port', ...CHECKSUM_OPTIONS];

const ALLOWED: Readonly<Record<string, readonly RuleOption[]>> = {
  ipip: [],
  gue: ['tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'],
  gre: ['tun-nocsum', 'tun-csum'],
};
const MAX_PORT = 65_535;

export function tunnelOf(options: Options, method: Method): Tunnel {
  const given = TUNNEL_OPTIONS.filter((name) => options[name] !== undefined);
  if (given.length === 0) return IPIP;
  if (method !== METHOD.tunnel) throw new RuleError(`--${given[0]} goes with tunnelling (-i) only`);
  const name = options['tun-type'] ?? 'ipip';
  const allowed = ALLOWED[name];
  if (allowed === undefined) {
    throw new RuleError(`illegal tun-type "${name}": expected ${Object.keys(ALLOWED).join(', ')}`);
  }
  const stray = given.find((option) => option !== 'tun-type' && !allowed.includes(option));
  if (stray !== undefined) throw new RuleError(`--${stray} does not go with the tunnel type ${name}`);
  const type: TunnelType = TUNNEL_TYPE[name as keyof typeof TUNNEL_TYPE];
  return {
    type,
    port: type === TUNNEL_TYPE.gue ? portOf(options['tun-port']) : 0,
    checksum: checksumOf(options),
  };
}

function portOf(text: string | undefined): number {
  if (text === undefined) throw new RuleError('the tunnel type gue needs a port: --tun-port PORT');
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= MAX_PORT) return port;
  throw new RuleError(`illegal tun-port "${text}": expected 1 to ${MAX_PORT}`);
}

function checksumOf(options: Options): number {
  const [first, second] = CHECKSUM_OPTIONS.filter((name) => options[name] !== undefined);
  if (second !== undefined) throw new RuleError(`--${first} and --${second} exclude each other`);
  return first === undefined ? TUNNEL_CHECKSUM.none : CHECKSUMS[first];
}
