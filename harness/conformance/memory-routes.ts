/** Routes that a case gives, for a director in memory. */
import { ipv4, type NoRoute, prefixMask } from '../../director/index.ts';
import type { RoutedNetwork, RouteEntry } from '../../lab/memory/route-table.ts';
import type { StageRoute } from '../../scenarios/kit/stage.ts';
import { StageError } from './stage-commands.ts';

const NONE: Readonly<Record<NonNullable<StageRoute['type']>, NoRoute>> = {
  unreachable: 'host unreachable',
  prohibit: 'prohibited',
  blackhole: 'blackhole',
};
/** Of those that a case gives: before others to the same network. */
const METRIC = -1;

/** A network’s routes once a case has given this one. @param linkPort What a route without a gateway leads out of. */
export function givenRoutes(
  { routes, ports }: RoutedNetwork,
  linkPort: number,
  to: string,
  route: StageRoute | undefined,
  nowMs: number,
): RouteEntry[] {
  const [address = '', length] = to.split('/');
  const prefix = { network: ipv4(address), prefixLength: Number(length) };
  const others = routes.filter(
    ({ network, prefixLength, metric }) =>
      metric !== METRIC || network !== prefix.network || prefixLength !== prefix.prefixLength,
  );
  if (route === undefined) return others;
  const { type, via, source, mtuBytes, mtuIsLocked = false, from, forMs } = route;
  const port = ports.find(({ addresses }) =>
    addresses.some(
      (own) =>
        via !== undefined &&
        own.prefixLength < 32 &&
        ((own.address ^ ipv4(via)) & prefixMask(own.prefixLength)) === 0,
    ),
  );
  if (via !== undefined && port === undefined) throw new StageError(`no interface leads to ${via}`);
  const way =
    type === undefined
      ? {
          port: port?.index ?? linkPort,
          ...{ mtuBytes, mtuIsLocked },
          gateway: via === undefined ? undefined : ipv4(via),
          preferredSource: source === undefined ? undefined : ipv4(source),
        }
      : { none: NONE[type] };
  return [
    ...others,
    {
      ...{ ...prefix, ...way, metric: METRIC },
      ...(from !== undefined && { from: ipv4(from) }),
      ...(forMs !== undefined && { untilMs: nowMs + forMs }),
    },
  ];
}
