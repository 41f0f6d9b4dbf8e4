/** Every value of a request to the control socket: what it may be, and what it may not. */

const MOST_INT = 2 ** 31 - 1;
const MOST_U32 = 2 ** 32 - 1;
const MOST_PORT = 65_535;

export interface RequestValue {
  /** A request that is understood. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Where in it the value stands. */
  readonly path: readonly string[];
  readonly understood: readonly unknown[];
  readonly refused: readonly unknown[];
}

interface Values {
  readonly understood: readonly unknown[];
  readonly refused: readonly unknown[];
}

function integer(least: number, most: number): Values {
  return {
    understood: [least, most],
    refused: [least - 1, most + 1, least + 0.5, String(least), null, undefined],
  };
}

/** Undefined for what may be left out. */
function optional({ understood, refused }: Values): Values {
  return { understood, refused: refused.filter((value) => value !== undefined) };
}

function text(longest: number): Values {
  return { understood: ['', 'x'.repeat(longest)], refused: ['x'.repeat(longest + 1), 7, null, undefined] };
}

function oneOf(understood: readonly unknown[], ...refused: readonly unknown[]): Values {
  return { understood, refused: [...refused, null, undefined] };
}

const ADDRESS: Values = {
  understood: ['0.0.0.0', '255.255.255.255', '2001:db8::1', '::'],
  refused: ['256.0.0.1', '1.2.3', '2001:DB8::1', '2001:db8:0::1', '[::1]', 'localhost', '', 7, undefined],
};
const BOOLEAN = oneOf([true, false], 'true', 1);
const PORT = integer(0, MOST_PORT);

/** Of nobody: what is asked of it is understood, and changes nothing. */
const SERVICE = { protocol: 'tcp', address: '192.0.2.1', port: 80 };
const SERVER = { address: '10.250.0.9', port: 80 };
const SERVICE_SETTINGS = { scheduler: 'rr', flags: 0, persistenceSeconds: 0, netmask: -1, engine: '' };
const SERVER_SETTINGS = {
  ...{ method: 3, weight: 1, upperThreshold: 0, lowerThreshold: 0 },
  tunnel: { type: 0, port: 0, checksum: 0 },
};
const DAEMON = {
  ...{ role: 'master', interface: 'nosuch0', syncId: 0 },
  ...{ maxBytes: 1_472, group: '224.0.0.81', port: 8_848, ttl: 1 },
};
const RING = {
  fd: 3,
  interfaceIndex: 1,
  linkHeaderBytes: 14,
  share: 'everything',
  slotBytes: 2_048,
  slots: 64,
};
const FAST_PATH = { flows: 4, board: 5, counters: 6, links: [7] };

/** An operation of `ipvsadm`, with the values of its parts. */
function operation(
  words: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, Values>>,
): RequestValue[] {
  const request = { method: 'ipvs', operations: [words] };
  return Object.entries(values).map(([path, value]) => ({
    request,
    path: ['operations', '0', ...path.split('.')],
    ...value,
  }));
}

function whole(
  request: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, Values>>,
): RequestValue[] {
  return Object.entries(values).map(([path, value]) => ({ request, path: path.split('.'), ...value }));
}

const OF_SERVICES = {
  'service.protocol': oneOf(['tcp', 'udp', 'sctp'], 'TCP', 'icmp', 6),
  'service.address': ADDRESS,
  'service.port': PORT,
};

