/** `drop_entry` and what is remembered of clients. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { readPersistentConnections, templatesIn } from '../../kit/ipvsadm-lists.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import { type Client, Service } from '../../kit/service.ts';
import { LOOKED_FOR_S, leftAfter, within } from './flood-defence.ts';

const EACH = 60;
/** Longer than a connection in CLOSE lives, and shorter than one that is half open. */
const CLOSED_MS = 15_000;

/** What clients do before the defence is on. */
const KINDS = {
  'half open': (service, client) => service.segment(client, 'S'),
  'half open twice': (service, client) => {
    service.segment(client, 'S');
    service.segment({ ...client, port: client.port + 1 }, 'S');
  },
  established: (service, client) => service.open(client),
  'refused and over': (service, client) => {
    service.segment(client, 'S');
    service.segment(client, 'R');
  },
  'established and over': (service, client) => {
    service.open(client);
    service.segment(client, 'R');
  },
} as const satisfies Record<string, (service: Service, client: Client) => unknown>;
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as Kind[];

export const droppedTemplates: readonly PacketCase[] = [
  packetCase({
    name: 'defence/drop-templates',
    title: 'drop_entry takes the templates of clients that never proved real',
    requirement:
      'With drop_entry=3 a half-open connection that is forgotten takes its client’s template with it, unless another connection needs that; templates that no connection needs are forgotten where they are found, but none of a client that has had an established connection.',
    sources: [kernel('defence against floods: drop_entry, §10.2'), kernel('connections: persistence, §3.5')],
    modes: ALL_MODES,
    virtualTime: true,
    play: async (stage) => {
      const services = new Map<Kind, Service>();
      for (const kind of NAMES) {
        const port = 2400 + services.size;
        services.set(kind, await Service.add(stage, { port, options: ['-p', '600'], servers: [{}] }));
      }
      await services.get('established')?.meetServers();
      for (const [kind, service] of services) {
        if (kind.endsWith('over')) await come(service, kind);
      }
      await stage.wait(CLOSED_MS);
      for (const [kind, service] of services) {
        if (!kind.endsWith('over')) await come(service, kind);
      }
      await stage.director.set('drop_entry', 3);
      await stage.wait(LOOKED_FOR_S * 1000);
      const list = await services.get('established')!.connections();
      const left = new Map<Kind, { templates: number; needed: number; persistent: number | undefined }>();
      for (const [kind, service] of services) {
        const own = list.filter(({ virtual }) => virtual === service.address);
        const templates = templatesIn(own);
        const addressOf = ({ client }: { readonly client: string }) => client.split(':')[0];
        const needed = new Set(own.filter((one) => !templates.includes(one)).map(addressOf));
        const shown = await stage.director.ipvsadm('-Ln', '--persistent-conn', ...service.key);
        const persistent = readPersistentConnections(shown).get(service.serverAddress(0));
        left.set(kind, { templates: templates.length, needed: needed.size, persistent });
      }
      return left;
    },
    check: (_seen, left) => {
      const half = leftAfter(LOOKED_FOR_S, EACH);
      const templates = (kind: Kind) => left.get(kind)?.templates ?? 0;
      return outcome(
        NAMES.length * EACH,
        `templates of ${counted(NAMES.length * EACH, 'client')}`,
        expectValues('Other templates are left than should be.', {
          'half open': within(templates('half open'), half),
          'refused and over': within(templates('refused and over'), half),
          established: [EACH, templates('established')],
          'established and over': [EACH, templates('established and over')],
          'half open, whose connections are there': [
            left.get('half open')?.needed ?? 0,
            templates('half open'),
          ],
          'half open twice, of which one is there': [
            left.get('half open twice')?.needed ?? 0,
            templates('half open twice'),
          ],
        }),
        expectValues(
          'PersistConn does not count them.',
          Object.fromEntries(NAMES.map((kind) => [kind, [templates(kind), left.get(kind)?.persistent]])),
        ),
      );
    },
  }),
];

async function come(service: Service, kind: Kind): Promise<void> {
  for (let n = 1; n <= EACH; n++) KINDS[kind](service, service.client(0, n));
  await service.stage.settle();
}
