/** Cases of what ipvsadm prints, saves and refuses. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { anyOrder } from './any-order.ts';
import { connections } from './connections.ts';
import { ipv6 } from './ipv6.ts';
import { refusedChanges } from './refused-changes.ts';
import { refusedOptions } from './refused-options.ts';
import { servers } from './servers.ts';
import { services } from './services.ts';
import { settings } from './settings.ts';
import { traffic } from './traffic.ts';

export const commandCases: readonly PacketCase[] = [
  ...services,
  ...servers,
  ...refusedOptions,
  ...refusedChanges,
  ...ipv6,
  ...settings,
  ...anyOrder,
  ...traffic,
  ...connections,
];
