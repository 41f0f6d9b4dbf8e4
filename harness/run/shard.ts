/** A share of the work, where several machines do it together. */

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Its share of a list that is the same for all: what is next to each other, and alike, goes to different ones. */
export function shareOf<Item>(items: readonly Item[], shard: Shard | undefined): Item[] {
  return shareOfEach([items], shard).flat();
}

/** Its share of each of several lists, which are dealt as if they were one. */
export function shareOfEach<Item>(
  lists: readonly (readonly Item[])[],
  { index, of }: Shard = { index: 1, of: 1 },
): Item[][] {
  let dealt = 0;
  return lists.map((items) => items.filter(() => dealt++ % of === index - 1));
}

/** For `notCovered`: a share is not the whole. */
export function shardSentence({ index, of }: Shard): string {
  return `This is shard ${index} of ${of}: what the others did is not in this result (lvs-lab merge).`;
}
