/**
 * How soon a load is even again: after how many connections the servers' loads, open connections for each unit of
 * weight, lie within one connection of each other, and stay so until the end. Undefined if they do not.
 *
 * @param loads Open connections of each server after each connection from the change on.
 */
export function connectionsToConverge(
  loads: readonly (readonly number[])[],
  weights: readonly number[],
): number | undefined {
  const lightest = Math.min(...weights.filter((weight) => weight > 0));
  const isEven = loads.map((active) => {
    const perWeight = active.flatMap((count, i) =>
      (weights[i] as number) > 0 ? [count / (weights[i] as number)] : [],
    );
    return Math.max(...perWeight) - Math.min(...perWeight) <= 1 / lightest;
  });
  const lastUneven = isEven.lastIndexOf(false);
  return lastUneven === isEven.length - 1 ? undefined : lastUneven + 1;
}
