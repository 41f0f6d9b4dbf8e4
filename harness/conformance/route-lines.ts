/** Routes that a case gives, as lines of `ip -batch`. */
import type { StageRoute } from '../../scenarios/kit/stage.ts';

/** Of no other use: the routes of a rule are here, all of one source. */
const TABLE = 77;

/** @param port What a route without a gateway leads out of. */
export function routeLines(
  to: string,
  { type, via, source, mtuBytes, mtuIsLocked, from }: StageRoute,
  port: string,
): { readonly make: readonly string[]; readonly undo: readonly string[] } {
  const table = from === undefined ? [] : ['table', TABLE];
  const way = type === undefined ? (via === undefined ? ['dev', port] : ['via', via]) : [];
  const src = source === undefined ? [] : ['src', source];
  const mtu = mtuBytes === undefined ? [] : ['mtu', ...(mtuIsLocked === true ? ['lock'] : []), mtuBytes];
  const name = [...(type === undefined ? [] : [type]), to];
  const rule = from === undefined ? [] : [`from ${from} table ${TABLE}`];
  return {
    make: [
      ['route', 'replace', ...name, ...way, ...src, ...mtu, ...table].join(' '),
      ...rule.map((words) => `rule add ${words}`),
    ],
    undo: [['route', 'del', ...name, ...table].join(' '), ...rule.map((words) => `rule del ${words}`)],
  };
}
