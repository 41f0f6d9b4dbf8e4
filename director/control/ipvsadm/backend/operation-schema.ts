/** The exact shape of operations, to check those that come from another process. */
import { z } from 'zod';
import { SERVER_METHODS } from '../../../services/forwarding-method.ts';
import { parseIpv4 } from '../../../wire/addresses.ts';
import { TRANSPORT_PROTOCOLS } from '../../../wire/ipv4.ts';
import { parseIpv6 } from '../../../wire/ipv6-address.ts';

const MAX_U32 = 4_294_967_295;
const MAX_INT = 2_147_483_647;

const integer = (least: number, most: number) => z.int().min(least).max(most);
const port = integer(0, 65_535);
/** IPv4 dotted, or IPv6 in the form that `parseIpv6` gives. */
const address = z
  .string()
  .refine((text) => parseIpv4(text) !== undefined || parseIpv6(text) === text, 'expected an IP address');

const serviceName = z.union([
  z.strictObject({ protocol: z.enum(TRANSPORT_PROTOCOLS), address, port }),
  z.strictObject({ mark: integer(1, MAX_U32), isIpv6: z.boolean() }),
]);
/** A virtual service: an endpoint, or a firewall mark of one address family. */
export type ServiceName = z.infer<typeof serviceName>;

const serviceSettings = z.strictObject({
  scheduler: z.string().max(15),
  /** Bits of `SERVICE_FLAG`. */
  flags: integer(0, MAX_INT),
  persistenceSeconds: integer(0, MAX_INT),
  /** IPv4: the mask as a signed 32-bit integer. IPv6: the prefix length. */
  netmask: integer(-MAX_INT - 1, MAX_INT),
  /** Name of a persistence engine; empty for none. */
  engine: z.string().max(16),
});
export type ServiceSettings = z.infer<typeof serviceSettings>;

const serverName = z.strictObject({ address, port });
export type ServerName = z.infer<typeof serverName>;

const serverSettings = z.strictObject({
  method: z.literal(SERVER_METHODS),
  weight: integer(-MAX_INT - 1, MAX_INT),
  upperThreshold: integer(0, MAX_U32),
  lowerThreshold: integer(0, MAX_U32),
  tunnel: z.strictObject({
    type: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    port,
    checksum: integer(0, 3),
  }),
});
export type ServerSettings = z.infer<typeof serverSettings>;

const daemonRole = z.enum(['master', 'backup']);
export type DaemonRole = z.infer<typeof daemonRole>;

const daemonSettings = z.strictObject({
  role: daemonRole,
  interface: z.string().max(15),
  syncId: integer(0, 255),
  /** These are the kernel's defaults where they are absent. */
  maxBytes: integer(1, 65_507).optional(),
  group: address.optional(),
  port: integer(1, 65_535).optional(),
  ttl: integer(1, 255).optional(),
});
export type DaemonSettings = z.infer<typeof daemonSettings>;

const from = integer(0, MAX_INT);

export const operationSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('add-service'), service: serviceName, settings: serviceSettings }),
  z.strictObject({ do: z.literal('edit-service'), service: serviceName, settings: serviceSettings }),
  z.strictObject({ do: z.literal('delete-service'), service: serviceName }),
  z.strictObject({ do: z.literal('flush') }),
  z.strictObject({
    do: z.literal('add-server'),
    service: serviceName,
    server: serverName,
    settings: serverSettings,
  }),
  z.strictObject({
    do: z.literal('edit-server'),
    service: serviceName,
    server: serverName,
    settings: serverSettings,
  }),
  z.strictObject({ do: z.literal('delete-server'), service: serviceName, server: serverName }),
  /** Of one service, or of all. */
  z.strictObject({ do: z.literal('zero'), service: serviceName.optional() }),
  /** 0 keeps what is. */
  z.strictObject({ do: z.literal('set-timeouts'), tcp: from, tcpFin: from, udp: from }),
  z.strictObject({ do: z.literal('start-daemon'), settings: daemonSettings }),
  z.strictObject({ do: z.literal('stop-daemon'), role: daemonRole }),
  z.strictObject({ do: z.literal('get-info') }),
  z.strictObject({ do: z.literal('get-timeouts') }),
  z.strictObject({ do: z.literal('get-service'), service: serviceName }),
  /** In the kernel's order, so many at a time; the answer says where to go on. */
  z.strictObject({ do: z.literal('list-services'), from }),
  z.strictObject({ do: z.literal('list-connections'), from }),
  z.strictObject({ do: z.literal('list-daemons') }),
]);
export type Operation = z.infer<typeof operationSchema>;
