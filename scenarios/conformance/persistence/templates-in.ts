import type { ListedConnection } from '../../kit/ipvsadm-lists.ts';

/** Templates among the entries of a list: their client port is 0. */
export function templatesIn(list: readonly ListedConnection[]): ListedConnection[] {
  return list.filter(({ client }) => client.endsWith(':0'));
}
