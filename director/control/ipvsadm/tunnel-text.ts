import { METHOD, TUNNEL_TYPE } from '../../services/forwarding-method.ts';
import type { ListedServer } from './backend/answers.ts';
import { TUNNEL_NAMES } from './option-rules.ts';

/** By `TUNNEL_CHECKSUM`. */
const CHECKSUM_SIGNS = ['-c', '+c', 'r+c'];
const CHECKSUM_OPTIONS = ['--tun-nocsum', '--tun-csum', '--tun-remcsum'];
const LONGEST = 15;

/** `gue:6080:+c` */
export function tunnelText({ method, tunnel }: ListedServer): string {
  if (method !== METHOD.tunnel) return 'n/a';
  const { type, port, checksum } = tunnel;
  const parts = [
    TUNNEL_NAMES[type],
    ...(type === TUNNEL_TYPE.gue ? [port] : []),
    ...(type === TUNNEL_TYPE.ipip ? [] : [CHECKSUM_SIGNS[checksum]]),
  ];
  return parts.join(':').slice(0, LONGEST);
}

/** ` --tun-type gue --tun-port 6080 --tun-csum`; empty for other methods. */
export function tunnelOptions({ method, tunnel }: ListedServer): string {
  if (method !== METHOD.tunnel) return '';
  const { type, port, checksum } = tunnel;
  return [
    ` --tun-type ${TUNNEL_NAMES[type]}`,
    type === TUNNEL_TYPE.gue ? ` --tun-port ${port}` : '',
    type === TUNNEL_TYPE.ipip ? '' : ` ${CHECKSUM_OPTIONS[checksum]}`,
  ].join('');
}
