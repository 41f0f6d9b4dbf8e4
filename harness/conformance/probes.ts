/**
 * What a director does not declare is asked of it all the same: it must say that it does not support it. One that takes
 * what it cannot do leaves its user without the service.
 */
import { MODES } from '../../lab/modes.ts';
import { FEATURES, type FeatureName, featuresOf } from '../../scenarios/features.ts';
import { finding } from '../../scenarios/kit/finding.ts';
import { type PacketCase, packetCase } from '../../scenarios/kit/packet-case.ts';
import type { Stage } from '../../scenarios/kit/stage.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { PlannedCase } from './planned-case.ts';

/** A port that no case uses. */
const PORT = 7;

interface Usual {
  readonly service: string;
  readonly scheduler: string;
  /** Of the first server, without a forwarding method. */
  readonly server: string;
  readonly method: string;
}

type Ask = (stage: Stage, usual: Usual) => Promise<unknown>;

/** A case for each feature that can be asked for in words and is not declared. */
export function probesOf(director: DirectorUnderTest): Omit<PlannedCase, 'index'>[] {
  const declared = featuresOf(director.declared);
  return [...FEATURES.keys()]
    .filter((name) => !declared.has(name))
    .flatMap((name) => {
      const ask = askingFor(name);
      // It asks for what is not declared, so it needs nothing that is.
      return ask === undefined ? [] : [{ one: probe(name, ask, director), needs: [] }];
    });
}

function askingFor(name: FeatureName): Ask | undefined {
  const [kind, what = ''] = name.split('/');
  switch (kind) {
    case 'mode':
      return rules(({ service, scheduler, server }) => [
        `-A ${service} -s ${scheduler}`,
        `-a ${service} -r ${server} ${MODES[what as keyof typeof MODES].ipvsadmOption}`,
      ]);
    case 'scheduler':
      return rules(({ service }) => [`-A ${service} -s ${what}`]);
    case 'protocol': {
      const option = { tcp: '-t', udp: '-u', sctp: '--sctp-service' }[what];
      return option === undefined ? undefined : withService(option);
    }
    case 'family':
      return rules(({ scheduler }) => [`-A -t [fd00::1]:${PORT} -s ${scheduler}`]);
    default:
      return ABILITIES[name];
  }
}

function rules(lines: (usual: Usual) => readonly string[]): Ask {
  return (stage, usual) => stage.director.rules(...lines(usual));
}

function withService(option: string): Ask {
  return (stage, { scheduler, server, method }) => {
    const service = `${option} ${stage.vip}:${PORT}`;
    return stage.director.rules(`-A ${service} -s ${scheduler}`, `-a ${service} -r ${server} ${method}`);
  };
}

const ABILITIES: Readonly<Record<FeatureName, Ask>> = {
  persistence: rules(({ service, scheduler }) => [`-A ${service} -s ${scheduler} -p 60`]),
  marks: rules(({ scheduler }) => [`-A -f ${PORT} -s ${scheduler}`]),
  'one-packet': rules(({ service, scheduler }) => [`-A ${service.replace('-t', '-u')} -s ${scheduler} -o`]),
  thresholds: rules(({ service, scheduler, server, method }) => [
    `-A ${service} -s ${scheduler}`,
    `-a ${service} -r ${server} ${method} -x 5`,
  ]),
  lists: ({ director }) => director.ipvsadm('-Ln'),
  connections: ({ director }) => director.ipvsadm('-Lnc'),
  counters: ({ director }) => director.ipvsadm('-Ln', '--stats'),
  settings: ({ director }) => director.set('drop_packet', 1),
};

function probe(feature: FeatureName, ask: Ask, { name, declared }: DirectorUnderTest): PacketCase {
  const what = FEATURES.get(feature)?.what;
  return packetCase<{ readonly answer: 'unsupported' | 'taken' | 'refused'; readonly said?: string }>({
    name: `unsupported/${feature}`,
    title: `It says that it does not support ${feature}`,
    requirement: `${name} does not declare ${feature} (${what}), so it answers that this is not supported.`,
    sources: [{ kind: 'contract', where: feature }],
    modes: declared.modes,
    play: async (stage) => {
      const option = declared.protocols.includes('tcp') ? '-t' : '-u';
      const usual = {
        service: `${option} ${stage.vip}:${PORT}`,
        scheduler: Object.keys(declared.schedulers)[0] ?? 'rr',
        server: `${stage.servers[0].address}:${PORT}`,
        method: stage.method,
      };
      try {
        await ask(stage, usual);
        return { answer: 'taken' };
      } catch (error) {
        if (error instanceof UnsupportedError) return { answer: 'unsupported' };
        return { answer: 'refused', said: error instanceof Error ? error.message : String(error) };
      }
    },
    check: (_, { answer, said }) => ({
      examined: 1,
      evidence: '1 answer',
      findings:
        answer === 'unsupported'
          ? []
          : [
              finding(`It was asked for ${feature}, which it does not declare.`, [
                {
                  field: 'answer',
                  expected: 'unsupported (exit code 77)',
                  seen: said === undefined ? answer : `${answer}: ${said}`,
                },
              ]),
            ],
    }),
  });
}