export const REQUEST_VALUES: readonly RequestValue[] = [
  ...operation(
    { do: 'edit-service', service: SERVICE, settings: SERVICE_SETTINGS },
    {
      ...OF_SERVICES,
      'settings.scheduler': text(15),
      'settings.flags': integer(0, MOST_INT),
      'settings.persistenceSeconds': integer(0, MOST_INT),
      'settings.netmask': integer(-MOST_INT - 1, MOST_INT),
      'settings.engine': text(16),
    },
  ),
  ...operation(
    { do: 'edit-server', service: SERVICE, server: SERVER, settings: SERVER_SETTINGS },
    {
      ...OF_SERVICES,
      'server.address': ADDRESS,
      'server.port': PORT,
      'settings.method': oneOf([0, 2, 3], 1, 4, -1, '0'),
      'settings.weight': integer(-MOST_INT - 1, MOST_INT),
      'settings.upperThreshold': integer(0, MOST_U32),
      'settings.lowerThreshold': integer(0, MOST_U32),
      'settings.tunnel.type': oneOf([0, 1, 2], 3, -1, '0'),
      'settings.tunnel.port': PORT,
      'settings.tunnel.checksum': integer(0, 3),
    },
  ),
  ...operation(
    { do: 'delete-server', service: SERVICE, server: SERVER },
    { ...OF_SERVICES, 'server.address': ADDRESS, 'server.port': PORT },
  ),
  ...['delete-service', 'get-service', 'zero'].flatMap((name) =>
    operation(
      { do: name, service: { mark: 5, isIpv6: false } },
      { 'service.mark': integer(1, MOST_U32), 'service.isIpv6': BOOLEAN },
    ),
  ),
  ...operation(
    { do: 'start-daemon', settings: DAEMON },
    {
      'settings.role': oneOf(['master', 'backup'], 'slave', 1),
      'settings.interface': oneOf(['nosuch0', 'x'.repeat(15)], 'x'.repeat(16), 7),
      'settings.syncId': integer(0, 255),
      'settings.maxBytes': optional(integer(1, 65_507)),
      'settings.group': optional({ ...ADDRESS, refused: [...ADDRESS.refused, null] }),
      'settings.port': optional(integer(1, MOST_PORT)),
      'settings.ttl': optional(integer(1, 255)),
    },
  ),
  ...operation({ do: 'stop-daemon', role: 'master' }, { role: oneOf(['master', 'backup'], 'slave') }),
  ...['list-services', 'list-connections'].flatMap((name) =>
    operation({ do: name, from: 0 }, { from: integer(0, MOST_INT) }),
  ),
  ...whole(
    { method: 'ipvs', operations: [] },
    { operations: oneOf([[], [{ do: 'get-info' }]], {}, 'none', [[]], [{}], [{ do: 'nothing' }]) },
  ),
  ...whole(
    { method: 'snapshot', connections: true },
    {
      connections: optional(BOOLEAN),
      version: oneOf([1], 0, 2, '1'),
      method: oneOf(['snapshot'], 'nothing', 7),
    },
  ),
  ...whole(
    { method: 'handover', descriptors: { rings: [RING], fastPath: FAST_PATH } },
    {
      'descriptors.rings.0.fd': { ...integer(0, MOST_INT), refused: [-1, 0.5, '0', null] },
      'descriptors.rings.0.interfaceIndex': oneOf([1, MOST_INT], 0, -1, 0.5),
      'descriptors.rings.0.linkHeaderBytes': oneOf([0, 14], -1, 0.5),
      'descriptors.rings.0.share': oneOf(['everything', 'handshakes', 'all but handshakes'], 'nothing'),
      'descriptors.rings.0.slotBytes': oneOf([0, 2_048], -1),
      'descriptors.rings.0.slots': oneOf([0, 64], -1),
      'descriptors.fastPath.flows': oneOf([0], -1),
      'descriptors.fastPath.board': oneOf([0], -1),
      'descriptors.fastPath.counters': oneOf([0], -1),
      'descriptors.fastPath.links': oneOf([[], [0, 1]], [-1], 7),
      'descriptors.rings': oneOf([[]], {}, [{}]),
    },
  ),
  ...whole({ method: 'inheritance', pid: 1 }, { pid: oneOf([1, MOST_INT], 0, -1, 1.5, '1') }),
];

/** Requests that have all that they need: with anything more, wherever it stands, they are refused. */
export const WHOLE_REQUESTS: readonly Readonly<Record<string, unknown>>[] = [
  ...[...new Set(REQUEST_VALUES.map(({ request }) => request))],
  ...['get', 'settle'].map((method) => ({ method })),
  { method: 'ipvs', operations: [{ do: 'get-timeouts' }] },
];

/** The request once for each record in it, which has one value too many. */
export function* withOneTooMany(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { ...value, extra: 1 };
  for (const [name, member] of Object.entries(value)) {
    for (const changed of withOneTooMany(member)) yield withValue(value, [name], changed);
  }
}

/** The request with another value in its place; undefined leaves it out. */
export function withValue(request: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(request)) {
    return request.map((element, i) => (String(i) === first ? withValue(element, rest, value) : element));
  }
  const record = request as Readonly<Record<string, unknown>>;
  return { ...record, [first]: withValue(record[first], rest, value) };
}
